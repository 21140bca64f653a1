// host/cli/cases/facts.h - the rows of an app's tables: read, tried on, compared, put back.
//
// One thread; throws StartError when the store fails. Of SQLite: the statements are its own.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "host/base/json.h"
#include "host/plugins/store.h"

namespace sr::host {

// By table; a row is a list of values (docs/protocol.md, "Values"), in the order of the columns.
using Facts = std::map<std::string, std::vector<Json>>;

struct FactTable {
  std::vector<std::string> columns;
  std::vector<std::size_t> key;  // of the columns
  bool numbered = false;         // a row that comes without its key gets one
  std::vector<bool> free;        // by column: any text may stand there
};
using FactTables = std::map<std::string, FactTable>;

// A row that came (`before` is null), went (`after` is null), or changed.
struct RowChange {
  std::string table;
  Json before, after;
};

std::vector<RowChange> changes_between(const FactTables&, const Facts& before, const Facts& after);

// What was done, held against what was wanted: both lists of changes of the same facts.
struct ChangeMatch {
  std::vector<RowChange> missing, extra;                // whole rows
  std::vector<std::pair<RowChange, RowChange>> unlike;  // of the same row: wanted, done
  bool right() const { return missing.empty() && extra.empty() && unlike.empty(); }
};
// Loose where people are: a free text that was written may differ in its first letter's case, in an
// article before it or a period behind it, and an empty one may be NULL; a numbered key may be any.
ChangeMatch match_changes(const FactTables&, std::vector<RowChange> wanted,
                          std::vector<RowChange> done);

// `loans 10: state 'out' → 'back'`; `loans: added 12, 'plane'`.
std::string text_of(const FactTables&, const RowChange&);

class FactsKeeper {
 public:
  // The store holds what `seed` made; its tables are empty before it.
  FactsKeeper(LoadedStore store, std::string seed);

  const FactTables& tables() const { return tables_; }
  Facts read();
  // What would be there after these statements, or why they do not run. Nothing stays.
  Result<Facts> after(const std::vector<std::string>& statements);
  Result<Rows> query(const std::string& sql);
  // The seed's rows, and no others.
  void put_back();

 private:
  Facts read(TransactionRef& transaction);
  std::string deletions();

  LoadedStore store_;
  std::string seed_;
  FactTables tables_;
  std::string deletions_;
};

}  // namespace sr::host
