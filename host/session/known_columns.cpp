#include "host/session/known_columns.h"

#include <algorithm>
#include <set>

#include "host/observe/log.h"
#include "host/session/bindings.h"
#include "host/sql/grammar/tables.h"
#include "host/sql/names.h"
#include "host/sql/rows.h"

namespace sr::host {
namespace {

// Rows of a table that are looked at in any case. Where there are more, the rest is looked at once,
// at the start, as far as the time suffices; a value that stands only there is known until then.
constexpr std::uint64_t kSample = 10000;
constexpr std::uint64_t kTimeoutMs = 250;
constexpr std::uint64_t kMostBytes = 4 << 20;  // of what one column answers
constexpr std::size_t kMostTexts = 2000;       // of a column; one that has more is not spoken of
constexpr std::uint64_t kShared = 2;  // rows that a text stands in on average: a state, a kind

// `key` empty: rows are told by none.
std::string query(const std::string& from, const std::string& key) {
  return "SELECT q.v AS v, count(*) AS n" + std::string(key.empty() ? "" : ", min(q.k) AS k") +
         " FROM (" + from + ") AS q GROUP BY q.v LIMIT " + std::to_string(kMostTexts + 1);
}

// The column of the table's key, where a command can be told of it; or nullptr. What the policy
// holds back (`values: off`) is not told as a key either.
const host::Column* key_of(const sql::GrammarTable& table,
                           const std::vector<host::Column>& catalog) {
  const auto key = sql::key_columns(catalog, table);
  if (key.size() != 1) return nullptr;
  const auto column = std::find_if(table.columns.begin(), table.columns.end(),
                                   [&](const auto& c) { return c.column == key.front(); });
  const bool told = column != table.columns.end() && column->readable &&
                    !sql::allows(table.policy->unknown, column->column->name) &&
                    (column->kind == sql::Kind::kWhole || column->kind == sql::Kind::kText);
  return told ? column->column : nullptr;
}

// Of the only row that has the text.
Json key_in(const std::vector<Value>& row) {
  const auto* count = std::get_if<std::int64_t>(&row[1]);
  if (row.size() < 3 || count == nullptr || *count != 1) return nullptr;
  const auto& value = row[2];
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  const auto* text = std::get_if<std::string>(&value);
  const bool told = text != nullptr && text->size() <= sql::kMostKnownBytes &&
                    sql::can_stand_in_text(*text) && !sql::holds_replaced(*text);
  return told ? Json(*text) : Json();
}

}  // namespace

KnownColumns::KnownColumns(const sql::Policy& policy, const std::vector<host::Column>& catalog) {
  auto reading = policy;
  reading.functions = {"count", "min"};
  const sql::Guard guard(reading, catalog);
  for (const auto& table : sql::grammar_tables(policy, catalog)) {
    const auto* key = key_of(table, catalog);
    for (const auto& column : table.columns) {
      if (column.known.empty() || !column.choices.empty()) continue;
      const auto name = sql::quote_name(column.column->name);
      const auto row = key == nullptr || key == column.column ? "" : sql::quote_name(key->name);
      const auto values = "SELECT " + name + " AS v" + (row.empty() ? "" : ", " + row + " AS k") +
                          " FROM " + sql::quote_name(column.column->table) + " WHERE " + name +
                          " IS NOT NULL";
      auto sample = guard.binding(query(values + " LIMIT " + std::to_string(kSample), row));
      auto all = guard.binding(query(values, row));
      if (!std::holds_alternative<sql::Plan>(sample) || !std::holds_alternative<sql::Plan>(all))
        continue;
      const auto place = static_cast<std::size_t>(column.column - catalog.data());
      Column out{{column.column->table, column.column->name, place, false, {}},
                 std::get<sql::Plan>(std::move(sample)),
                 std::get<sql::Plan>(std::move(all)),
                 false,
                 {}};
      for (auto* plan : {&out.sample, &out.all}) {
        plan->timeout_ms = kTimeoutMs;
        plan->max_rows = kMostTexts + 1;
        plan->max_bytes = kMostBytes;
      }
      columns_.push_back(std::move(out));
    }
  }
}

std::shared_ptr<const sql::KnownValues> KnownColumns::now() const {
  const std::lock_guard lock(mutex_);
  return now_;
}

std::vector<std::shared_ptr<const Mentions>> KnownColumns::texts() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<const Mentions>> out;
  for (const auto& [table, texts] : texts_) out.push_back(texts);
  return out;
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
  out.distinct = rows.size();
  out.few = rows.size() <= sql::kMostKnown;
  for (const auto& row : rows) {
    const auto* value = std::get_if<std::string>(&row[0]);
    const auto* count = std::get_if<std::int64_t>(&row[1]);
    if (count != nullptr) out.rows += static_cast<std::uint64_t>(*count);
    if (value == nullptr || value->empty() || !sql::can_stand_in_text(*value)) continue;
    if (value->size() > sql::kMostKnownBytes) {
      out.few = false;
    } else {
      out.texts.push_back({*value, key_in(row)});
    }
  }
  if (out.distinct > kMostTexts) out.texts.clear();
  return out;
}

