// plugins/transports/websocket/place.h - a name and perhaps a port, as Host and Origin write them,
// and patterns that options write for them. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sr::websocket {

std::string lower(std::string_view text);

struct Place {
  std::string host;  // lower case, without the brackets of an IPv6 address and without a last dot
  std::optional<std::uint16_t> port;
  bool literal = false;  // the host is an address and not a name
  std::string text() const;
};

// "ops.example.org:8443", "[::1]:80". None when it is not written as RFC 3986 writes a host.
std::optional<Place> parse_place(std::string_view text);

// "https://ops.example.org". None for "null" and whatever else names no host.
struct Origin {
  std::string scheme;
  Place place;
};
std::optional<Origin> parse_origin(std::string_view text);

// "ops.example.org" (any port), "ops.example.org:8443", "*.example.org" (every name below it), "*".
class PlacePattern {
 public:
  // None when it is not a pattern.
  static std::optional<PlacePattern> parse(std::string_view text);
  bool matches(const Place&) const;

 private:
  bool any_ = false, below_ = false;
  Place place_;
};

// "https://ops.example.org", "https://*.example.org:8443", "*". Without a port: the scheme's own.
class OriginPattern {
 public:
  static std::optional<OriginPattern> parse(std::string_view text);
  bool matches(const Origin&) const;
  // The places that it lets in; none for "*".
  const std::optional<PlacePattern>& place() const { return place_; }

 private:
  std::string scheme_;
  std::uint16_t port_ = 0;
  std::optional<PlacePattern> place_;
};

// The port that a scheme means when none is written; 0 for an unknown scheme.
std::uint16_t port_of(std::string_view scheme);

}  // namespace sr::websocket
