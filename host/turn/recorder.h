// host/turn/recorder.h - looks at the rows that an action is about to change, and at what has
// become of them. Store thread, inside the turn's transaction. Errors are the store's; what only
// keeps the rows from being kept is said in the change (`why_not`).
#pragma once

#include <map>
#include <optional>
#include <set>

#include "host/app/named_row.h"
#include "host/session/engine.h"
#include "host/session/kept_change.h"
#include "host/sql/rows.h"
#include "host/turn/steps.h"

namespace sr::host {

class Recorder {
 public:
  Recorder(const Engine& engine, TransactionRef& transaction)
      : engine_(engine), transaction_(transaction) {}

  // Before the statement runs; it may be asked to return more than it would by itself.
  Status before(const Change& change, Statement& statement);
  // After it: takes what it was asked to return.
  Status after(const sql::Plan& plan, Outcome& outcome);

  // One row, by its key: as it is now, or null. It counts as one that is about to be changed, in
  // these columns.
  Result<Json> take(const std::string& table, const Json& key, const std::vector<std::string>& set);

  // The row that was found, when it was one.
  std::optional<NamedRow> only_row() const;

  // What has become of all of them.
  Result<KeptChange> finish();

 private:
  struct Table {
    sql::RowTable rows;
    std::set<std::string> set;
  };
  struct Row {
    std::string table;
    std::vector<Value> key;
    Json name;    // the key, by column
    Json before;  // all columns; null
    Json after = nullptr;
  };

  Table& table(const std::string& name);
  // It will not be undone, though all rows may be known.
  void block(std::string why) {
    if (why_not_.empty()) why_not_ = std::move(why);
  }
  // Nor are they.
  void cannot(std::string why) {
    block(std::move(why));
    complete_ = false;
  }
  std::string says(const KeptChange& change) const;
  void add(const Table& table, std::vector<Value> key, Json before);
  bool may_look(const std::string& table);
  Status look_again(const Table& table, std::vector<Row*> rows);
  KeptRow kept_row(const Row& row);

  const Engine& engine_;
  TransactionRef& transaction_;
  std::map<std::string, Table> tables_;
  std::vector<Row> rows_;
  std::map<std::string, std::size_t> places_;  // by table and key
  std::size_t expected_ = 0;                   // rows that the statement found
  bool asked_ = false;                         // it returns keys
  std::string why_not_;
  bool complete_ = true;  // all rows are known
  std::map<std::pair<std::string, sql::Verb>, std::uint64_t> counts_;
};

}  // namespace sr::host
