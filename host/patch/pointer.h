// host/patch/pointer.h - RFC 6901 pointers, read strictly. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sr::host::patch {

using Tokens = std::vector<std::string>;  // unescaped; empty: the whole document

// Nothing when the text is not a pointer: it does not start with '/', or a '~' is not "~0" or "~1".
std::optional<Tokens> parse_pointer(std::string_view text);

// The array index that a token spells: digits without a leading zero. "-" is none.
std::optional<std::size_t> array_index(std::string_view token);

}  // namespace sr::host::patch
