#include "host/session/known_columns.h"

#include <algorithm>

#include "host/session/bindings.h"
#include "host/sql/grammar/tables.h"
#include "host/sql/names.h"

namespace sr::host {
namespace {

// Rows of a table that are looked at in any case. Where there are more, the rest is looked at once, at
// the start, as far as the time suffices; a value that stands only there is known until then.
constexpr std::uint64_t kSample = 10000;
constexpr std::uint64_t kTimeoutMs = 250;

std::string query(const std::string& from) {
  return "SELECT q.v AS v, count(*) AS n FROM (" + from + ") AS q GROUP BY q.v LIMIT " +
         std::to_string(sql::kMostKnown + 1);
}

}  // namespace

KnownColumns::KnownColumns(const sql::Policy& policy, const std::vector<host::Column>& catalog) {
  auto reading = policy;
  reading.functions = {"count"};
  const sql::Guard guard(reading, catalog);
  for (const auto& table : sql::grammar_tables(policy, catalog)) {
    for (const auto& column : table.columns) {
      if (column.known.empty() || !column.choices.empty()) continue;
      const auto name = sql::quote_name(column.column->name);
      const auto values = "SELECT " + name + " AS v FROM " + sql::quote_name(column.column->table) +
                          " WHERE " + name + " IS NOT NULL";
      auto sample = guard.binding(query(values + " LIMIT " + std::to_string(kSample)));
      auto all = guard.binding(query(values));
      if (!std::holds_alternative<sql::Plan>(sample) || !std::holds_alternative<sql::Plan>(all)) continue;
      const auto place = static_cast<std::size_t>(column.column - catalog.data());
      Column out{{column.column->table, column.column->name, place, false, {}},
                 std::get<sql::Plan>(std::move(sample)), std::get<sql::Plan>(std::move(all)), false};
      for (auto* plan : {&out.sample, &out.all}) plan->timeout_ms = kTimeoutMs;
      columns_.push_back(std::move(out));
    }
  }
}

std::shared_ptr<const sql::KnownValues> KnownColumns::now() const {
  const std::lock_guard lock(mutex_);
  return now_;
}

void KnownColumns::changed(const Touched& touched) {
  const std::lock_guard lock(mutex_);
  changed_.add(touched);
}

bool KnownColumns::begin_reading() {
  const std::lock_guard lock(mutex_);
  if (reading_ || changed_.none()) return false;
  reading_ = true;
  return true;
}

Result<KnownColumns::Found> KnownColumns::find(TransactionRef& transaction, const sql::Plan& plan) {
  auto answer = transaction.execute(sql::statement_of(plan, SR_ROLE_BINDING));
  if (!answer) return std::move(answer).error();
  Found out;
  const auto& rows = answer->returned.rows;
  out.few = rows.size() <= sql::kMostKnown;
  for (const auto& row : rows) {
    const auto* value = std::get_if<std::string>(&row[0]);
    const auto* count = std::get_if<std::int64_t>(&row[1]);
    if (count != nullptr) out.rows += static_cast<std::uint64_t>(*count);
    if (value == nullptr || value->empty() || !sql::can_stand_in_text(*value)) continue;
    if (value->size() > sql::kMostKnownBytes) out.few = false;
    out.values.push_back(*value);
  }
  return out;
}

void KnownColumns::look(TransactionRef& transaction, Column& column) {
  auto found = find(transaction, column.sample);
  if (!found) return;
  if (found->few && found->rows >= kSample) {
    // The sample may lack values. All of it is read once; then those that were there are kept.
    if (!begun_) {
      if (auto all = find(transaction, column.all)) found = std::move(all);
    } else if (column.few) {
      auto& values = found->values;
      values.insert(values.end(), column.known.values.begin(), column.known.values.end());
    }
  }
  auto& values = found->values;
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  column.few = found->few && values.size() <= sql::kMostKnown;
  column.known.repeated = found->rows >= 2 * values.size();
  column.known.values = std::move(values);
}

void KnownColumns::read(LoadedStore& store) {
  Touched touched;
  {
    const std::lock_guard lock(mutex_);
    touched = std::exchange(changed_, {});
  }
  auto transaction = store.begin(/*write=*/false);
  if (transaction) {
    for (auto& column : columns_) {
      if (touched.one_of({column.known.table})) look(*transaction, column);
    }
    begun_ = true;
  }
  std::vector<sql::KnownColumn> known;
  for (const auto& column : columns_) {
    if (column.few && !column.known.values.empty()) known.push_back(column.known);
  }
  auto made = std::make_shared<const sql::KnownValues>(std::move(known));
  const std::lock_guard lock(mutex_);
  now_ = std::move(made);
  reading_ = false;
  if (!transaction) changed_.add(std::move(touched));
}

}  // namespace sr::host
