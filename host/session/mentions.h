// host/session/mentions.h - what a command speaks of: tables and columns by their names, values that stand
// in them, rows on screen (docs/event-log.md, `mentions`). Found by code, so that a model need not.
//
// Pure; any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "host/session/session.h"
#include "host/sql/sources.h"

namespace sr::host {

inline constexpr std::size_t kMostMentions = 8;

// What could be spoken of, and what of it a text speaks of.
class Mentions {
 public:
  // Under its name in words, or what people call it.
  void add_table(const std::string& table, const std::string& called = {});
  void add_column(const std::string& table, const std::string& column, const std::string& called = {});
  // `place`: "alerts.title", or a name of the query's own. `row`: the key of the row on screen it stands
  // in, or null. In another row it stands in a second time, and no key is told.
  void add_value(const std::string& value, const std::string& place, const Json& row = nullptr);
  // The key of a row on screen: a whole number or a text, of which digits alone may be said.
  void add_key(const Json& key, const std::string& place);

  // In the text's order: ["alerts"], ["alerts.title"], ["high","alerts.severity"],
  // ["Disk full","alerts.title",2]; empty when it speaks of nothing.
  Json in(std::string_view text) const;

 private:
  struct Thing {
    std::vector<std::string> words;
    Json told;          // but for the row
    Json row;           // null: none, or several
    bool value = false; // not a name
    bool key = false;
  };
  struct Match {
    std::size_t begin, end;  // of the text's words
    const Thing* thing;
  };
  using Words = std::vector<std::string>;
  void add_name(Words words, Json told);
  std::vector<Match> whole(const Words& text) const;
  std::vector<Match> in_part(const Words& text, const std::vector<Match>& whole) const;

  std::vector<Thing> things_;
  std::map<std::pair<std::string, std::string>, std::size_t> values_;  // by text and place
};

// Of what the policy lets be read of the catalog, known values, and the rows on screen that the model was
// told of.
Mentions mentions_of(const App& app, const std::vector<Column>& catalog, const sql::KnownValues& known,
                     const Screen& screen);

}  // namespace sr::host
