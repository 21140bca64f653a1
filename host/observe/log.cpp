#include "host/observe/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>

namespace sr::host {
namespace {

spdlog::level::level_enum level_of(std::int32_t level) {
  switch (level) {
    case SR_LOG_TRACE: return spdlog::level::trace;
    case SR_LOG_DEBUG: return spdlog::level::debug;
    case SR_LOG_INFO: return spdlog::level::info;
    case SR_LOG_WARN: return spdlog::level::warn;
    default: return spdlog::level::err;
  }
}

}  // namespace

void set_log_level(const std::string& level) {
  static const bool once = [] {
    auto logger = spdlog::stderr_color_mt("state-runtime");
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e %^%l%$ %v");
    spdlog::set_default_logger(std::move(logger));
    return true;
  }();
  (void)once;
  spdlog::set_level(spdlog::level::from_str(level));
}

void serve_log(sr_host_api& api) {
  api.log_enabled = [](sr_host*, std::int32_t level) noexcept -> int {
    return spdlog::should_log(level_of(level)) ? 1 : 0;
  };
  api.log = [](sr_host*, std::int32_t level, sr_str message) noexcept {
    spdlog::log(level_of(level), "{}", std::string_view(message.ptr, message.len));
  };
}

}  // namespace sr::host
