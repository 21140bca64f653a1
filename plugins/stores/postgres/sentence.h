// sentence.h - what the server says of a statement, as one sentence for a person. Any thread.
#pragma once

#include <string>
#include <string_view>

namespace sr::postgres {

// `message` as libpq gives it: "ERROR:  …\nLINE 1: …\nDETAIL:  …".
std::string sentence(std::string_view state, std::string_view message);

}  // namespace sr::postgres
