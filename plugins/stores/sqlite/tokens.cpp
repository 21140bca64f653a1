#include "tokens.h"

#include <algorithm>

namespace sr::sqlite {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool in_word(char c) { return starts_word(c) || is_digit(c) || c == '$'; }
char upper_of(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

// The end of a quoted piece that opens at `from`, where a doubled `close` stands for itself.
std::size_t end_of_quoted(std::string_view sql, std::size_t from, char close) {
  for (auto i = from + 1; i < sql.size(); ++i) {
    if (sql[i] != close) continue;
    if (close != ']' && i + 1 < sql.size() && sql[i + 1] == close) {
      ++i;
      continue;
    }
    return i + 1;
  }
  return sql.size();
}

// Takes what SQLite takes and never more, so that no name can hide in a number.
std::size_t end_of_number(std::string_view sql, std::size_t i) {
  const auto at = [&](std::size_t k) { return k < sql.size() ? sql[k] : '\0'; };
  const auto digits = [&] {
    while (is_digit(at(i))) ++i;
  };
  if (at(i) == '0' && upper_of(at(i + 1)) == 'X') {
    i += 2;
    while (is_digit(at(i)) || (upper_of(at(i)) >= 'A' && upper_of(at(i)) <= 'F')) ++i;
    return i;
  }
  digits();
  if (at(i) == '.') {
    ++i;
    digits();
  }
  const bool sign = at(i + 1) == '+' || at(i + 1) == '-';
  if (upper_of(at(i)) == 'E' && is_digit(at(i + (sign ? 2 : 1)))) {
    i += sign ? 2 : 1;
    digits();
  }
  return i;
}

Token token_at(std::string_view sql, std::size_t at) {
  const char c = sql[at];
  const auto made = [&](TokenKind kind, std::size_t end) {
    return Token{kind, sql.substr(at, end - at), at};
  };
  if (c == '\'') return made(TokenKind::kString, end_of_quoted(sql, at, c));
  if (c == '"' || c == '`') return made(TokenKind::kQuoted, end_of_quoted(sql, at, c));
  if (c == '[') return made(TokenKind::kQuoted, end_of_quoted(sql, at, ']'));
  const char next = at + 1 < sql.size() ? sql[at + 1] : '\0';
  if ((c == 'x' || c == 'X') && next == '\'') {
    return made(TokenKind::kBlob, end_of_quoted(sql, at + 1, '\''));
  }
  if (is_digit(c) || (c == '.' && is_digit(next))) {
    return made(TokenKind::kNumber, end_of_number(sql, at));
  }
  auto end = at + 1;
  if (starts_word(c) || c == '$' || c == ':' || c == '@' || c == '#' || c == '?') {
    while (end < sql.size() && in_word(sql[end])) ++end;
    if (starts_word(c)) return made(TokenKind::kWord, end);
    return made(end == at + 1 && c != '?' ? TokenKind::kSymbol : TokenKind::kParameter, end);
  }
  return made(TokenKind::kSymbol, end);
}

}  // namespace

std::size_t skip_blank(std::string_view sql, std::size_t i) {
  while (i < sql.size()) {
    const auto rest = sql.substr(i);
    if (is_blank(sql[i])) {
      ++i;
    } else if (rest.starts_with("\xEF\xBB\xBF")) {  // a byte order mark is blank to SQLite
      i += 3;
    } else if (rest.starts_with("--")) {
      i = std::min(sql.find('\n', i), sql.size());
    } else if (rest.starts_with("/*")) {
      const auto end = sql.find("*/", i + 2);
      i = end == std::string_view::npos ? sql.size() : end + 2;
    } else {
      break;
    }
  }
  return i;
}

std::vector<Token> tokenize(std::string_view sql) {
  std::vector<Token> out;
  for (auto i = skip_blank(sql, 0); i < sql.size(); i = skip_blank(sql, i)) {
    out.push_back(token_at(sql, i));
    i += out.back().text.size();
  }
  return out;
}

bool Token::is(std::string_view upper) const {
  if (kind != TokenKind::kWord || text.size() != upper.size()) return false;
  for (std::size_t i = 0; i < upper.size(); ++i) {
    if (upper_of(text[i]) != upper[i]) return false;
  }
  return true;
}

std::string Token::content() const {
  if (kind != TokenKind::kString && kind != TokenKind::kQuoted) return std::string(text);
  const char close = text.front() == '[' ? ']' : text.front();
  const bool closed = text.size() > 1 && text.back() == close;
  const auto inner = text.substr(1, text.size() - (closed ? 2 : 1));
  std::string out;
  for (std::size_t i = 0; i < inner.size(); ++i) {
    out += inner[i];
    if (inner[i] == close && i + 1 < inner.size() && inner[i + 1] == close) ++i;
  }
  return out;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

}  // namespace sr::sqlite
