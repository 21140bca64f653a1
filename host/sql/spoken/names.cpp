#include "host/sql/spoken/names.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "host/sql/grammar/names.h"
#include "host/sql/names.h"
#include "host/sql/scanner.h"
#include "host/sql/spoken/abbreviations.h"
#include "words/latin.h"

namespace sr::host::sql {
namespace {

constexpr std::size_t kMostAlike = 3;     // tables from which on a first word of all says nothing
// First words by which some say that a table is one.
constexpr std::string_view kTableWords[] = {"t", "tb", "tbl", "tab", "table"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Whether a word begins at `at`: of orderLine, HTTPCode, Order2Line; not of IDs.
bool begins_word(const std::vector<words::LatinLetter>& letters, std::size_t at) {
  const auto& letter = letters[at];
  if (at == 0 || !letter.upper) return false;
  const auto& before = letters[at - 1];
  if (!before.upper) return !before.text.empty();
  const bool lower_next = at + 1 < letters.size() && !letters[at + 1].upper &&
                          !letters[at + 1].text.empty() && !is_digit(letters[at + 1].text[0]);
  if (!lower_next) return false;
  const bool plural =
      letters[at + 1].text == "s" &&
      (at + 2 == letters.size() || letters[at + 2].text.empty() || letters[at + 2].upper);
  return !plural;
}

// Empty: there is a letter in it that has none of the Latin ones in its place.
std::string in_small_letters(std::string_view name) {
  const auto letters = words::latin_letters(name);
  if (!letters) return {};
  std::string out;
  const auto next_word = [&] {
    if (!out.empty() && out.back() != '_') out += '_';
  };
  for (std::size_t i = 0; i < letters->size(); ++i) {
    const auto& text = (*letters)[i].text;
    if (text.empty() || begins_word(*letters, i)) next_word();
    out += text;
  }
  while (!out.empty() && out.back() == '_') out.pop_back();
  return out;
}

// Of letters, digits and _ alone, and yet no name.
bool is_reserved(const std::string& name) {
  return !name.empty() && !is_digit(name[0]) && !can_be_spoken(name) && can_be_spoken(name + '_');
}

bool is_free(const std::string& name) {
  return !name.empty() && name.size() <= kMaxNameBytes && can_be_spoken(name) &&
         !is_system_name(name);
}

std::string without_first_word(const std::string& name) {
  const auto end = name.find('_');
  return end == std::string::npos ? std::string() : name.substr(end + 1);
}

std::string first_word(const std::string& name) {
  const auto end = name.find('_');
  return end == std::string::npos ? std::string() : name.substr(0, end);
}

// What a table or a column is called, while its name is being made.
struct Name {
  std::string stored, spoken;
  bool text = false;     // a column of texts
  bool foreign = false;  // a column that points at another table
};

// `cust_nm`: customer_name; `desc_`, a reserved word: description.
void spell_out(Name& name) {
  auto given = std::string_view(name.spoken);
  if (given.ends_with('_')) given.remove_suffix(1);
  std::string whole;
  for (std::size_t at = 0; at <= given.size();) {
    const auto end = std::min(given.find('_', at), given.size());
    if (at > 0) whole += '_';
    whole += spelt_out(given.substr(at, end - at), name.text);
    at = end + 1;
  }
  if (whole != given && is_free(whole)) name.spoken = std::move(whole);
}

// `cust` of customers, `item` of order_items; `c` of customers, `ol` of order_lines, `ps` of
// partsupp.
bool is_short_for(const std::string& word, const std::string& table) {
  constexpr std::size_t kFewLetters = 3;
  if (table.starts_with(word) || table.find('_' + word) != std::string::npos) return true;
  if (word.size() > kFewLetters || table[0] != word[0]) return false;
  std::size_t found = 0;
  for (const char c : table) found += found < word.size() && word[found] == c ? 1 : 0;
  return found == word.size();
}

// The first word that all have, which says nothing: of the tables `shop_order`, `shop_item`, …; of
// the columns `c_name`, `c_phone`, … of customers, of which those that point elsewhere often begin
// with what they point at. Empty: there is none.
std::string shared_prefix(const std::vector<Name>& names, const std::string& table) {
  std::set<std::string> first;
  std::size_t own = 0;
  for (const auto& name : names) {
    if (name.foreign) continue;
    first.insert(first_word(name.spoken));
    ++own;
  }
  if (own < kMostAlike || first.size() != 1) return {};
  return table.empty() || is_short_for(*first.begin(), table) ? *first.begin() : std::string();
}

// `table`: what the table is called whose columns they are; empty: they are tables.
void drop_prefixes(std::vector<Name>& names, const std::string& table) {
  const auto shared = shared_prefix(names, table);
  for (auto& name : names) {
    const auto word = first_word(name.spoken);
    const bool says_table =
        table.empty() &&
        std::find(std::begin(kTableWords), std::end(kTableWords), word) != std::end(kTableWords);
    if (word.empty() || (word != shared && !says_table)) continue;
    auto rest = without_first_word(name.spoken);
    if (is_reserved(rest)) rest += '_';
    if (is_free(rest)) name.spoken = std::move(rest);
  }
}

// What two would be called, or what another is called in the database, nobody is called.
void tell_apart(std::vector<Name>& names) {
  std::map<std::string, int> taken;
  for (const auto& name : names) {
    const auto own = lower_ascii(name.stored);
    ++taken[own];
    if (name.spoken != own) ++taken[name.spoken];
  }
  for (auto& name : names) {
    if (taken[name.spoken] > 1) name.spoken = name.stored;
  }
}

// By what the database calls them. `path`: what `given` calls them by, which decides before any
// rule.
std::map<std::string, std::string> named(std::vector<Name> names, const GivenNames& given,
                                         const std::string& path = {},
                                         const std::string& table = {}) {
  for (auto& name : names) {
    name.spoken = spoken_name(name.stored);
    spell_out(name);
  }
  drop_prefixes(names, table);
  for (auto& name : names) {
    const auto own = given.find(path + name.stored);
    if (own != given.end()) name.spoken = own->second;
  }
  tell_apart(names);
  std::map<std::string, std::string> out;
  for (auto& name : names) out.emplace(std::move(name.stored), std::move(name.spoken));
  return out;
}

std::vector<std::string> spoken_columns(const std::vector<std::string>& names,
                                        const std::string& table,
                                        const std::vector<Column>& catalog) {
  std::vector<std::string> out;
  for (const auto& name : names) {
    const auto column = std::find_if(catalog.begin(), catalog.end(), [&](const Column& c) {
      return c.table == table && is_called(c, table, name);
    });
    out.push_back(column == catalog.end() ? name : column->name);
  }
  return out;
}

}  // namespace

bool can_be_spoken(std::string_view name) { return written_name(name) == name; }

std::string spoken_name(std::string_view name) {
  auto out = in_small_letters(name);
  if (out.empty() || is_digit(out[0])) return std::string(name);
  if (is_reserved(out)) out += '_';
  return is_free(out) ? out : std::string(name);
}

std::string name_in_full(std::string_view name) {
  Name out{std::string(name), spoken_name(name), true, false};
  spell_out(out);
  return out.spoken;
}

std::vector<Column> spoken(std::vector<Column> catalog, const GivenNames& given) {
  std::vector<Name> tables;
  std::map<std::string, std::vector<Name>> columns;
  for (const auto& column : catalog) {
    if (is_system_name(column.table)) continue;
    auto& of_table = columns[column.table];
    if (of_table.empty()) tables.push_back({column.table, {}, false, false});
    of_table.push_back({column.name, {}, column.type == SR_TEXT, !column.references.empty()});
  }
  const auto table_names = named(tables, given);
  std::map<std::string, std::map<std::string, std::string>> column_names;
  for (auto& [table, names] : columns)
    column_names[table] = named(std::move(names), given, table + ".", table_names.at(table));
  for (auto& column : catalog) {
    if (!table_names.contains(column.table)) continue;
    for (auto& reference : column.references) {
      const auto& there = column_names[reference.table];
      if (const auto name = there.find(reference.column); name != there.end())
        reference.column = name->second;
      if (const auto name = table_names.find(reference.table); name != table_names.end())
        reference.table = name->second;
    }
    column.stored_table = column.table;
    column.stored_name = column.name;
    column.name = column_names[column.table].at(column.name);
    column.table = table_names.at(column.table);
  }
  return catalog;
}

bool is_called(const Column& column, std::string_view table) {
  return same_name(column.table, table) || same_name(column.table_in_store(), table);
}

bool is_called(const Column& column, std::string_view table, std::string_view name) {
  return is_called(column, table) &&
         (same_name(column.name, name) || same_name(column.name_in_store(), name));
}

std::string spoken_table(const std::string& name, const std::vector<Column>& catalog) {
  const auto exactly = [&](const Column& c) {
    return c.table == name || c.table_in_store() == name;
  };
  const auto found = std::find_if(catalog.begin(), catalog.end(), exactly);
  return found == catalog.end() ? name : found->table;
}

bool leads_to(const std::string& path, const Column& column) {
  const auto& stored = column.table_in_store();
  if (path == column.table || path == stored) return true;
  for (const auto* table : {&column.table, &stored}) {
    if (path == *table + "." + column.name || path == *table + "." + column.name_in_store())
      return true;
  }
  return false;
}

std::string spoken_path(const std::string& path, const std::vector<Column>& catalog) {
  const auto found = std::find_if(catalog.begin(), catalog.end(),
                                  [&](const Column& c) { return leads_to(path, c); });
  if (found == catalog.end()) return path;
  const bool table = path == found->table || path == found->table_in_store();
  return table ? found->table : found->table + "." + found->name;
}

Policy spoken(const Policy& policy, const std::vector<Column>& catalog) {
  auto out = policy;
  out.tables.clear();
  for (const auto& [name, rules] : policy.tables) {
    const auto table = spoken_table(name, catalog);
    auto told = rules;
    const auto rename = [&](std::vector<std::string>& names) {
      names = spoken_columns(names, table, catalog);
    };
    if (told.select) rename(told.select->names);
    rename(told.unknown.names);
    for (auto* rule : {&told.insert, &told.update, &told.remove}) {
      if (!*rule) continue;
      rename((*rule)->columns.names);
      rename((*rule)->where);
    }
    out.tables.emplace(table, std::move(told));
  }
  return out;
}

}  // namespace sr::host::sql
