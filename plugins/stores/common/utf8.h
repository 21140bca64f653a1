// utf8.h - text from a database that anybody may have written. Any thread.
#pragma once

#include <string>
#include <string_view>

namespace sr::stores {

bool is_utf8(std::string_view);
// The same text with U+FFFD for each byte that is no part of a valid sequence.
std::string mended_utf8(std::string_view);

}  // namespace sr::stores