// Whether other texts stand there than before.
bool KnownColumns::look(TransactionRef& transaction, Column& column) {
  auto found = find(transaction, column.sample);
  if (!found) {
    if (!std::exchange(column.failed, true)) {
      log_warn("what stands in {} of {} is not told to the model until it can be read again: {}",
               column.known.name, column.known.table, found.error().what);
    }
    column.few = false;
    return !std::exchange(column.texts, {}).empty();
  }
  column.failed = false;
  bool whole = found->rows < kSample;
  std::vector<std::string> kept;
  if (found->few && !whole) {
    // The sample may lack values. All of it is read once; then those that were there are kept.
    if (!begun_) {
      if (auto all = find(transaction, column.all)) {
        found = std::move(all);
        whole = true;
      }
    } else if (column.few) {
      kept = column.known.values;
    }
  }
  auto values = std::move(kept);
  for (const auto& text : found->texts) values.push_back(text.text);
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  column.few = found->few && values.size() <= sql::kMostKnown;
  column.known.repeated =
      found->rows >= kShared * std::max<std::uint64_t>(found->distinct, values.size());
  column.known.values = column.few ? std::move(values) : std::vector<std::string>();
  if (!whole || column.known.repeated) {
    for (auto& text : found->texts) text.key = nullptr;
  }
  const bool same = column.texts == found->texts;
  column.texts = std::move(found->texts);
  return !same;
}

std::shared_ptr<const Mentions> KnownColumns::texts_of(const std::string& table) const {
  auto out = std::make_shared<Mentions>();
  for (const auto& column : columns_) {
    if (column.known.table != table) continue;
    for (const auto& text : column.texts)
      out->add_value(text.text, table + "." + column.known.name, text.key);
  }
  return out;
}

void KnownColumns::read(LoadedStore& store) {
  Touched touched;
  {
    const std::lock_guard lock(mutex_);
    touched = std::exchange(changed_, {});
  }
  std::set<std::string> others;  // tables with other texts than before
  auto transaction = store.begin(/*write=*/false);
  if (transaction) {
    for (auto& column : columns_) {
      if (touched.one_of({column.known.table}) && look(*transaction, column))
        others.insert(column.known.table);
    }
    begun_ = true;
  }
  std::vector<sql::KnownColumn> known;
  for (const auto& column : columns_) {
    if (column.few && !column.known.values.empty()) known.push_back(column.known);
  }
  auto made = std::make_shared<const sql::KnownValues>(std::move(known));
  Texts texts;
  for (const auto& table : others) texts[table] = texts_of(table);
  const std::lock_guard lock(mutex_);
  now_ = std::move(made);
  for (auto& [table, of_table] : texts) texts_[table] = std::move(of_table);
  reading_ = false;
  if (!transaction) changed_.add(std::move(touched));
}

}  // namespace sr::host
