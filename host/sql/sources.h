// host/sql/sources.h - where the values of a statement may come from (docs/sql.md, "Values of commands").
//
// The one place that says which texts and numbers a statement may hold: grammars are filled with
// them (grammar/value_slots.h), and the guard holds statements to them. One turn, one thread;
// what is known of columns is shared and never changes.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "host/plugins/store.h"
#include "host/sql/said.h"
#include "words/days.h"

namespace sr::host::sql {

constexpr std::size_t kMostKnown = 50, kMostKnownBytes = 64;  // values of a column, bytes of one

// The values that stand in a column whose values are few.
struct KnownColumn {
  std::string table, name;
  std::size_t place = 0;  // of the column in the catalog
  bool repeated = false;  // rows share them: a state or a kind, not the name of something
  std::vector<std::string> values;
};

class KnownValues {
 public:
  KnownValues() = default;
  explicit KnownValues(std::vector<KnownColumn> columns) : columns_(std::move(columns)) {}

  const std::vector<KnownColumn>& columns() const { return columns_; }
  const KnownColumn* of(const Column& column) const;  // nullptr: not known

 private:
  std::vector<KnownColumn> columns_;
};

class Sources {
 public:
  explicit Sources(std::shared_ptr<const KnownValues> known = nullptr);
  // Of a statement that was held to its sources before: from anywhere. Case still follows the column.
  static Sources anywhere(std::shared_ptr<const KnownValues> known);

  void say(std::string_view text);   // what a person wrote
  void show(std::string_view text);  // stands on screen, and counts as a whole
  void show_number(std::string_view text);
  // Days that a text speaks of (words/days.h): the first, the last and the one behind it of each.
  // Where some are, no other on screen can be written into a row.
  void say_days(const std::vector<words::Days>& days);
  void show_day(words::Day day);

  // The text as it stands beside the column (nullptr: beside none), or nothing when it comes from
  // nowhere. One that differs from a known value in case only becomes that value; where it is
  // written into the column, only if rows share its values.
  enum class Use { kCompared, kWritten };
  std::optional<std::string> text(const std::string& literal, const Column* column, Use use) const;
  // What a pattern of LIKE holds between its %; case does not matter. Beside no column it may be known of
  // any.
  bool pattern(std::string_view inner, const Column* column) const;
  bool number(std::string_view literal) const;
  // The same without the small ones that nobody need have said: of what says which row is meant.
  bool row_number(std::string_view literal) const;

  const Said& said() const { return said_; }
  const std::set<std::string, std::less<>>& shown() const { return shown_; }
  const std::set<std::string>& numbers() const { return numbers_; }
  // Those that were said, and with which shown texts begin; and of these what may be written.
  const std::set<words::Day>& days() const { return days_; }
  const std::set<words::Day>& new_days() const { return said_days_.empty() ? days_ : said_days_; }
  const KnownValues& known() const { return *known_; }

 private:
  bool shows_folded(std::string_view text) const;

  std::shared_ptr<const KnownValues> known_;
  bool anywhere_ = false;
  Said said_;
  std::set<std::string, std::less<>> shown_;
  std::set<words::Day> days_, said_days_;
  std::set<std::string> numbers_;  // as canonical_number() writes them
};

}  // namespace sr::host::sql
