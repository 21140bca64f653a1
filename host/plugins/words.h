// host/plugins/words.h - how messages name things, and "did you mean". Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sr::host {

// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

// Empty when no candidate is near enough to be what was meant.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

// `"word"`.
std::string in_quotes(std::string_view word);

// `a, b, c`; `none` when there are none.
std::string listed(const std::vector<std::string>& words);

}  // namespace sr::host
