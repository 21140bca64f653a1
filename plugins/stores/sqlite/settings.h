// settings.h - the options of the sqlite store: their table for the host, their checked values.
// Read once, in create(); immutable afterwards.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "state_runtime/plugin.hpp"

namespace sr::sqlite {

struct Settings {
  explicit Settings(const Config&);

  std::string path;
  std::string synchronous;  // "full" or "normal"
  std::chrono::milliseconds lock_timeout;
  std::chrono::milliseconds statement_timeout;
  std::chrono::milliseconds watch_interval;
  int connections;          // readers
  std::int64_t cache_bytes; // of each connection
  int checkpoint_pages;
};

extern const sr_option* const kOptions[];

}  // namespace sr::sqlite
