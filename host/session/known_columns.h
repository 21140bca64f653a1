// host/session/known_columns.h - what stands in columns of text, as it was last read from the
// store: the values of columns that hold few (docs/sql.md, "Values of commands"), and the texts of
// those that hold more, which a command may speak of (docs/event-log.md, "Mentions").
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "host/session/dependencies.h"
#include "host/session/mentions.h"
#include "host/sql/guard.h"
#include "host/sql/sources.h"

namespace sr::host {

// Columns of text that the policy lets be read and does not hold back (`values: off`). Any thread;
// read() on one at a time.
class KnownColumns {
 public:
  KnownColumns(const sql::Policy& policy, const std::vector<Column>& catalog);

  std::shared_ptr<const sql::KnownValues> now() const;
  // Their texts, with the key of the row in which one stands alone; of each table its own.
  std::vector<std::shared_ptr<const Mentions>> texts() const;

  // Rows have changed: their columns are to be read again.
  void changed(const Touched& touched);
  // Whether some are, and nobody reads them; the caller does so then.
  bool begin_reading();
  // Reads what has changed, at the beginning everything. A column that cannot be read is known no
  // more; when the store gives no transaction, everything stays as it was.
  void read(LoadedStore& store);

 private:
  struct Text {
    std::string text;
    Json key;  // of the row that alone has it; null: of several, or not known
    bool operator==(const Text&) const = default;
  };
  struct Column {
    sql::KnownColumn known;
    sql::Plan sample, all;
    bool few = false;     // else `known` says nothing
    bool failed = false;  // the last time it was read
    std::vector<Text> texts;
  };
  struct Found {
    std::vector<Text> texts;
    std::uint64_t rows = 0, distinct = 0;
    bool few = false;
  };
  using Texts = std::map<std::string, std::shared_ptr<const Mentions>>;  // by table

  Result<Found> find(TransactionRef& transaction, const sql::Plan& plan);
  bool look(TransactionRef& transaction, Column& column);
  std::shared_ptr<const Mentions> texts_of(const std::string& table) const;

  std::vector<Column> columns_;
  bool begun_ = false;  // everything has been read once

  mutable std::mutex mutex_;
  std::shared_ptr<const sql::KnownValues> now_ = std::make_shared<const sql::KnownValues>();
  Texts texts_;
  Touched changed_ = Touched::everything();
  bool reading_ = false;
};

}  // namespace sr::host
