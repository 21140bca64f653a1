// host/sql/policy.h - what an app allows: the allow-list of docs/app.md as plain data.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sr::host::sql {

struct Columns {
  bool all = false;
  std::vector<std::string> names;
};

// Whatever the case of ASCII letters.
bool lists(const std::vector<std::string>& names, std::string_view name);
bool allows(const Columns& columns, std::string_view name);

// Which changes somebody has to confirm.
enum class Confirm { kNever, kMany, kAlways };  // kMany: of more than one row, and that add or delete

struct WriteRule {
  Columns columns;                 // may be set; unused by delete
  std::vector<std::string> where;  // one of these must be fixed by the WHERE; unused by insert
  std::uint64_t max_rows = 1;
  std::optional<Confirm> confirm{};  // nothing: as the kind of event has it
};

struct TablePolicy {
  std::optional<Columns> select;
  std::optional<WriteRule> insert, update, remove;
  std::optional<bool> undo;  // earlier values are kept; nothing: as the policy says
  Columns unknown;  // columns whose values are told to nobody beforehand (`values: off`)
};

struct Policy {
  std::map<std::string, TablePolicy> tables;
  std::vector<std::string> functions;  // lower case
  bool grammar = true;  // the model is held to host/sql/grammar/grammar.h; else only the guard says no
  std::uint64_t binding_max_rows = 500;
  std::uint64_t binding_window = 100;  // rows of a table that are shown at first
  std::uint64_t binding_max_bytes = 1 << 20;
  std::uint64_t binding_timeout_ms = 2000;
  // A write by command is put forward when the model's choice of it was closer than this (a
  // difference of log-probabilities).
  double unsure_below = 0;
  bool keeps_earlier = true;  // values, so that a change can be undone

  // Whether the column may be read.
  bool reads(const std::string& table, std::string_view column) const;
  // How rows of the table may be updated; nullptr: not at all.
  const WriteRule* update_of(const std::string& table) const;
  bool undo(const std::string& table) const {
    const auto found = tables.find(table);
    return found == tables.end() ? keeps_earlier : found->second.undo.value_or(keeps_earlier);
  }
};

}  // namespace sr::host::sql
