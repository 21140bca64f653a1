#include "host/session/mentions.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "host/base/words.h"
#include "host/session/log_text.h"
#include "host/session/manifest.h"
#include "host/sql/names.h"

namespace sr::host {
namespace {

constexpr std::size_t kLongestValue = 256;  // bytes
constexpr std::size_t kPartOfValue = 4;     // bytes that a word has at least which alone stands for a value
constexpr std::size_t kPartOfKey = 2;       // digits of a key that are said alone
constexpr std::size_t kShortestName = 3;    // bytes of its words: `at` is no column
constexpr std::size_t kMostOfWord = 3;      // things that one word or phrase may mean; more say nothing

// Before what tables are called.
constexpr std::array<std::string_view, 5> kPrefixes = {"t", "tb", "tbl", "tab", "app"};
// Longer words that stand in many sentences and mean no value.
constexpr std::array<std::string_view, 66> kCommon = {
    "about", "above", "after", "again", "all",   "also",  "another", "any",   "been",  "before", "below",
    "both",  "cancel", "change", "delete", "does", "done", "each",   "every", "first", "from",   "give",
    "have",  "into",  "just",  "last",  "less",  "like",  "list",    "make",  "many",  "more",   "most",
    "much",  "need",  "never", "next",  "none",  "number", "only",   "open",  "other", "over",   "please",
    "same",  "show",  "since", "some",  "such",  "than",  "that",    "their", "them",  "then",   "there",
    "these", "they",  "this",  "under", "want",  "were",  "what",    "when",  "where", "which",  "with"};

bool is_common(const std::string& word) {
  return std::binary_search(kCommon.begin(), kCommon.end(), word);
}

// Runs of letters and digits, in small letters and the singular. What is not ASCII counts as a letter.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out;
  std::string word;
  const auto end = [&] {
    if (!word.empty()) out.push_back(singular(word));
    word.clear();
  };
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && std::isalnum(byte) == 0) {
      end();
    } else {
      word += byte < 0x80 ? static_cast<char>(std::tolower(byte)) : c;
    }
  }
  end();
  return out;
}

bool is_letter(char c) { return std::isdigit(static_cast<unsigned char>(c)) == 0; }

bool has_letter(const std::vector<std::string>& words) {
  return std::any_of(words.begin(), words.end(), [](const std::string& word) {
    return std::any_of(word.begin(), word.end(), is_letter);
  });
}

bool reads(const sql::Policy& policy, const Column& column) {
  const auto table = policy.tables.find(column.table);
  if (table == policy.tables.end() || !table->second.select) return false;
  const auto& columns = *table->second.select;
  return columns.all || std::any_of(columns.names.begin(), columns.names.end(), [&](const std::string& name) {
           return sql::same_name(name, column.name);
         });
}

}  // namespace

void Mentions::add_name(Words words, Json told) {
  std::size_t bytes = 0;
  for (const auto& word : words) bytes += word.size();
  if (bytes >= kShortestName) things_.push_back({std::move(words), std::move(told), nullptr});
}

void Mentions::add_table(const std::string& table, const std::string& called) {
  auto words = words_of(called.empty() ? in_words(table) : called);
  if (words.size() > 1 && std::find(kPrefixes.begin(), kPrefixes.end(), words[0]) != kPrefixes.end()) {
    words.erase(words.begin());
  }
  add_name(std::move(words), Json::array({table}));
}

void Mentions::add_column(const std::string& table, const std::string& column, const std::string& called) {
  add_name(words_of(called.empty() ? in_words(column) : called), Json::array({table + "." + column}));
}

void Mentions::add_value(const std::string& value, const std::string& place, const Json& row) {
  if (value.empty() || value.size() > kLongestValue) return;
  const auto [known, fresh] = values_.emplace(std::pair(value, place), things_.size());
  if (!fresh) {
    auto& thing = things_[known->second];
    if (thing.row != row && !row.is_null()) thing.row = nullptr;
    return;
  }
  auto words = words_of(value);
  if (!has_letter(words)) words.clear();  // a number says nothing of where it stands
  things_.push_back({std::move(words), Json::array({value, place}), row, true});
}

void Mentions::add_key(const Json& key, const std::string& place) {
  const auto text = key.is_string() ? key.get<std::string>() : key.dump();
  if (text.empty() || text.size() > kLongestValue) return;
  if (values_.emplace(std::pair(text, place), things_.size()).second) {
    things_.push_back({words_of(text), Json::array({key, place}), nullptr, true, true});
  }
}

// All words of a thing, one behind the other. What stands within a longer one is not meant.
std::vector<Mentions::Match> Mentions::whole(const Words& text) const {
  std::vector<Match> found;
  for (const auto& thing : things_) {
    const auto size = thing.words.size();
    if (size == 0) continue;
    const auto at = std::search(text.begin(), text.end(), thing.words.begin(), thing.words.end());
    if (at == text.end()) continue;
    const auto begin = static_cast<std::size_t>(at - text.begin());
    found.push_back({begin, begin + size, &thing});
  }
  std::vector<Match> out;
  for (const auto& match : found) {
    const bool within = std::any_of(found.begin(), found.end(), [&](const Match& other) {
      return other.begin <= match.begin && match.end <= other.end &&
             other.end - other.begin > match.end - match.begin;
    });
    if (!within) out.push_back(match);
  }
  return out;
}

