// host/sql/spoken/abbreviations.h - words that schemas abbreviate, spelt out as people say them.
#pragma once

#include <string>
#include <string_view>

namespace sr::host::sql {

// `word` in small letters: "quantity" of "qty"; the word itself where it is none of those that
// everybody reads alike. `text`: of a column of texts ("nm" is a name there, a distance elsewhere).
std::string_view spelt_out(std::string_view word, bool text);

}  // namespace sr::host::sql
