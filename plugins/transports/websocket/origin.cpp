#include "origin.h"

#include <algorithm>

namespace sr::websocket {
namespace {

bool ends_with_port(std::string_view host, std::string_view port) {
  return host.size() > port.size() && host.ends_with(port);
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

bool same_host(std::string_view origin, std::string_view host) {
  const auto place = lower(origin);
  const auto slashes = place.find("://");
  if (slashes == std::string::npos) return false;  // "null": a sandboxed or local page
  const std::string_view scheme(place.data(), slashes);
  std::string_view from(place);
  from.remove_prefix(slashes + 3);
  const auto own = lower(host);
  std::string_view to(own);
  const std::string_view port = scheme == "https" ? ":443" : ":80";
  if (ends_with_port(from, port)) from.remove_suffix(port.size());
  if (ends_with_port(to, port)) to.remove_suffix(port.size());
  return !from.empty() && from == to;
}

std::string refuse_origin(const Settings& settings, std::string_view origin,
                          std::string_view host) {
  if (origin.empty()) {
    if (!settings.require_origin) return {};
    return "this server only talks to pages: the Origin header is missing";
  }
  const bool allowed =
      settings.origins.empty()
          ? same_host(origin, host)
          : std::any_of(settings.origins.begin(), settings.origins.end(),
                        [&](const auto& one) { return one == "*" || one == lower(origin); });
  if (allowed) return {};
  return "pages from " + std::string(origin) +
         " may not connect here; add that origin to the option `origins`";
}

bool offers(std::string_view protocols, std::string_view wanted) {
  while (!protocols.empty()) {
    const auto comma = std::min(protocols.find(','), protocols.size());
    if (trimmed(protocols.substr(0, comma)) == wanted) return true;
    protocols.remove_prefix(std::min(comma + 1, protocols.size()));
  }
  return false;
}

}  // namespace sr::websocket
