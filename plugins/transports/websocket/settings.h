// plugins/transports/websocket/settings.h - the transport's options, read once. Read-only after.
//
// Throws BadOption when a value cannot be used.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "place.h"
#include "state_runtime/transport.hpp"

namespace sr::websocket {

struct Settings {
  explicit Settings(const Config&);

  std::string host;  // lower case, without brackets
  std::uint16_t port = 0;
  std::string path;
  std::vector<PlacePattern> hosts;     // beside the names of the address that it listens on
  std::vector<OriginPattern> origins;  // empty: pages of the host that the request names
  bool require_origin;
  std::size_t max_message, max_header, max_connections;
  std::size_t send_high_water, send_low_water;
  std::chrono::milliseconds handshake_timeout, ping_interval, close_timeout, answer_timeout;
};

inline constexpr std::size_t kMaxBody = 64 * 1024;  // of an HTTP request
inline constexpr const char* kSubprotocol = "sr.v1";

}  // namespace sr::websocket
