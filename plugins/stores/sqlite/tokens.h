// tokens.h - the words of a SQL text as SQLite reads them, without blanks and comments. It never
// fails: what is no token is a symbol of one byte. Any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sr::sqlite {

enum class TokenKind { kWord, kQuoted, kString, kNumber, kBlob, kParameter, kSymbol };

struct Token {
  TokenKind kind;
  std::string_view text;  // as written, borrowed from the SQL text
  std::size_t at;         // byte offset

  // An unquoted word or keyword, in any case; `upper` is in upper case.
  bool is(std::string_view upper) const;
  bool is_symbol(char c) const { return kind == TokenKind::kSymbol && text[0] == c; }
  // What the token names or holds: without quotes, doubled quotes undone.
  std::string content() const;
};

std::vector<Token> tokenize(std::string_view sql);

// The offset of the first token at or after `from`; sql.size() when there is none.
std::size_t skip_blank(std::string_view sql, std::size_t from);

// ASCII lower case, which is how SQLite compares names.
std::string lower(std::string_view);

}  // namespace sr::sqlite
