#include "settings.h"

#include <charconv>

namespace sr::websocket {
namespace {

std::chrono::milliseconds duration(const Config& config, const char* name) {
  return std::chrono::milliseconds(config.integer(name));
}
std::size_t size(const Config& config, const char* name) {
  return static_cast<std::size_t>(config.integer(name));
}

}  // namespace

Settings::Settings(const Config& config)
    : path(config.string("path")),
      require_origin(config.boolean("require_origin")),
      max_message(size(config, "max_message")),
      max_header(size(config, "max_header")),
      max_connections(size(config, "max_connections")),
      send_high_water(size(config, "send_high_water")),
      send_low_water(size(config, "send_low_water")),
      handshake_timeout(duration(config, "handshake_timeout")),
      ping_interval(duration(config, "ping_interval")),
      close_timeout(duration(config, "close_timeout")),
      answer_timeout(duration(config, "answer_timeout")) {
  const auto listen = config.string("listen");
  const auto colon = listen.rfind(':');
  const auto digits = colon == std::string::npos ? std::string() : listen.substr(colon + 1);
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (digits.empty() || failure != std::errc() || end != digits.data() + digits.size()) {
    throw BadOption("listen",
                    "must be HOST:PORT with a port from 0 to 65535, not \"" + listen + "\"");
  }
  host = lower(listen.substr(0, colon));
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.empty() || host.find(':') != std::string::npos) {
    throw BadOption("listen",
                    "must be HOST:PORT, with an IPv6 address in brackets ([::1]:8080), "
                    "not \"" +
                        listen + "\"");
  }
  if (path.empty() || path.front() != '/') {
    throw BadOption("path", "must start with \"/\", not \"" + path + "\"");
  }
  if (send_low_water >= send_high_water) {
    throw BadOption("send_low_water", "must be below send_high_water (" +
                                          std::to_string(send_high_water) + " bytes)");
  }
  for (const auto& text : config.list("hosts")) {
    auto pattern = PlacePattern::parse(text);
    if (!pattern) {
      throw BadOption("hosts", "\"" + text + "\" is not a host; write name, name:port, "
                                              "*.name for every name below it, or *");
    }
    hosts.push_back(std::move(*pattern));
  }
  for (const auto& text : config.list("origins")) {
    auto pattern = OriginPattern::parse(text);
    if (!pattern) {
      throw BadOption("origins", "\"" + text +
                                     "\" is not an origin; write it as the browser sends it: "
                                     "scheme://host or scheme://host:port, *. before a host for "
                                     "every name below it, or *");
    }
    origins.push_back(std::move(*pattern));
  }
}

}  // namespace sr::websocket
