#include "request_check.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>

#include <algorithm>
#include <memory>

namespace sr::websocket {
namespace {

namespace http = boost::beast::http;
using Field = http::field;

std::string_view value_of(const Request& request, Field name) {
  const auto value = request[name];
  return {value.data(), value.size()};
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// What the header of a request calls this server: the target's authority before Host.
std::string_view authority_of(std::string_view target) {
  const auto slashes = target.find("://");
  if (target.starts_with('/') || slashes == std::string_view::npos) return {};
  const auto rest = target.substr(slashes + 3);
  return rest.substr(0, rest.find_first_of("/?#"));
}

// RFC 9112 6.1: a length that two parties could read differently is nobody's to guess.
std::optional<Refusal> check_framing(const Request& request) {
  const auto codings = request.count(Field::transfer_encoding);
  const auto lengths = request.count(Field::content_length);
  const auto length = value_of(request, Field::content_length);
  const bool list = length.find_first_not_of("0123456789") != std::string_view::npos;
  if (lengths > 1 || list) return Refusal{400, "the request has more than one Content-Length"};
  if (codings == 0) return std::nullopt;
  if (lengths != 0) {
    return Refusal{400, "the request has both Transfer-Encoding and Content-Length"};
  }
  if (request.version() < 11) return Refusal{400, "HTTP/1.0 knows no Transfer-Encoding"};
  if (codings > 1 || lower(trimmed(value_of(request, Field::transfer_encoding))) != "chunked") {
    return Refusal{501, "the only Transfer-Encoding that is understood here is chunked"};
  }
  return std::nullopt;
}

bool is_own(const Settings& settings, const boost::asio::ip::address& listening,
            const Place& place) {
  boost::system::error_code no_address;
  const auto literal = boost::asio::ip::make_address(place.host, no_address);
  const bool loops = listening.is_loopback() || listening.is_unspecified();
  if (!place.literal) {
    return place.host == settings.host || (loops && place.host == "localhost");
  }
  if (literal == listening && !listening.is_unspecified()) return true;
  if (loops && literal.is_loopback()) return true;
  return listening.is_unspecified() && own_address(place.host);
}

template <class Patterns, class What>
bool any_matches(const Patterns& patterns, const What& what) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const auto& pattern) { return pattern.matches(what); });
}

// A page of the very place that the request names.
bool same_place(const Origin& origin, const std::optional<Place>& host) {
  if (!host) return false;
  const auto own = port_of(origin.scheme);
  return origin.place.host == host->host &&
         origin.place.port.value_or(own) == host->port.value_or(own);
}

}  // namespace

std::optional<Refusal> check_syntax(const Request& request, Target& out) {
  const auto hosts = request.count(Field::host);
  if (hosts > 1) return Refusal{400, "the request has more than one Host"};
  if (hosts == 0 && request.version() == 11) return Refusal{400, "the request has no Host"};
  if (hosts == 1 && !parse_place(value_of(request, Field::host))) {
    return Refusal{400, "the Host of the request is not written as a host is"};
  }
  if (auto wrong = check_framing(request)) return wrong;

  const std::string_view whole(request.target().data(), request.target().size());
  auto target = whole;
  if (const auto authority = authority_of(whole); !authority.empty()) {
    const auto origin = parse_origin(whole.substr(0, whole.find("://") + 3 + authority.size()));
    const auto host = parse_place(value_of(request, Field::host));
    if (!origin || port_of(origin->scheme) == 0 || (host && !same_place(*origin, host))) {
      return Refusal{400, "the request's target names another server than its Host"};
    }
    target = whole.substr(static_cast<std::size_t>(authority.data() - whole.data()) +
                          authority.size());
  }
  const bool asterisk = whole == "*" && request.method() == http::verb::options;
  if (!asterisk && !target.starts_with('/') && target.size() == whole.size()) {
    return Refusal{400, "the request's target is not a path"};
  }
  target = target.substr(0, target.find('#'));
  const auto question = target.find('?');
  out.path = std::string(target.substr(0, question));
  if (out.path.empty()) out.path = "/";
  if (question != std::string_view::npos) out.query = std::string(target.substr(question + 1));
  return std::nullopt;
}

std::optional<Refusal> check_host(const Settings& settings,
                                  const boost::asio::ip::address& listening,
                                  const Request& request) {
  const std::string_view target(request.target().data(), request.target().size());
  const auto authority = authority_of(target);
  const auto named = authority.empty() ? value_of(request, Field::host) : authority;
  if (named.empty()) return std::nullopt;  // HTTP/1.0: no browser sends such a request
  const auto place = parse_place(named);
  if (place && (is_own(settings, listening, *place) || any_matches(settings.hosts, *place))) {
    return std::nullopt;
  }
  for (const auto& origin : settings.origins) {
    if (place && origin.place() && origin.place()->matches(*place)) return std::nullopt;
  }
  const auto name = place ? place->text() : std::string("?");
  return Refusal{403,
                 "this server does not answer to the name " + name +
                     "; if it is reached by that name, add it to the option `hosts` of the "
                     "transport, or let the proxy in front send a Host that is listed",
                 true};
}

std::optional<Refusal> check_origin(const Settings& settings, const Request& request,
                                    bool names_its_page) {
  auto text = value_of(request, Field::origin);
  if (text.empty() && names_its_page) text = value_of(request, Field::referer);
  if (text.empty()) return std::nullopt;
  const auto slashes = text.find("://");
  if (slashes != std::string_view::npos) text = text.substr(0, text.find('/', slashes + 3));
  const auto origin = parse_origin(text);
  const bool allowed =
      settings.origins.empty()
          ? origin && same_place(*origin, parse_place(value_of(request, Field::host)))
          : std::any_of(settings.origins.begin(), settings.origins.end(), [&](const auto& one) {
              return !one.place() || (origin && one.matches(*origin));
            });
  if (allowed) return std::nullopt;
  return Refusal{403,
                 "pages from " + std::string(text) +
                     " may not connect here; if they should, add that origin to the option "
                     "`origins` of the transport, or let the proxy in front pass Host on unchanged",
                 true};
}

bool is_part_of_page(const Request& request) {
  const auto destination = request["Sec-Fetch-Dest"];
  return !destination.empty() && destination != "empty" && destination != "websocket";
}

bool is_fetch(const Request& request) {
  const auto destination = request["Sec-Fetch-Dest"];
  return destination == "empty";
}

bool own_address(const std::string& address) {
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return false;
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owned(list, &freeifaddrs);
  for (const auto* one = list; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr) continue;
    const int family = one->ifa_addr->sa_family;
    const void* bytes = nullptr;
    if (family == AF_INET) bytes = &reinterpret_cast<sockaddr_in*>(one->ifa_addr)->sin_addr;
    if (family == AF_INET6) bytes = &reinterpret_cast<sockaddr_in6*>(one->ifa_addr)->sin6_addr;
    char text[INET6_ADDRSTRLEN];
    if (bytes == nullptr || inet_ntop(family, bytes, text, sizeof text) == nullptr) continue;
    if (address == text) return true;
  }
  return false;
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
