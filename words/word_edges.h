// words/word_edges.h - where a span of a text may begin and end.
//
// An edge is wherever no word is cut: between two characters that are not both of one word.
// Letters, digits, marks and connectors (`_`) make words; scripts that are written without spaces
// (ideographs, kana, Hangul, Thai, Lao, Khmer, Myanmar) do not, so that each of their characters
// has edges, like punctuation, symbols and emoji. What people see as one character (a letter with
// its marks, a joined emoji, CR LF) is never cut. Classes are Unicode's. Pure, any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace sr::words {

struct WordEdges {
  enum : std::uint8_t { kBegin = 1, kEnd = 2 };
  // [i]: may a span begin, and end, before byte i? One more than there are bytes.
  std::vector<std::uint8_t> at;
};

// `text` is UTF-8. Trimmed: no span begins or ends with white space.
WordEdges word_edges(std::string_view text, bool trim);

}  // namespace sr::words
