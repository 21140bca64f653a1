// host/session/mentions.h - what a command speaks of: tables and columns by their names, values
// that stand in them, rows on screen (docs/event-log.md, `mentions`). Found by code, so that a
// model need not.
//
// Pure; any thread, unless it says otherwise.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "host/app/named_row.h"
#include "host/plugins/store.h"
#include "host/session/session.h"
#include "words/days.h"

namespace sr::host {

inline constexpr std::size_t kMostMentions = 8;  // but for days
inline constexpr std::size_t kMostDaysTold = 4;

// Runs of letters and digits, in small Latin letters (words/latin.h) and the singular. What is not
// ASCII counts as a letter; a word of an alphabet that has none in its place stays.
std::vector<std::string> spoken_words(std::string_view text);

// What could be spoken of.
class Mentions {
 public:
  // Under its name in words, or what people call it.
  void add_table(const std::string& table, const std::string& called = {});
  void add_column(const std::string& table, const std::string& column,
                  const std::string& called = {});
  // `place`: "alerts.title", or a name of the query's own. `row`: the key of the row on screen it
  // stands in, or null. In another row it stands in a second time, and no key is told.
  void add_value(const std::string& value, const std::string& place, const Json& row = nullptr);
  // The key of a row on screen: a whole number or a text, of which digits alone may be said.
  void add_key(const Json& key, const std::string& place);

  // Those with which values begin.
  const std::vector<words::Day>& days() const { return days_; }

 private:
  friend class Mentioned;
  using Words = std::vector<std::string>;
  struct Thing {
    Words words;
    Json told;           // but for the row
    Json row;            // null: none, or several
    bool value = false;  // not a name
    bool key = false;
  };
  using Index = std::unordered_map<std::string, std::vector<std::size_t>>;
  using Longest = std::unordered_map<std::string, std::size_t>;
  void add(Thing thing);
  void add_name(Words words, Json told);
  bool has_value(const Thing& thing) const;

  std::vector<Thing> things_;
  std::map<std::pair<std::string, std::string>, std::size_t> values_;  // by text and place
  Index whole_, within_;  // by all words, and by each word of values of several
  std::vector<words::Day> days_;
  Longest longest_;       // by the first word: how many words such things have at most
};

// The first of them: ["2026-06-03","day"], and of several in a row the first and the one behind the
// last, ["2026-06-01","days","2026-07-01"].
Json mentioned_days(const words::SpokenDays& spoken);

// In the text's order: ["alerts"], ["alerts.title"], ["high","alerts.severity"], ["Disk
// full","alerts.title",2]; empty when it speaks of nothing. Of several the first that has a value
// says in which row it stands. So much of the text counts as of a command's values
// (sql::kMostSaid).
Json mentioned_in(std::string_view text, const std::vector<const Mentions*>& known);

// The rows on screen that the model was told of.
Mentions mentions_on(const Screen& screen);

// Without those of other rows of the table whose row is named; with that row's key, when it is one
// column and nothing else tells it.
Json mentions_of_row(const Json& mentions, const NamedRow& row);

// What is always there: names that the policy lets be read, and the choices of columns.
Mentions mentions_of(const App& app, const std::vector<Column>& catalog);

}  // namespace sr::host
