// words/numbers.h - the numbers that stand in a text. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sr::words {

// As JSON and SQL write numbers without exponent: ASCII digits of any script's, no grouping, no
// zeros in front, a point before the fraction, whose digits are kept. Where a text may be read in
// two ways ("1,234") both are there. At most kMostDigits digits each; `text` is UTF-8.
//
// A sign counts where nothing stands before it but white space or an opening bracket; the number
// without it is there, too.
constexpr std::size_t kMostDigits = 40;
std::vector<std::string> numbers_of(std::string_view text);

}  // namespace sr::words
