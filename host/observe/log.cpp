#include "host/observe/log.h"

#include <spdlog/logger.h>
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

// Standard output may be a transport's: nothing is ever logged there.
spdlog::logger& logger() {
  static spdlog::logger one = [] {
    spdlog::logger made("state-runtime", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
    made.set_pattern("%Y-%m-%dT%H:%M:%S.%e %^%l%$ %v");
    made.set_level(spdlog::level::warn);
    return made;
  }();
  return one;
}

}  // namespace

void set_log_level(const std::string& level) {
  logger().set_level(spdlog::level::from_str(level));
}

bool logs(std::int32_t level) { return logger().should_log(level_of(level)); }

void write_log(std::int32_t level, std::string_view message) {
  logger().log(level_of(level), "{}", message);
}

void serve_log(sr_host_api& api) {
  api.log_enabled = [](sr_host*, std::int32_t level) noexcept -> int { return logs(level) ? 1 : 0; };
  api.log = [](sr_host*, std::int32_t level, sr_str message) noexcept {
    write_log(level, {message.ptr, message.len});
  };
}

}  // namespace sr::host
