// host/session/known_columns.h - the values of columns that hold few, as they were last read from the
// store (docs/sql.md, "Values of commands").
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "host/session/dependencies.h"
#include "host/sql/guard.h"
#include "host/sql/sources.h"

namespace sr::host {

// Columns of text that the policy lets be read and does not hold back (`values: off`). Any thread;
// read() on one at a time.
class KnownColumns {
 public:
  KnownColumns(const sql::Policy& policy, const std::vector<Column>& catalog);

  std::shared_ptr<const sql::KnownValues> now() const;

  // Rows have changed: their columns are to be read again.
  void changed(const Touched& touched);
  // Whether some are, and nobody reads them; the caller does so then.
  bool begin_reading();
  // Reads what has changed, at the beginning everything. What cannot be read stays as it was.
  void read(LoadedStore& store);

 private:
  struct Column {
    sql::KnownColumn known;
    sql::Plan sample, all;
    bool few = false;  // else `known` says nothing
  };
  struct Found {
    std::vector<std::string> values;
    std::uint64_t rows = 0;
    bool few = false;
  };
  Result<Found> find(TransactionRef& transaction, const sql::Plan& plan);
  void look(TransactionRef& transaction, Column& column);

  std::vector<Column> columns_;
  bool begun_ = false;  // everything has been read once

  mutable std::mutex mutex_;
  std::shared_ptr<const sql::KnownValues> now_ = std::make_shared<const sql::KnownValues>();
  Touched changed_ = Touched::everything();
  bool reading_ = false;
};

}  // namespace sr::host
