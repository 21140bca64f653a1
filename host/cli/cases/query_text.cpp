#include "host/cli/cases/query_text.h"

#include <algorithm>
#include <cctype>

#include "host/sql/names.h"

namespace sr::host {
namespace {

struct Word {
  std::string lower;
  std::size_t at, end;
};

bool letter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || (c & 0x80) != 0;
}

std::size_t behind_quotes(std::string_view sql, std::size_t at) {
  const char quote = sql[at];
  for (auto i = at + 1; i < sql.size(); ++i) {
    if (sql[i] != quote) continue;
    if (i + 1 < sql.size() && sql[i + 1] == quote) {
      ++i;
      continue;
    }
    return i + 1;
  }
  return sql.size();
}

// Words and commas outside of brackets and quotes.
std::vector<Word> outer_words(std::string_view sql) {
  std::vector<Word> out;
  int depth = 0;
  for (std::size_t at = 0; at < sql.size();) {
    const char c = sql[at];
    if (c == '\'' || c == '"') {
      at = behind_quotes(sql, at);
      continue;
    }
    if (c == '(') ++depth;
    if (c == ')') --depth;
    auto end = at + 1;
    if (letter(c)) {
      while (end < sql.size() && letter(sql[end])) ++end;
    }
    if (depth == 0 && (letter(c) || c == ',')) {
      out.push_back({sql::lower_ascii(std::string(sql.substr(at, end - at))), at, end});
    }
    at = end;
  }
  return out;
}

std::string trimmed(std::string_view text) {
  const auto space = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
  while (!text.empty() && space(text.front())) text.remove_prefix(1);
  while (!text.empty() && (space(text.back()) || text.back() == ';')) text.remove_suffix(1);
  return std::string(text);
}

// What it is sorted by, without the direction.
std::string sort_key(std::string_view text) {
  auto key = trimmed(text);
  for (const std::string_view word : {" nulls first", " nulls last", " asc", " desc"}) {
    if (key.size() > word.size() &&
        sql::lower_ascii(key.substr(key.size() - word.size())) == word) {
      key = trimmed(key.substr(0, key.size() - word.size()));
    }
  }
  return key;
}

}  // namespace

std::optional<QueryText> parts_of_query(std::string_view sql) {
  const auto words = outer_words(sql);
  if (words.empty() || words[0].lower != "select") return std::nullopt;
  const auto find = [&](std::string_view word) {
    return std::find_if(words.begin(), words.end(), [&](const Word& w) { return w.lower == word; });
  };
  const auto from = find("from");
  if (from == words.end()) return std::nullopt;
  QueryText out;
  out.plain = true;
  for (const auto* word : {"distinct", "union", "intersect", "except"}) {
    out.plain = out.plain && find(word) == words.end();
  }
  out.items = trimmed(sql.substr(words[0].end, from->at - words[0].end));
  auto order = find("order"), limit = find("limit");
  if (order != words.end() && (order + 1 == words.end() || (order + 1)->lower != "by"))
    order = words.end();
  out.limited = limit != words.end();
  const auto at = [&](auto word) { return word == words.end() ? sql.size() : word->at; };
  out.rest = trimmed(sql.substr(from->at, std::min(at(order), at(limit)) - from->at));
  if (order == words.end()) return out;
  out.order_by = trimmed(sql.substr(order->at, at(limit) - order->at));
  auto begin = (order + 1)->end;
  for (auto word = order + 2;; ++word) {
    if (word != words.end() && word->lower != "," && word != limit) continue;
    out.order.push_back(sort_key(sql.substr(begin, at(word) - begin)));
    if (word == words.end() || word == limit) return out;
    begin = word->end;
  }
}

std::vector<std::string> texts_in(std::string_view sql) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < sql.size();) {
    if (sql[at] != '\'' && sql[at] != '"') {
      ++at;
      continue;
    }
    const auto end = behind_quotes(sql, at);
    if (sql[at] == '\'' && end > at + 2) {
      std::string text;
      for (auto i = at + 1; i + 1 < end; ++i) {
        text += sql[i];
        if (sql[i] == '\'') ++i;
      }
      out.push_back(std::move(text));
    }
    at = end;
  }
  return out;
}

}  // namespace sr::host