// A word that stands in few values, as a part of each.
std::vector<Mentions::Match> Mentions::in_part(const Words& text, const std::vector<Match>& whole) const {
  std::vector<Match> out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto& word = text[i];
    const bool taken = std::any_of(whole.begin(), whole.end(),
                                   [&](const Match& m) { return m.begin <= i && i < m.end; });
    const bool number = !has_letter({word});
    if (taken || word.size() < (number ? kPartOfKey : kPartOfValue) || is_common(word)) continue;
    std::vector<Match> found;
    for (const auto& thing : things_) {
      const bool holds = (number ? thing.key : thing.value) && thing.words.size() > 1 &&
                         std::find(thing.words.begin(), thing.words.end(), word) != thing.words.end();
      if (holds) found.push_back({i, i + 1, &thing});
    }
    if (found.size() <= kMostOfWord) out.insert(out.end(), found.begin(), found.end());
  }
  return out;
}

Json Mentions::in(std::string_view text) const {
  const auto words = words_of(text);
  auto matches = whole(words);
  const auto parts = in_part(words, matches);
  matches.insert(matches.end(), parts.begin(), parts.end());
  // Values before names; beyond that any order that is always the same.
  std::sort(matches.begin(), matches.end(), [](const Match& a, const Match& b) {
    if (a.begin != b.begin) return a.begin < b.begin;
    if (a.thing->value != b.thing->value) return a.thing->value;
    return compact(a.thing->told) < compact(b.thing->told);
  });
  Json out = Json::array();
  std::size_t of_span = 0;
  for (std::size_t i = 0; i < matches.size() && out.size() < kMostMentions; ++i) {
    const auto& match = matches[i];
    const bool same = i > 0 && matches[i - 1].begin == match.begin;
    of_span = same ? of_span + 1 : 1;
    auto told = match.thing->told;
    if (!match.thing->row.is_null()) told.push_back(match.thing->row);
    if (of_span > kMostOfWord || std::find(out.begin(), out.end(), told) != out.end()) continue;
    out.push_back(std::move(told));
  }
  return out;
}

namespace {

// A column of the table, or a name of the query's own.
std::string place_of(const std::vector<Column>& catalog, const std::string& table, const std::string& name) {
  const bool own = std::any_of(catalog.begin(), catalog.end(), [&](const Column& c) {
    return sql::same_name(c.table, table) && sql::same_name(c.name, name);
  });
  return own ? table + "." + name : name;
}

void add_rows(Mentions& out, const std::vector<Column>& catalog, const sql::Plan& plan, const Json& rows) {
  const bool keyed = plan.key.size() == 1;
  for (std::size_t i = 0; i < rows.size() && i < kRowsTold; ++i) {
    if (!rows[i].is_object()) return;
    const Json key = keyed ? rows[i].value(plan.key[0], Json()) : Json();
    for (const auto& [name, value] : rows[i].items()) {
      const bool is_key = keyed && name == plan.key[0];
      const auto place = place_of(catalog, plan.key_of, name);
      if (is_key && (value.is_string() || value.is_number_integer())) out.add_key(value, place);
      if (!is_key && value.is_string()) out.add_value(value.get<std::string>(), place, key);
    }
  }
}

void add_screen(Mentions& out, const std::vector<Column>& catalog, const Screen& screen) {
  for (const auto& binding : screen.bindings) {
    const int at = component_index(screen.view, binding.component);
    if (at < 0 || binding.plan.key_of.empty()) continue;
    const auto& component = screen.view["components"][static_cast<std::size_t>(at)];
    const auto rows = component.find(binding.property.fills);
    if (rows != component.end() && rows->is_array()) add_rows(out, catalog, binding.plan, *rows);
  }
}

void add_names(Mentions& out, const App& app, const Column& column, bool first_of_table) {
  const auto label = [&](const std::string& path) {
    const auto own = app.labels.find(path);
    return own == app.labels.end() ? std::string() : own->second;
  };
  if (first_of_table) {
    out.add_table(column.table);
    if (const auto own = label(column.table); !own.empty()) out.add_table(column.table, own);
  }
  out.add_column(column.table, column.name);
  const auto own = label(column.table + "." + column.name);
  if (!own.empty()) out.add_column(column.table, column.name, own);
}

}  // namespace

Mentions mentions_of(const App& app, const std::vector<Column>& catalog, const sql::KnownValues& known,
                     const Screen& screen) {
  Mentions out;
  add_screen(out, catalog, screen);
  for (const auto& column : known.columns()) {
    for (const auto& value : column.values) out.add_value(value, column.table + "." + column.name);
  }
  std::string table;
  for (const auto& column : catalog) {
    if (!reads(app.policy, column)) continue;
    for (const auto& choice : column.choices) out.add_value(choice, column.table + "." + column.name);
    add_names(out, app, column, column.table != table);
    table = column.table;
  }
  return out;
}

}  // namespace sr::host
