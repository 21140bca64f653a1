// host/observe/log.h - the host's own log lines, on standard error; quiet by default.
//
// Any thread. Messages read "[where] what; what to do".
#pragma once

#include <spdlog/spdlog.h>

#include <string>

#include "state_runtime/abi.h"

namespace sr::host {

// "trace", "debug", "info", "warn" (the default), "error", "off".
void set_log_level(const std::string& level);

template <class... Args>
void log_error(spdlog::format_string_t<Args...> format, Args&&... args) {
  spdlog::error(format, std::forward<Args>(args)...);
}
template <class... Args>
void log_warn(spdlog::format_string_t<Args...> format, Args&&... args) {
  spdlog::warn(format, std::forward<Args>(args)...);
}
template <class... Args>
void log_info(spdlog::format_string_t<Args...> format, Args&&... args) {
  spdlog::info(format, std::forward<Args>(args)...);
}

// Points the log callbacks of `api` here.
void serve_log(sr_host_api& api);

}  // namespace sr::host
