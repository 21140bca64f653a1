#include "host/app/schema_file.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "host/sql/names.h"

namespace sr::host {
namespace {

struct Word {
  std::string text;  // content of a quoted name; one character of what is neither word nor name
  std::string lower;
  std::size_t at = 0, length = 0;
  bool quoted = false, value = false;  // a string is a value

  bool is(std::string_view word) const { return !quoted && !value && lower == word; }
};

bool is_letter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' || (c & 0x80) != 0;
}

// Where what opens at `at` with `open` and ends with `close` is over; doubled closes belong to it.
std::size_t end_of_quoted(std::string_view text, std::size_t at, char close) {
  for (auto i = at + 1; i < text.size(); ++i) {
    if (text[i] != close) continue;
    if (close == ']' || i + 1 >= text.size() || text[i + 1] != close) return i + 1;
    ++i;
  }
  return text.size();
}

// $tag$ … $tag$; `at` when it is none.
std::size_t end_of_dollars(std::string_view text, std::size_t at) {
  auto tag = at + 1;
  while (tag < text.size() && text[tag] != '$' && is_letter(text[tag])) ++tag;
  if (tag >= text.size() || text[tag] != '$') return at;
  const auto mark = text.substr(at, tag + 1 - at);
  const auto end = text.find(mark, tag + 1);
  return end == std::string_view::npos ? text.size() : end + mark.size();
}

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> out;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    auto end = at + 1;
    Word word{.at = at};
    if (std::isspace(static_cast<unsigned char>(c))) {
      at = end;
      continue;
    }
    if (text.substr(at, 2) == "--") {
      at = std::min(text.find('\n', at), text.size());
      continue;
    }
    if (text.substr(at, 2) == "/*") {
      const auto close = text.find("*/", at + 2);
      at = close == std::string_view::npos ? text.size() : close + 2;
      continue;
    }
    if (c == '\'') {
      end = end_of_quoted(text, at, c);
      word.value = true;
    } else if (c == '"' || c == '`' || c == '[') {
      end = end_of_quoted(text, at, c == '[' ? ']' : c);
      word.quoted = true;
      word.text = text.substr(at + 1, end - at - 2);
    } else if (c == '$' && end_of_dollars(text, at) != at) {
      end = end_of_dollars(text, at);
      word.value = true;
    } else if (is_letter(c)) {
      while (end < text.size() && is_letter(text[end])) ++end;
    }
    if (!word.quoted) word.text = text.substr(at, end - at);
    word.lower = sql::lower_ascii(word.text);
    word.length = end - at;
    out.push_back(std::move(word));
    at = end;
  }
  return out;
}

bool starts_constraint(const Word& word) {
  static constexpr std::array<std::string_view, 13> kWords = {
      "constraint", "primary", "not",        "null",      "unique", "check",        "default",
      "collate",    "references", "generated", "as",     "autoincrement", "storage"};
  return !word.quoted && std::find(kWords.begin(), kWords.end(), word.lower) != kWords.end();
}

bool is_table_constraint(const Word& word) {
  static constexpr std::array<std::string_view, 7> kWords = {
      "constraint", "primary", "unique", "check", "foreign", "exclude", "like"};
  return !word.quoted && std::find(kWords.begin(), kWords.end(), word.lower) != kWords.end();
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text), words_(words_of(text)) {}

  SchemaFile read() {
    for (const auto& word : words_) {
      if (word.is("autoincrement")) out_.autoincrements.push_back(word.at);
    }
    while (at_ < words_.size()) {
      statement();
      while (at_ < words_.size() && !words_[at_].is(";")) ++at_;
      ++at_;
    }
    return std::move(out_);
  }

 private:
  bool take(std::string_view word) {
    if (at_ >= words_.size() || !words_[at_].is(word)) return false;
    ++at_;
    return true;
  }

  void statement() {
    if (!take("create")) return;
    while (take("global") || take("local") || take("unlogged")) {
    }
    if (take("type") || take("domain")) {
      auto name = qualified_name();
      out_.types.insert(sql::lower_ascii(name));
    } else if (take("table")) {
      if (take("if")) at_ += 2;
      const auto table = qualified_name();
      if (take("(")) columns(table);
    }
  }

  // The last part of [schema.]name.
  std::string qualified_name() {
    std::string name;
    do {
      if (at_ >= words_.size()) break;
      name = words_[at_++].text;
    } while (take("."));
    return name;
  }

  void columns(const std::string& table) {
    while (at_ < words_.size() && !words_[at_].is(";")) {
      const auto begin = at_;
      const bool more = skip_item();
      if (!is_table_constraint(words_[begin])) column(table, begin, at_ - 1);
      if (!more) return;
    }
  }

  // Behind the comma (true) or bracket that ends it.
  bool skip_item() {
    for (int depth = 0; at_ < words_.size(); ++at_) {
      const auto& word = words_[at_];
      if (word.is("(")) ++depth;
      if (word.is(")") && depth-- == 0) return ++at_, false;
      if (word.is(",") && depth == 0) return ++at_, true;
      if (word.is(";")) return false;
    }
    return false;
  }

  void column(const std::string& table, std::size_t begin, std::size_t end) {
    if (begin >= end) return;
    const auto& name = words_[begin];
    DeclaredColumn out{.table = table, .name = name.text, .at = name.at, .length = name.length};
    auto rest = begin + 1;
    for (int depth = 0; rest < end && (depth > 0 || !starts_constraint(words_[rest])); ++rest) {
      depth += words_[rest].is("(") ? 1 : words_[rest].is(")") ? -1 : 0;
    }
    if (rest > begin + 1) {
      const auto& last = words_[rest - 1];
      out.at = words_[begin + 1].at;
      out.length = last.at + last.length - out.at;
      out.type = text_.substr(out.at, out.length);
    }
    for (; rest < end; ++rest) {
      out.checked = out.checked || words_[rest].is("check");
      // [GENERATED ALWAYS] AS (…), GENERATED ALWAYS AS IDENTITY; not BY DEFAULT AS IDENTITY.
      const bool next = rest + 1 < end;
      out.generated = out.generated || (words_[rest].is("as") && next && words_[rest + 1].is("(")) ||
                      (words_[rest].is("always") && next && words_[rest + 1].is("as"));
    }
    out_.columns.push_back(std::move(out));
  }

  std::string_view text_;
  std::vector<Word> words_;
  std::size_t at_ = 0;
  SchemaFile out_;
};

}  // namespace

SchemaFile read_schema_file(std::string_view text) { return Reader(text).read(); }

}  // namespace sr::host
