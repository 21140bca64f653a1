// plugins/transports/websocket/origin.h - who may open a WebSocket. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

#include "settings.h"

namespace sr::websocket {

std::string lower(std::string_view text);

// Does this Origin header name the host that the request was sent to? "http://example.org" and
// "example.org:80" are the same place.
bool same_host(std::string_view origin, std::string_view host);

// Empty when a request with these headers may be upgraded; otherwise one sentence that says why
// not. `origin` is empty when there is no such header.
std::string refuse_origin(const Settings&, std::string_view origin, std::string_view host);

// Is `wanted` one of the names in a Sec-WebSocket-Protocol header?
bool offers(std::string_view protocols, std::string_view wanted);

}  // namespace sr::websocket
