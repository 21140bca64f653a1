#include "execute.h"

#include <algorithm>

#include "common/records.h"
#include "common/statement_rules.h"
#include "common/transaction_state.h"
#include "values.h"

namespace sr::postgres {
namespace {

constexpr std::string_view kDoing = kStatement;
constexpr std::uint64_t kRowsAtOnce = 256;  // so that a wide answer is never in memory as a whole

// What this connection has done to rows of any table, a number that only grows while a transaction
// runs; 0 rows affected says nothing about what triggers and rules have done. The server counts all
// changes that were tried, but no locks, unless its administrator has it count nothing: then what
// there is to see is that a transaction has a number, which a locked row gives it, too.
#define SR_ROWS_TOUCHED                                                                     \
  "CASE WHEN current_setting('track_counts')::bool THEN (SELECT "                           \
  "sum(pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid) + "     \
  "pg_stat_get_xact_tuples_deleted(oid))::text FROM pg_class WHERE relkind IN ('r', 'm')) " \
  "ELSE coalesce(txid_current_if_assigned()::text, '') END"
constexpr const char* kNoteRows =
    "SELECT set_config('state_runtime.rows', " SR_ROWS_TOUCHED ", true); ";
constexpr const char* kCompareRows =
    "SELECT current_setting('state_runtime.rows') <> " SR_ROWS_TOUCHED;

std::set<std::string, std::less<>> functions_of(const sr_grants& grants) {
  std::set<std::string, std::less<>> out;
  for (std::size_t i = 0; i < grants.function_count; ++i) out.emplace(view(grants.functions[i]));
  return out;
}

class Execution {
 public:
  Execution(Connection& c, const Settings& settings, const sr_statement& s, const sr_rows* rows)
      : connection_(c), settings_(settings), statement_(s), rows_(rows), sql_(view(s.sql)) {
    for (std::size_t i = 0; i < s.parameter_count; ++i) parameters_.add(s.parameters[i]);
    time_ = settings.statement_timeout;
    if (s.timeout_ms != 0) time_ = std::chrono::milliseconds(s.timeout_ms);
  }

  std::uint64_t run(const Inspected& what, Rights& rights, bool may_write) {
    try {
      noted_ = may_write && what.verb != Verb::kSelect;
      const auto changed = statement_.role == SR_ROLE_OWNER ? as_owner(what)
                                                            : as_model(what, rights, may_write);
      return changed == 0 && noted_ && others_changed() ? 1 : changed;
    } catch (const Failure& e) {
      if (e.code() == SR_DEADLINE) {
        throw Failure(SR_DEADLINE, "the statement ran longer than " + stores::spoken(time_) +
                                       "; narrow it with WHERE or LIMIT");
      }
      if (e.code() == SR_UNAVAILABLE && !connection_.lost() && connection_.aborted()) {
        throw Failure(SR_UNAVAILABLE, std::string(e.what()) + "; waited " +
                                          stores::spoken(settings_.lock_timeout));
      }
      throw;
    }
  }

 private:
  std::uint64_t as_owner(const Inspected& what) {
    connection_.run(noting() + ("SET LOCAL statement_timeout = " + std::to_string(time_.count())),
                    kDoing);
    const auto changed = timed([&] { return whole(what); });
    connection_.run("SET LOCAL statement_timeout = " + std::to_string(kOwnTimeout.count()), kDoing);
    return changed;
  }

  const char* noting() const { return noted_ ? kNoteRows : ""; }

  bool others_changed() { return connection_.run(kCompareRows, kDoing)[0][0].as<bool>(); }

  std::uint64_t as_model(const Inspected& what, Rights& rights, bool may_write) {
    const bool binding = statement_.role == SR_ROLE_BINDING;
    if (binding && what.verb != Verb::kSelect) {
      throw Failure(SR_DENIED, "the statement is not allowed: a binding only reads");
    }
    const bool query = stores::only_reads(statement_);
    const auto hold = rights.take(statement_.role, *statement_.grants);
    // What is set in a savepoint for reading only ends with it.
    std::string before = noting() + ("SET LOCAL ROLE " + name(hold->role())) +
                         "; SET LOCAL statement_timeout = ";
    if (binding && may_write) before = "SET LOCAL transaction_read_only = on; " + before;
    if (query) before = "SAVEPOINT sr; " + before;
    try {
      connection_.run(before + std::to_string(time_.count()), kDoing);
      const auto changed = timed([&] { return run_as(*hold, what); });
      // At once: each call is a way to the server and back.
      connection_.run(std::string(what.verb == Verb::kSelect ? "CLOSE sr_rows; " : "") +
                          (query ? "RELEASE sr; " : "") +
                          "SET LOCAL ROLE NONE; SET LOCAL statement_timeout = " +
                          std::to_string(kOwnTimeout.count()),
                      kDoing);
      return changed;
    } catch (const Failure& e) {
      if (query && stores::blames_statement(e.code())) undo_query();
      throw;
    }
  }

