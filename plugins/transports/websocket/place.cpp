#include "place.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace sr::websocket {
namespace {

bool digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Letters, digits and what stands between them; browsers send other letters as punycode.
bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 255 &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
         });
}

// As inet_ntop writes it, so that two ways to write one address are one.
std::optional<std::string> address(int family, const std::string& text) {
  unsigned char bytes[sizeof(in6_addr)];
  char out[INET6_ADDRSTRLEN];
  if (inet_pton(family, text.c_str(), bytes) != 1) return std::nullopt;
  if (inet_ntop(family, bytes, out, sizeof out) == nullptr) return std::nullopt;
  return std::string(out);
}

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

std::uint16_t port_of(std::string_view scheme) {
  return scheme == "https" ? 443 : scheme == "http" ? 80 : 0;
}

std::string Place::text() const {
  auto out = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port) out += ":" + std::to_string(*port);
  return out;
}

std::optional<Place> parse_place(std::string_view text) {
  const auto whole = lower(text);
  std::string_view host(whole), port;
  bool brackets = false;
  if (host.starts_with('[')) {
    const auto end = host.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    port = host.substr(end + 1);
    host = host.substr(1, end - 1);
    brackets = true;
  } else if (const auto colon = host.find(':'); colon != std::string_view::npos) {
    port = host.substr(colon);
    host = host.substr(0, colon);
  }
  Place place;
  if (!port.empty()) {
    port.remove_prefix(1);  // the colon
    if (whole[whole.size() - port.size() - 1] != ':' || !digits(port)) return std::nullopt;
    std::uint16_t number = 0;
    const auto [end, failure] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (failure != std::errc() || end != port.data() + port.size()) return std::nullopt;
    place.port = number;
  }
  if (brackets) {
    auto six = address(AF_INET6, std::string(host));
    if (!six) return std::nullopt;
    place.host = std::move(*six);
    place.literal = true;
    return place;
  }
  if (host.ends_with('.')) host.remove_suffix(1);  // "example.org." is the same name
  if (!is_name(host)) return std::nullopt;
  place.host = std::string(host);
  if (auto four = address(AF_INET, place.host)) place.literal = true;
  return place;
}

std::optional<Origin> parse_origin(std::string_view text) {
  const auto slashes = text.find("://");
  if (slashes == std::string_view::npos) return std::nullopt;
  auto place = parse_place(text.substr(slashes + 3));
  if (!place) return std::nullopt;
  return Origin{lower(text.substr(0, slashes)), std::move(*place)};
}

std::optional<PlacePattern> PlacePattern::parse(std::string_view text) {
  PlacePattern pattern;
  if (text == "*") {
    pattern.any_ = true;
    return pattern;
  }
  pattern.below_ = text.starts_with("*.");
  auto place = parse_place(pattern.below_ ? text.substr(2) : text);
  if (!place || (pattern.below_ && place->literal)) return std::nullopt;
  pattern.place_ = std::move(*place);
  return pattern;
}

bool PlacePattern::matches(const Place& place) const {
  if (any_) return true;
  if (place_.port && place_.port != place.port) return false;
  if (!below_) return place.host == place_.host;
  return place.host.size() > place_.host.size() + 1 && place.host.ends_with("." + place_.host);
}

std::optional<OriginPattern> OriginPattern::parse(std::string_view text) {
  OriginPattern pattern;
  if (text == "*") return pattern;
  const auto slashes = text.find("://");
  if (slashes == std::string_view::npos || slashes == 0) return std::nullopt;
  pattern.scheme_ = lower(text.substr(0, slashes));
  auto where = text.substr(slashes + 3);
  // The port is compared here, because the one that a scheme means is not written.
  pattern.port_ = port_of(pattern.scheme_);
  const auto colon = where.rfind(':');
  if (colon != std::string_view::npos && where.find(']', colon) == std::string_view::npos) {
    const auto place = parse_place("x" + std::string(where.substr(colon)));
    if (!place || !place->port) return std::nullopt;
    pattern.port_ = *place->port;
    where = where.substr(0, colon);
  }
  pattern.place_ = PlacePattern::parse(where);
  if (!pattern.place_) return std::nullopt;
  return pattern;
}

bool OriginPattern::matches(const Origin& origin) const {
  if (!place_) return true;
  const auto port = origin.place.port.value_or(port_of(origin.scheme));
  return scheme_ == origin.scheme && port_ == port && place_->matches(origin.place);
}

}  // namespace sr::websocket
