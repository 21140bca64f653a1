// Undo and redo: a change of this session is taken back, row by row, as one more action.
#include <algorithm>

#include "host/session/kept_names.h"
#include "host/turn/recorder.h"
#include "host/turn/steps.h"

namespace sr::host {
namespace {

Rejection no(const char* rule, std::string why) {
  Rejection out{"undo", rule, std::move(why)};
  out.final = true;
  return out;
}

Result<KeptChange> kept_at(const Turn& turn, TransactionRef& transaction, std::uint64_t seq) {
  Result<KeptChange> out =
      Error{SR_CORRUPT, "log", "the log does not keep that change any more", {}};
  auto read = transaction.log_read(turn.session.id, seq - 1, [&](LogEntry entry) {
    if (entry.seq == seq && entry.kind == "rows") out = read_kept_change(entry.body);
    return false;
  });
  if (!read) return read.error();
  if (!out) return out;
  return with_spoken_names(std::move(*out), turn.engine.guard.catalog());
}

// Another attempt could only do something else.
Step failed(Error error) {
  if (!blames_statement(error.code)) return error;
  return no("statement", std::move(error.what));
}

// "id 2", "student ann, course art".
std::string key_text(const Json& key) {
  std::string out;
  for (const auto& [name, value] : key.items()) {
    out += (out.empty() ? "" : ", ") + name + " " +
           (value.is_string() ? value.get<std::string>() : value.dump());
  }
  return out;
}

Rejection changed_since(const KeptRow& row) {
  return no("changed", "the row of " + row.table + " with " + key_text(row.key) +
                           " has been changed since; it was left as it is");
}

// What the change left in a row is what is there now.
bool still_so(const KeptRow& row, const Json& now) {
  if (row.after.is_null() || now.is_null()) return row.after.is_null() && now.is_null();
  return std::all_of(row.after.items().begin(), row.after.items().end(), [&](const auto& item) {
    const auto found = now.find(item.key());
    return found != now.end() && *found == item.value();
  });
}

// Why the policy lets no such row be put back; empty when it does.
std::string not_allowed(const sql::Policy& policy, const KeptRow& row) {
  const auto found = policy.tables.find(row.table);
  if (found == policy.tables.end()) return "this app has no table " + row.table;
  if (!policy.undo(row.table)) return "changes of " + row.table + " are not undone in this app";
  const auto& rules = found->second;
  // What was allowed one way is allowed the other.
  const bool added_or_gone = row.before.is_null() || row.after.is_null();
  if (added_or_gone && !rules.insert && !rules.remove) return "rows of " + row.table + " may not come or go";
  if (added_or_gone) return {};
  const auto* columns = rules.update ? &rules.update->columns : nullptr;
  for (const auto& [name, value] : row.before.items()) {
    const bool allowed = columns != nullptr &&
                         (columns->all || std::find(columns->names.begin(), columns->names.end(), name) !=
                                              columns->names.end());
    if (!allowed) return "the column " + name + " of " + row.table + " may not be set";
  }
  return {};
}

std::vector<std::string> columns_of(const Json& row) {
  std::vector<std::string> out;
  if (!row.is_object()) return out;
  for (const auto& [name, value] : row.items()) out.push_back(name);
  return out;
}

// The values of a row's columns; fails where the table is not what it was.
Result<std::vector<sql::Assignment>> values_of(const sql::RowTable& table, const Json& row) {
  std::vector<sql::Assignment> out;
  for (const auto& [name, json] : row.items()) {
    const auto column = std::find_if(table.columns.begin(), table.columns.end(),
                                     [&](const Column* c) { return c->name == name; });
    auto value = exact_value(json);
    if (column == table.columns.end() || !value) {
      return Error{SR_INVALID_ARGUMENT, "log", table.name + " has no such column " + name + " any more", {}};
    }
    out.push_back({*column, std::move(*value)});
  }
  return out;
}

// The statement that puts a row back as it was.
Result<Statement> putting_back(const sql::RowTable& table, const KeptRow& row) {
  auto key = values_of(table, row.key);
  if (!key) return std::move(key).error();
  std::vector<Value> key_values;
  for (auto& part : *key) key_values.push_back(std::move(part.value));
  if (row.before.is_null()) return sql::delete_row(table, key_values);
  auto values = values_of(table, row.before);
  if (!values) return std::move(values).error();
  if (!row.after.is_null()) return sql::update_row(table, key_values, *values);
  std::vector<std::optional<Value>> whole(table.columns.size());
  for (auto& [column, value] : *values) {
    const auto place = std::find(table.columns.begin(), table.columns.end(), column);
    whole[static_cast<std::size_t>(place - table.columns.begin())] = std::move(value);
  }
  return sql::insert_row(table, whole);
}

}  // namespace

Step find_reversal(Turn& turn, bool redo, std::uint64_t seq) {
  const auto* next = turn.session.history.next(redo);
  const std::string verb = redo ? "redo" : "undo";
  if (next == nullptr) return no("nothing", "there is nothing to " + verb);
  if (seq != 0 && seq != next->seq) {
    return no("order", "this is not what is to be " + verb + "ne next; other changes of yours came after it");
  }
  if (!next->why_not.empty()) {
    return no("not_kept", "the last change cannot be " + verb + "ne: " + next->why_not);
  }
  turn.reversal = Reversal{redo, next->seq, 0};
  return {};
}

Step take_back(Turn& turn, TransactionRef& transaction, Recorder& rows) {
  auto change = kept_at(turn, transaction, turn.reversal->of);
  if (!change) {
    if (change.error().code == SR_UNAVAILABLE) return change.error();
    return no("not_kept", change.error().what);
  }
  // What came last goes first: a row that others refer to is there before and after them.
  std::reverse(change->rows.begin(), change->rows.end());
  for (const auto& row : change->rows) {
    if (auto why = not_allowed(turn.engine.app.policy, row); !why.empty()) return no("policy", why);
    auto now = rows.take(row.table, row.key, columns_of(row.before));
    if (!now) return failed(std::move(now).error());
    if (!still_so(row, *now)) return changed_since(row);
  }
  for (const auto& row : change->rows) {
    auto statement = putting_back(sql::row_table(turn.engine.guard, row.table), row);
    if (!statement) return no("not_kept", statement.error().what);
    statement->timeout_ms = turn.engine.app.policy.binding_timeout_ms;
    auto outcome = transaction.execute(*statement);
    if (!outcome) return failed(std::move(outcome).error());
    if (outcome->changed == 0) return changed_since(row);
    ++turn.reversal->rows;
    turn.outcome.touched.add(turn.engine.dependencies.by(row.table));
  }
  return {};
}

}  // namespace sr::host