  // The transaction goes on as if the query had not been.
  void undo_query() {
    connection_.run("ROLLBACK TO SAVEPOINT sr; RELEASE sr", kDoing);
    connection_.clear_aborted();
  }

  std::uint64_t run_as(Rights::Hold& hold, const Inspected& what) {
    try {
      return what.verb == Verb::kSelect ? piecewise() : whole(what);
    } catch (const Failure& e) {
      if (e.code() == SR_DENIED) hold.doubt();
      throw;
    }
  }

  template <class Fn>
  std::uint64_t timed(Fn&& fn) {
    const Connection::Allowing while_it_runs(connection_, time_);
    return fn();
  }

  // The answer comes at once.
  std::uint64_t whole(const Inspected& what) {
    const auto result = connection_.outside(sql_, parameters_, kDoing);
    if (what.verb != Verb::kSelect) {
      const auto changed = static_cast<std::uint64_t>(result.affected_rows());
      stores::check_changed(statement_, changed);
      deliver(result);
      return changed;
    }
    deliver(result);
    return 0;
  }

  // Of a look at rows that are about to change.
  const char* locking() const {
    if (statement_.role != SR_ROLE_ACTION || !stores::only_reads(statement_)) return "";
    const auto& grants = *statement_.grants;
    const bool updates =
        std::any_of(grants.grants, grants.grants + grants.grant_count,
                    [](const sr_grant& g) { return (g.verbs & SR_GRANT_UPDATE) != 0; });
    return updates ? " FOR UPDATE" : "";
  }

  // The answer of a query comes in pieces, and no further than its limits. Leaves the cursor open.
  std::uint64_t piecewise() {
    connection_.outside("DECLARE sr_rows NO SCROLL CURSOR FOR " + sql_ + locking(), parameters_,
                        kDoing);
    for (;;) {
      auto count = kRowsAtOnce;
      if (statement_.max_rows != 0) count = std::min(count, statement_.max_rows + 1 - returned_);
      const auto piece =
          connection_.run("FETCH FORWARD " + std::to_string(count) + " FROM sr_rows", kDoing);
      deliver(piece);
      if (static_cast<std::uint64_t>(piece.size()) < count) break;
    }
    return 0;
  }

  void deliver(const pqxx::result& result) {
    RowReader reader(result);
    if (!described_) {
      const auto names = reader.names();
      stores::deliver_columns(rows_, names.data(), names.size());
      described_ = true;
    }
    const auto count = static_cast<std::size_t>(result.size());
    for (std::size_t i = 0; i < count; ++i) {
      stores::check_rows(statement_, ++returned_);
      const auto& values = reader.row(i, bytes_);
      stores::check_bytes(statement_, bytes_);
      stores::deliver_row(rows_, values.data(), values.size());
    }
  }

  Connection& connection_;
  const Settings& settings_;
  const sr_statement& statement_;
  const sr_rows* rows_;
  const std::string sql_;
  Parameters parameters_;
  std::chrono::milliseconds time_;
  std::uint64_t returned_ = 0, bytes_ = 0;
  bool described_ = false;
  bool noted_ = false;  // what this connection had done to rows before, to compare with
};

}  // namespace

Executed execute(Connection& connection, Rights& rights, const Settings& settings,
                 const sr_statement& s, const sr_rows* rows, bool may_write) {
  stores::check_statement(s);
  Executed out;
  out.statement = s.role == SR_ROLE_OWNER ? inspect_owner(view(s.sql))
                                          : inspect(view(s.sql), functions_of(*s.grants));
  out.changed = Execution(connection, settings, s, rows).run(out.statement, rights, may_write);
  return out;
}

}  // namespace sr::postgres
