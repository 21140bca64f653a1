#include "host/session/mentions.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "host/base/words.h"
#include "host/session/log_text.h"
#include "host/session/manifest.h"
#include "host/sql/said.h"
#include "words/latin.h"

namespace sr::host {
namespace {

constexpr std::size_t kLongestValue = 256;  // bytes
constexpr std::size_t kPartOfValue =
    4;  // bytes that a word has at least which alone stands for a value
constexpr std::size_t kPartOfKey = 2;     // digits of a key that are said alone
constexpr std::size_t kShortestName = 3;  // bytes of its words: `at` is no column
constexpr std::size_t kMostOfWord = 3;  // things that one word or phrase may mean; more say nothing

// Before what tables are called.
constexpr std::array<std::string_view, 5> kPrefixes = {"t", "tb", "tbl", "tab", "app"};
// Longer words that stand in many sentences and mean no value.
constexpr std::array<std::string_view, 66> kCommon = {
    "about", "above", "after",  "again",  "all",    "also",  "another", "any",  "been",   "before",
    "below", "both",  "cancel", "change", "delete", "does",  "done",    "each", "every",  "first",
    "from",  "give",  "have",   "into",   "just",   "last",  "less",    "like", "list",   "make",
    "many",  "more",  "most",   "much",   "need",   "never", "next",    "none", "number", "only",
    "open",  "other", "over",   "please", "same",   "show",  "since",   "some", "such",   "than",
    "that",  "their", "them",   "then",   "there",  "these", "they",    "this", "under",  "want",
    "were",  "what",  "when",   "where",  "which",  "with"};

// Those of two letters at most: a value that is one of them is meant where it is written so.
constexpr std::array<std::string_view, 25> kShort = {
    "a",  "an", "as", "at", "be", "by", "do", "go", "he", "i",  "if", "in", "is",
    "it", "me", "my", "no", "of", "on", "or", "so", "to", "up", "us", "we"};

bool is_common(const std::string& word) {
  return std::binary_search(kCommon.begin(), kCommon.end(), word);
}

bool is_letter(char c) { return std::isdigit(static_cast<unsigned char>(c)) == 0; }

bool has_letter(const std::vector<std::string>& words) {
  return std::any_of(words.begin(), words.end(), [](const std::string& word) {
    return std::any_of(word.begin(), word.end(), is_letter);
  });
}

// Quotes, dashes and spaces as they are typeset are no letters.
std::string without_signs(std::string_view text) {
  std::string out(text);
  for (const std::string_view sign : {"\u2018", "\u2019", "\u201C", "\u201D", "\u201E", "\u2013",
                                      "\u2014", "\u2026", "\u00A0", "\u00AB", "\u00BB"}) {
    for (auto at = out.find(sign); at != std::string::npos; at = out.find(sign, at))
      out.replace(at, sign.size(), " ");
  }
  return out;
}

// "Müller" as people type it who have no ü; a word of another alphabet stays.
std::string folded(std::string word) {
  const auto is_ascii = [](char c) { return (static_cast<unsigned char>(c) & 0x80) == 0; };
  if (std::all_of(word.begin(), word.end(), is_ascii)) return word;
  const auto letters = words::latin_letters(word);
  std::string out;
  if (letters) {
    for (const auto& letter : *letters) out += letter.text;
  }
  return out.empty() ? word : out;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += word + ' ';
  return out;
}

}  // namespace

std::vector<std::string> spoken_words(std::string_view spelt) {
  const auto text = without_signs(spelt);
  std::vector<std::string> out;
  std::string word;
  const auto end = [&] {
    if (!word.empty()) out.push_back(singular(folded(std::move(word))));
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

void Mentions::add(Thing thing) {
  const auto place = things_.size();
  if (!thing.words.empty()) {
    whole_[joined(thing.words)].push_back(place);
    auto& longest = longest_[thing.words[0]];
    longest = std::max(longest, thing.words.size());
    if (thing.value && thing.words.size() > 1) {
      const std::set<std::string> words(thing.words.begin(), thing.words.end());
      for (const auto& word : words) {
        if (thing.key || has_letter({word})) within_[word].push_back(place);
      }
    }
  }
  things_.push_back(std::move(thing));
}

void Mentions::add_name(Words words, Json told) {
  std::size_t bytes = 0;
  for (const auto& word : words) bytes += word.size();
  if (bytes >= kShortestName) add({std::move(words), std::move(told), nullptr});
}

void Mentions::add_table(const std::string& table, const std::string& called) {
  auto words = spoken_words(called.empty() ? in_words(table) : called);
  if (words.size() > 1 &&
      std::find(kPrefixes.begin(), kPrefixes.end(), words[0]) != kPrefixes.end()) {
    words.erase(words.begin());
  }
  add_name(std::move(words), Json::array({table}));
}

void Mentions::add_column(const std::string& table, const std::string& column,
                          const std::string& called) {
  add_name(spoken_words(called.empty() ? in_words(column) : called),
           Json::array({table + "." + column}));
}

void Mentions::add_value(const std::string& value, const std::string& place, const Json& row) {
  if (value.empty() || value.size() > kLongestValue) return;
  const auto [known, fresh] = values_.emplace(std::pair(value, place), things_.size());
  if (!fresh) {
    auto& thing = things_[known->second];
    if (thing.row != row && !row.is_null()) thing.row = nullptr;
    return;
  }
  if (const auto day = words::day_at(value)) days_.push_back(*day);
  auto words = spoken_words(value);
  if (!has_letter(words)) words.clear();  // a number says nothing of where it stands
  add({std::move(words), Json::array({value, place}), row, true});
}

void Mentions::add_key(const Json& key, const std::string& place) {
  const auto text = text_of(key);
  if (text.empty() || text.size() > kLongestValue) return;
  if (values_.emplace(std::pair(text, place), things_.size()).second) {
    add({spoken_words(text), Json::array({key, place}), nullptr, true, true});
  }
}

bool Mentions::has_value(const Thing& thing) const {
  return thing.value &&
         values_.contains({text_of(thing.told[0]), thing.told[1].get<std::string>()});
}

// What one text speaks of.
class Mentioned {
 public:
  Mentioned(std::string_view text, const std::vector<const Mentions*>& known)
      : text_(text.substr(0, sql::kMostSaid)), words_(spoken_words(text_)), known_(known) {}

  Json run() {
    find_whole();
    find_parts();
    // Values before names; beyond that any order that is always the same.
    const auto before = [](const Match& a, const Match& b) {
      if (a.begin != b.begin) return a.begin < b.begin;
      if (a.thing->value != b.thing->value) return a.thing->value;
      return compact(a.thing->told) < compact(b.thing->told);
    };
    std::sort(matches_.begin(), matches_.end(), before);
    Json out = Json::array();
    for (auto begin = matches_.begin(); begin != matches_.end();) {
      const auto end = std::find_if(
          begin, matches_.end(), [&](const Match& match) { return match.begin != begin->begin; });
      std::vector<Match> same(begin, end);
      begin = end;
      if (same.size() > kMostOfWord) {
        std::stable_sort(same.begin(), same.end(), [&](const Match& a, const Match& b) {
          return rank(*a.thing) < rank(*b.thing);
        });
        same.resize(kMostOfWord);
        std::sort(same.begin(), same.end(), before);
      }
      for (const auto& match : same) tell(out, *match.thing);
    }
    return out;
  }

 private:
  using Thing = Mentions::Thing;
  struct Match {
    std::size_t begin, end;  // of the text's words
    const Thing* thing;
  };

  // Of more than are told: values as they are written first, then those whose row is known.
  int rank(const Thing& thing) const {
    if (!thing.value) return 4;
    const auto written = text_of(thing.told[0]);
    return (text_.find(written) == std::string::npos ? 2 : 0) + (thing.row.is_null() ? 1 : 0);
  }

  static void tell(Json& out, const Thing& thing) {
    auto told = thing.told;
    if (!thing.row.is_null()) told.push_back(thing.row);
    if (out.size() < kMostMentions && std::find(out.begin(), out.end(), told) == out.end())
      out.push_back(std::move(told));
  }

  // Things under some words of which nobody before has the same value, as long as `fn` wants more.
  template <class Fn>
  void each(Mentions::Index Mentions::*index, const std::string& word, Fn fn) const {
    for (auto one = known_.begin(); one != known_.end(); ++one) {
      const auto found = ((*one)->*index).find(word);
      if (found == ((*one)->*index).end()) continue;
      for (const auto place : found->second) {
        const auto& thing = (*one)->things_[place];
        const bool told = std::any_of(
            known_.begin(), one, [&](const Mentions* before) { return before->has_value(thing); });
        if (!told && !fn(thing)) return;
      }
    }
  }

  std::size_t longest_from(const std::string& word) const {
    std::size_t out = 0;
    for (const auto* one : known_) {
      const auto found = one->longest_.find(word);
      if (found != one->longest_.end()) out = std::max(out, found->second);
    }
    return out;
  }

  // "a" is no initial of a name.
  bool by_chance(const Thing& thing) const {
    return thing.value && thing.words.size() == 1 &&
           std::binary_search(kShort.begin(), kShort.end(), thing.words[0]) &&
           text_.find(text_of(thing.told[0])) == std::string::npos;
  }

  // All words of a thing, one behind the other. What stands within a longer one is not meant.
  void find_whole() {
    std::vector<Match> found;
    std::set<const Thing*> seen;
    for (std::size_t begin = 0; begin < words_.size(); ++begin) {
      const auto last = std::min(words_.size(), begin + longest_from(words_[begin]));
      std::string phrase;
      for (auto end = begin + 1; end <= last; ++end) {
        phrase += words_[end - 1] + ' ';
        each(&Mentions::whole_, phrase, [&](const Thing& thing) {
          if (seen.insert(&thing).second) found.push_back({begin, end, &thing});
          return true;
        });
      }
    }
    // Found in the order in which they begin: a longer one begins here or before.
    std::vector<std::size_t> longest(words_.size() + 1, 0);  // by begin: the furthest end
    for (const auto& match : found)
      longest[match.begin] = std::max(longest[match.begin], match.end);
    std::size_t before = 0;  // the furthest end of what begins earlier
    std::size_t at = 0;
    for (const auto& match : found) {
      for (; at < match.begin; ++at) before = std::max(before, longest[at]);
      if (match.end <= before || match.end < longest[match.begin]) continue;
      if (!by_chance(*match.thing)) matches_.push_back(match);
    }
  }

  // A word that stands in few values, as a part of each.
  void find_parts() {
    std::vector<bool> taken(words_.size(), false);
    for (const auto& match : matches_) {
      std::fill(taken.begin() + static_cast<std::ptrdiff_t>(match.begin),
                taken.begin() + static_cast<std::ptrdiff_t>(match.end), true);
    }
    std::set<std::string> tried;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      const auto& word = words_[i];
      const bool number = !has_letter({word});
      if (taken[i] || word.size() < (number ? kPartOfKey : kPartOfValue) || is_common(word) ||
          !tried.insert(word).second)
        continue;
      std::vector<Match> found;
      each(&Mentions::within_, word, [&](const Thing& thing) {
        found.push_back({i, i + 1, &thing});
        return found.size() <= kMostOfWord;
      });
      if (found.size() <= kMostOfWord) matches_.insert(matches_.end(), found.begin(), found.end());
    }
  }

  const std::string text_;
  const std::vector<std::string> words_;
  const std::vector<const Mentions*>& known_;
  std::vector<Match> matches_;
};

Json mentioned_days(const words::SpokenDays& spoken) {
  auto out = Json::array();
  for (const auto& days : spoken.days) {
    if (out.size() == kMostDaysTold) break;
    auto told = Json::array({words::written(days.first), days.is_day() ? "day" : "days"});
    if (!days.is_day()) told.push_back(words::written(days.after));
    out.push_back(std::move(told));
  }
  return out;
}

Json mentioned_in(std::string_view text, const std::vector<const Mentions*>& known) {
  return Mentioned(text, known).run();
}

namespace {

void add_rows(Mentions& out, const sql::Plan& plan, const Json& rows) {
  const bool keyed = plan.key.size() == 1;
  for (std::size_t i = 0; i < rows.size() && i < kRowsTold; ++i) {
    if (!rows[i].is_object()) return;
    const Json key = keyed ? rows[i].value(plan.key[0], Json()) : Json();
    for (const auto& column : plan.columns) {
      const auto value = rows[i].find(column.name);
      if (value == rows[i].end()) continue;
      const bool is_key = keyed && column.name == plan.key[0];
      const auto place = column.column.empty() ? column.name : plan.key_of + "." + column.column;
      if (is_key && (value->is_string() || value->is_number_integer())) out.add_key(*value, place);
      if (!is_key && value->is_string()) out.add_value(value->get<std::string>(), place, key);
    }
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

Mentions mentions_on(const Screen& screen) {
  Mentions out;
  for (const auto& binding : screen.bindings) {
    const int at = component_index(screen.view, binding.component);
    if (at < 0 || binding.plan.key_of.empty()) continue;
    const auto& component = screen.view["components"][static_cast<std::size_t>(at)];
    const auto rows = component.find(binding.property.fills);
    if (rows != component.end() && rows->is_array()) add_rows(out, binding.plan, *rows);
  }
  return out;
}

Json mentions_of_row(const Json& mentions, const NamedRow& row) {
  Json out = Json::array();
  const bool single = row.key.size() == 1;
  bool told = false;
  for (const auto& one : mentions) {
    const bool of_table = one.size() > 1 && one[1].is_string() &&
                          one[1].get_ref<const std::string&>().starts_with(row.table + ".");
    const bool of_row = of_table && one.size() > 2;
    if (of_row && !(single && same_key(one[2], row.key.front()))) continue;
    told = told || of_row;
    out.push_back(one);
  }
  if (!single || told) return out;
  const auto key = row.key.begin();
  auto own = Json::array({key.value(), row.table + "." + key.key()});
  if (std::find(out.begin(), out.end(), own) != out.end()) return out;
  out.insert(out.begin(), std::move(own));
  if (out.size() > kMostMentions) out.erase(out.size() - 1);
  return out;
}

Mentions mentions_of(const App& app, const std::vector<Column>& catalog) {
  Mentions out;
  std::string table;
  for (const auto& column : catalog) {
    if (!app.policy.reads(column.table, column.name)) continue;
    for (const auto& choice : column.choices)
      out.add_value(choice, column.table + "." + column.name);
    add_names(out, app, column, column.table != table);
    table = column.table;
  }
  return out;
}

}  // namespace sr::host
