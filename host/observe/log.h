// host/observe/log.h - the host's own log lines, on standard error; quiet by default.
//
// Any thread. Messages read "[where] what; what to do".
// The library that writes it is log.cpp's alone: where it is compiled in more than once there would be
// more than one log, and those that nobody has set up write to standard output.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "state_runtime/abi.h"

namespace sr::host {

// "trace", "debug", "info", "warn" (the default), "error", "off".
void set_log_level(const std::string& level);

bool logs(std::int32_t level);  // SR_LOG_*
void write_log(std::int32_t level, std::string_view message);

template <class... Args>
void log_error(fmt::format_string<Args...> format, Args&&... args) {
  if (logs(SR_LOG_ERROR)) write_log(SR_LOG_ERROR, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void log_warn(fmt::format_string<Args...> format, Args&&... args) {
  if (logs(SR_LOG_WARN)) write_log(SR_LOG_WARN, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void log_info(fmt::format_string<Args...> format, Args&&... args) {
  if (logs(SR_LOG_INFO)) write_log(SR_LOG_INFO, fmt::format(format, std::forward<Args>(args)...));
}

// Points the log callbacks of `api` here.
void serve_log(sr_host_api& api);

}  // namespace sr::host
