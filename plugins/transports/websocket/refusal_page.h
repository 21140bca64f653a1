// plugins/transports/websocket/refusal_page.h - how a refusal is told: a small page to a person who
// opened an address, JSON to a program. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace sr::websocket {

// A complete document that says `why`, whatever characters are in it.
std::string refusal_page(unsigned status, std::string_view why);
// {"status":"refused","message":why}
std::string refusal_json(std::string_view why);

}  // namespace sr::websocket
