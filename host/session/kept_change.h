// host/session/kept_change.h - the rows that an action changed, as they were and as they are: what the
// log keeps beside it, so that it can be undone. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/base/json.h"
#include "host/plugins/store.h"

namespace sr::host {

inline constexpr std::size_t kMostKeptRows = 500;          // of one action
inline constexpr std::size_t kMostKeptBytes = 256 << 10;   // of one action

// Rows are objects, column by column, of exact values. One that is there on both sides holds only
// the columns that the action set and that differ.
struct KeptRow {
  std::string table;
  Json key;
  Json before, after;  // null: the row was not there, or is not there any more
};

struct KeptChange {
  std::string says;           // what was done, for a person (change_words.h)
  std::vector<KeptRow> rows;  // in the order in which they were first touched
  std::string why_not;        // one clause: why it cannot be undone; empty when it can
  std::uint64_t undoes = 0, redoes = 0;  // the change that it takes back, if it does
};

// A value in JSON so that it comes back the same: bytes as {"bytes":"<hex>"}, a real number that
// JSON has no word for as {"real":"NaN"}.
Json exact_json(const Value&);
std::optional<Value> exact_value(const Json&);

// The body of the log's entry, and back. SR_CORRUPT for what is none.
Json body_of(const KeptChange&);
Result<KeptChange> read_kept_change(const std::string& body);

}  // namespace sr::host
