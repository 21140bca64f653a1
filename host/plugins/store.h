// host/plugins/store.h - calls to a fact store, in the host's own types. Calls block: make them
// from a store thread. A Transaction stays on one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "host/plugins/instance.h"
#include "state_runtime/store.h"

namespace sr::host {

// What a column of a foreign key points at; those of one table with the same `key` do so together.
struct Reference {
  std::string table, column;
  std::uint32_t key = 0;
};

struct Column {
  std::string table, name, declared_type;
  sr_value_type type = SR_TEXT;
  std::uint32_t flags = 0;  // SR_COLUMN_*
  std::vector<std::string> choices;
  unsigned bits = 0;  // of its whole numbers: 16, 32; 0: 64
  std::vector<Reference> references{};
  std::string stored_table{},
      stored_name{};  // in the database; empty: the same (sql/spoken/names.h)
  const std::string& table_in_store() const { return stored_table.empty() ? table : stored_table; }
  const std::string& name_in_store() const { return stored_name.empty() ? name : stored_name; }
  bool key() const { return (flags & SR_COLUMN_KEY) != 0; }
};

struct Bytes {
  std::string data;
  bool operator==(const Bytes&) const = default;
};

// NULL, boolean, integer, real, text or bytes.
using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string, Bytes>;

struct Rows {
  std::vector<std::string> columns;
  std::vector<std::vector<Value>> rows;
};

// A change of one table reaches another (sr_dependency in store.h).
struct Dependency {
  bool shows = false;  // SR_SHOWS; else SR_WRITES
  std::string from, to;
};

struct Grant {
  std::string table, column;  // empty column: every column
  std::uint32_t verbs = 0;    // SR_GRANT_*
};

struct Statement {
  sr_role role = SR_ROLE_BINDING;
  std::string sql;
  std::vector<Value> parameters;
  std::vector<Grant> grants;
  std::vector<std::string> functions;
  std::uint64_t max_rows = 0, max_bytes = 0, timeout_ms = 0;
};

struct Outcome {
  std::uint64_t changed = 0;
  Rows returned;
};

struct SessionRecord {
  std::string id, user, token_hash, epoch;
  std::uint64_t fence = 0, seq = 0;
};

struct LogEntry {
  std::uint64_t seq = 0;
  std::int64_t at_ms = 0;
  std::string kind, body, event_id;
  std::vector<std::int32_t> tokens;
  std::string vocabulary;
};

// Hears an error when the store could not keep or find what sessions are made of, for no fault of
// whoever called; and OK when a change was committed.
using StoreNotes = std::function<void(const Status&)>;

// Rolls back when it goes away uncommitted.
class TransactionRef {
 public:
  TransactionRef(std::shared_ptr<Instance> instance, std::shared_ptr<const StoreNotes> notes,
                 sr_transaction* transaction, bool write);
  ~TransactionRef();
  TransactionRef(TransactionRef&&) noexcept;
  TransactionRef& operator=(TransactionRef&&) noexcept;

  Result<Outcome> execute(const Statement&);
  Status commit();
  void rollback();

  Status session_create(const SessionRecord&);
  Result<SessionRecord> session_claim(std::string_view id);
  Result<SessionRecord> session_get(std::string_view id);
  // Entries get seq `after` + 1, + 2, …
  Status log_append(std::string_view session, std::uint64_t fence, std::uint64_t after,
                    std::span<const LogEntry> entries);
  Status log_read(std::string_view session, std::uint64_t after,
                  const std::function<bool(LogEntry)>& entry);
  Result<std::uint64_t> log_last(std::string_view session, std::string_view kind);
  Result<std::uint64_t> event_seen(std::string_view session, std::string_view event_id);
  Status snapshot_put(std::string_view session, std::string_view fingerprint, std::uint64_t seq,
                      std::string_view data);
  struct Snapshot {
    std::uint64_t seq = 0;
    std::string data;
  };
  Result<Snapshot> snapshot_get(std::string_view session, std::string_view fingerprint);
  // Those whose newest entry was made before that time, the oldest first.
  Result<std::vector<SessionRecord>> sessions_before(std::int64_t ms, std::uint64_t most);
  Status session_delete(std::string_view id, std::uint64_t fence);

 private:
  Error noted(Error error) const;

  std::shared_ptr<Instance> instance_;
  std::shared_ptr<const StoreNotes> notes_;
  const sr_store* table_;
  sr_transaction* transaction_;
  bool write_;
};

// What a store calls a table, and what it is called here; others are called alike.
using TableNames = std::map<std::string, std::string, std::less<>>;

struct StoreWatch;  // store.cpp: keeps the function that watch() calls

class LoadedStore {
 public:
  explicit LoadedStore(std::shared_ptr<Instance> instance);
  Result<std::vector<Column>> catalog();
  Result<std::vector<Dependency>> dependencies();  // SR_UNSUPPORTED: it cannot tell
  // Whether a change could be made durable now. A store that cannot tell says yes.
  Status ready();
  // What in the database stands in the way of statements with these grants, a sentence each.
  Result<std::vector<std::string>> examine(const std::vector<Grant>& grants);
  Status run_script(std::string_view sql);
  Result<TransactionRef> begin(bool write);
  // [control] An empty function stops; so does the last copy of this object.
  Status watch(std::function<void(std::string_view table)> changed);
  // Before others call, and for all copies: `notes` is told on the thread that calls the store.
  void note(StoreNotes notes) { *notes_ = std::move(notes); }
  // The same, of tables that dependencies() and watch() tell of.
  void name_tables(TableNames names) { *names_ = std::move(names); }
  const std::string& label() const { return instance_->label(); }

 private:
  std::shared_ptr<Instance> instance_;
  const sr_store* table_;
  std::shared_ptr<TableNames> names_ = std::make_shared<TableNames>();
  std::shared_ptr<StoreWatch> watch_;
  std::shared_ptr<StoreNotes> notes_ = std::make_shared<StoreNotes>();
};

}  // namespace sr::host
