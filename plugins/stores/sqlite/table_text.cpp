#include "table_text.h"

#include <algorithm>
#include <optional>
#include <span>

#include "tokens.h"

namespace sr::sqlite {
namespace {

using Tokens = std::span<const Token>;

// The number of tokens of a parenthesised piece that starts at tokens[0], both included; 0 when
// it does not close.
std::size_t group(Tokens tokens) {
  int depth = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].is_symbol('(')) ++depth;
    if (tokens[i].is_symbol(')') && --depth == 0) return i + 1;
  }
  return 0;
}

Tokens without_parentheses(Tokens tokens) {
  while (tokens.size() > 2 && tokens[0].is_symbol('(') && group(tokens) == tokens.size()) {
    tokens = tokens.subspan(1, tokens.size() - 2);
  }
  return tokens;
}

std::vector<Tokens> split(Tokens tokens, std::string_view keyword) {
  std::vector<Tokens> parts;
  std::size_t start = 0;
  int depth = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].is_symbol('(')) ++depth;
    if (tokens[i].is_symbol(')')) --depth;
    if (depth == 0 && tokens[i].is(keyword)) {
      parts.push_back(tokens.subspan(start, i - start));
      start = i + 1;
    }
  }
  parts.push_back(tokens.subspan(start));
  return parts;
}

bool is_name(const Token& t) {
  return t.kind == TokenKind::kWord || t.kind == TokenKind::kQuoted;
}

struct Choices {
  std::string column;
  std::vector<std::string> values;
};

// name IN (literal, …)
std::optional<Choices> in_list(Tokens t) {
  t = without_parentheses(t);
  if (t.size() < 5 || !is_name(t[0]) || !t[1].is("IN") || !t[2].is_symbol('(')) return {};
  if (group(t.subspan(2)) != t.size() - 2) return {};
  Choices out{lower(t[0].content()), {}};
  for (std::size_t i = 3; i + 1 < t.size(); i += 2) {
    std::string sign;
    if (t[i].is_symbol('-') && i + 2 < t.size()) sign = "-", ++i;
    if (t[i].kind != TokenKind::kNumber && (t[i].kind != TokenKind::kString || !sign.empty())) {
      return {};  // NULL in the list lets every value pass; an expression could be anything
    }
    out.values.push_back(sign + t[i].content());
    if (!t[i + 1].is_symbol(i + 2 == t.size() ? ')' : ',')) return {};
  }
  return out;
}

// An IN list, or `name IS NULL OR name IN (…)`: NULL is ruled by NOT NULL, not by choices.
std::optional<Choices> alternatives(Tokens t) {
  t = without_parentheses(t);
  const auto parts = split(t, "OR");
  if (parts.size() == 1) return in_list(t);
  if (parts.size() != 2) return {};
  for (int listed = 0; listed < 2; ++listed) {
    const auto null = without_parentheses(parts[1 - listed]);
    auto list = in_list(parts[listed]);
    if (list && null.size() == 3 && is_name(null[0]) && null[1].is("IS") && null[2].is("NULL") &&
        lower(null[0].content()) == list->column) {
      return list;
    }
  }
  return {};
}

}  // namespace

std::map<std::string, std::vector<std::string>> choices_of(std::string_view create_table) {
  std::map<std::string, std::vector<std::string>> out;
  const auto all = tokenize(create_table);
  const Tokens tokens(all);
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (!tokens[i].is("CHECK") || !tokens[i + 1].is_symbol('(')) continue;
    const auto length = group(tokens.subspan(i + 1));
    if (length == 0) continue;
    const auto condition = without_parentheses(tokens.subspan(i + 1, length));
    // The AND of a BETWEEN is no conjunction: leave such a condition alone.
    if (std::ranges::any_of(condition, [](const Token& t) { return t.is("BETWEEN"); })) continue;
    // OR binds weaker than AND: an OR at the top must be the whole condition.
    const auto parts = split(condition, "OR").size() > 1 ? std::vector<Tokens>{condition}
                                                         : split(condition, "AND");
    for (const auto part : parts) {
      auto found = alternatives(part);
      if (!found) continue;
      const auto [at, fresh] = out.try_emplace(found->column, found->values);
      if (!fresh) {  // two rules: both hold
        std::erase_if(at->second, [&](const std::string& value) {
          return std::ranges::find(found->values, value) == found->values.end();
        });
      }
    }
  }
  return out;
}

}  // namespace sr::sqlite
