// Statements of people, with the names that are spoken here in place of the database's
// (names.h).
#include <algorithm>
#include <map>
#include <set>

#include "host/sql/grammar/names.h"
#include "host/sql/names.h"
#include "host/sql/spoken/names.h"

namespace sr::host::sql {
namespace {

bool is_name(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return letter || c == '_' || c == '$' || (static_cast<unsigned char>(c) & 0x80) != 0;
}

struct Token {
  std::string text;
  bool name = false, quoted = false;  // else a keyword, a value, a sign or a space
  std::string called;                 // of a name: as it is in quotes, else in small letters
};

// Behind the text in quotes, the word or the sign that begins here.
std::size_t token_end(const std::string& sql, std::size_t at) {
  const char first = sql[at];
  auto end = at + 1;
  if (first == '\'' || first == '"') {
    for (; end < sql.size(); ++end) {
      if (sql[end] != first) continue;
      if (end + 1 == sql.size() || sql[end + 1] != first) return end + 1;
      ++end;  // doubled: one of the text
    }
    return end;
  }
  while (is_name(first) && end < sql.size() && is_name(sql[end])) ++end;
  return end;
}

std::string unquoted(const std::string& text) {
  std::string out;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '"') ++i;
    out += text[i];
  }
  return out;
}

std::vector<Token> tokens_of(const std::string& sql) {
  std::vector<Token> out;
  for (std::size_t at = 0; at < sql.size();) {
    const auto end = token_end(sql, at);
    Token token;
    token.text = sql.substr(at, end - at);
    token.quoted = token.text.size() > 1 && token.text.front() == '"' && token.text.back() == '"';
    const bool number = token.text[0] >= '0' && token.text[0] <= '9';
    token.called = token.quoted ? unquoted(token.text) : lower_ascii(token.text);
    token.name =
        token.quoted || (is_name(token.text[0]) && !number &&
                         (can_be_spoken(token.called) || !can_be_spoken(token.called + '_')));
    out.push_back(std::move(token));
    at = end;
  }
  return out;
}

// The one in front that is no space; nothing: there is none.
const Token* before(const std::vector<Token>& tokens, std::size_t at) {
  while (at-- > 0) {
    if (tokens[at].text.find_first_not_of(" \t\r\n") != std::string::npos) return &tokens[at];
  }
  return nullptr;
}

// What the statement itself names: behind AS, or behind a name, a value or a bracket.
std::set<std::string> aliases_of(const std::vector<Token>& tokens) {
  std::set<std::string> out;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto* front = tokens[i].name ? before(tokens, i) : nullptr;
    if (front == nullptr) continue;
    const bool value = front->text == ")" || front->text.front() == '\'' ||
                       (front->text.front() >= '0' && front->text.front() <= '9');
    if (front->name || value || lower_ascii(front->text) == "as")
      out.insert(lower_ascii(tokens[i].called));
  }
  return out;
}

// How a statement may have a name of the database: in quotes, or in small letters without.
std::string in_quotes(const std::string& name) { return '"' + name; }

// What those are called here. Empty is what would be two things: what is called differently in two
// places, or spoken of another.
std::map<std::string, std::string> names_by_stored(const std::vector<Column>& catalog) {
  std::map<std::string, std::string> out;
  const auto add = [&](const std::string& stored, const std::string& name) {
    for (const auto& key : {in_quotes(stored), lower_ascii(stored)}) {
      const auto [other, fresh] = out.emplace(key, name);
      if (!fresh && other->second != name) other->second.clear();
    }
  };
  for (const auto& column : catalog) {
    add(column.table_in_store(), column.table);
    add(column.name_in_store(), column.name);
  }
  for (const auto& column : catalog) {
    add(column.table, column.table);
    add(column.name, column.name);
  }
  return out;
}

}  // namespace

std::string spoken_text(const std::string& sql, const std::vector<Column>& catalog) {
  const auto names = names_by_stored(catalog);
  const auto tokens = tokens_of(sql);
  const auto aliases = aliases_of(tokens);
  std::string out;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto& token = tokens[i];
    const bool value = i > 0 && tokens[i - 1].text == ":";  // named so by an event
    const bool called = i + 1 < tokens.size() && tokens[i + 1].text == "(";
    const bool own = aliases.contains(lower_ascii(token.called));
    const bool other = !token.name || value || called || own;
    const auto found =
        other ? names.end() : names.find(token.quoted ? in_quotes(token.called) : token.called);
    out += found == names.end() || found->second.empty() ? token.text : written_name(found->second);
  }
  return out;
}

}  // namespace sr::host::sql
