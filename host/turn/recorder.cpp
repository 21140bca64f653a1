#include "host/turn/recorder.h"

#include <algorithm>

#include "host/session/change_words.h"
#include "host/session/log_text.h"

namespace sr::host {
namespace {

constexpr std::size_t kAtOnce = 50;  // rows that are looked at with one statement

sql::Limits limits() { return {kMostKeptRows, kMostKeptBytes}; }

Json row_object(const sql::RowTable& table, const std::vector<Value>& values) {
  Json out = Json::object();
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    out[table.columns[i]->name] = exact_json(values.at(i));
  }
  return out;
}

std::vector<Value> key_of(const sql::RowTable& table, const std::vector<Value>& row) {
  std::vector<Value> out;
  for (const auto place : table.key) out.push_back(row.at(place));
  return out;
}

Json named_key(const sql::RowTable& table, const std::vector<Value>& key) {
  Json out = Json::object();
  for (std::size_t i = 0; i < table.key.size(); ++i) {
    out[table.columns[table.key[i]]->name] = exact_json(key[i]);
  }
  return out;
}

std::string place_of(const std::string& table, const Json& key) {
  return table + '\0' + compact(key);
}

bool holds_replaced(const Json& row) {
  return std::any_of(row.begin(), row.end(), [](const Json& value) {
    return value.is_string() && sql::holds_replaced(value.get_ref<const std::string&>());
  });
}

bool has_null(const std::vector<Value>& key) {
  return std::any_of(key.begin(), key.end(),
                     [](const Value& v) { return std::holds_alternative<std::monostate>(v); });
}

std::string too_much() { return "it changed more than is kept of one change"; }

}  // namespace

Recorder::Table& Recorder::table(const std::string& name) {
  const auto [known, fresh] = tables_.try_emplace(name);
  if (fresh) known->second.rows = sql::row_table(engine_.guard, name);
  return known->second;
}

bool Recorder::may_look(const std::string& name) {
  if (!engine_.guard.policy().undo(name)) block("this app keeps no earlier values of " + name);
  if (table(name).rows.key.empty()) cannot("the rows of " + name + " have no key");
  return complete_;
}

void Recorder::add(const Table& of, std::vector<Value> key, Json before) {
  if (has_null(key)) return cannot("a row of " + of.rows.name + " has a key that is not filled in");
  Row row{of.rows.name, std::move(key), {}, std::move(before)};
  row.name = named_key(of.rows, row.key);
  const auto place = place_of(row.table, row.name);
  if (!places_.emplace(place, rows_.size()).second) return;  // as it was first
  if (rows_.size() == kMostKeptRows) return cannot(too_much());
  rows_.push_back(std::move(row));
}

Status Recorder::before(const Change& change, Statement& statement) {
  const auto& plan = change.plan;
  asked_ = false;
  expected_ = 0;
  if (!may_look(plan.target)) return {};
  auto& of = table(plan.target);
  of.set.insert(plan.set.begin(), plan.set.end());
  for (const auto place : of.rows.key) {
    if (!of.set.contains(of.rows.columns[place]->name)) continue;
    cannot("it may have given rows of " + plan.target + " another key");
    return {};
  }
  if (plan.verb == sql::Verb::kInsert) {
    const auto policy = engine_.guard.policy().tables.find(plan.target);
    if (!policy->second.select) {
      cannot("new rows of " + plan.target + " may not be read");
      return {};
    }
    sql::return_keys(plan, of.rows, statement);
    statement.max_bytes += kMostKeptBytes;
    asked_ = true;
  } else if (plan.found_by.empty()) {
    cannot("the rows that it changed cannot be told before");
  }
  if (plan.found_by.empty()) return {};
  auto found = transaction_.execute(sql::select_found(plan, change.values, of.rows, limits()));
  if (!found) {
    if (!blames_statement(found.error().code)) return found.error();
    cannot(found.error().code == SR_EXHAUSTED ? too_much() : found.error().what);
    return {};
  }
  expected_ = found->returned.rows.size();
  for (const auto& values : found->returned.rows) {
    add(of, key_of(of.rows, values), row_object(of.rows, values));
  }
  return {};
}

Status Recorder::after(const sql::Plan& plan, Outcome& outcome) {
  counts_[{plan.target, plan.verb}] += outcome.changed;
  if (asked_) {
    const auto& of = table(plan.target);
    const auto own = plan.columns.size();
    for (auto& row : outcome.returned.rows) {
      const auto begin = row.begin() + static_cast<std::ptrdiff_t>(own);
      add(of, std::vector<Value>(begin, row.end()), nullptr);
      row.resize(own);
    }
    outcome.returned.columns.resize(own);
    if (own == 0) outcome.returned.rows.clear();
    return {};
  }
  // Others may have changed what it finds between the look and the statement.
  if (complete_ && outcome.changed != expected_) {
    cannot("it changed other rows than it had found");
  }
  return {};
}

Result<Json> Recorder::take(const std::string& name, const Json& key,
                            const std::vector<std::string>& set) {
  auto& of = table(name);
  of.set.insert(set.begin(), set.end());
  std::vector<Value> values;
  for (const auto place : of.rows.key) {
    const auto found = key.find(of.rows.columns[place]->name);
    auto value = found == key.end() ? std::nullopt : exact_value(*found);
    if (!value) return Error{SR_INVALID_ARGUMENT, "log", name + " has another key than it had", {}};
    values.push_back(std::move(*value));
  }
  if (values.empty()) return Error{SR_INVALID_ARGUMENT, "log", name + " has no key any more", {}};
  auto found = transaction_.execute(sql::select_rows(of.rows, {&values, 1}, limits()));
  if (!found) return std::move(found).error();
  const auto& rows = found->returned.rows;
  Json now = rows.empty() ? Json(nullptr) : row_object(of.rows, rows[0]);
  add(of, std::move(values), now);
  return now;
}

Status Recorder::look_again(const Table& of, std::vector<Row*> rows) {
  for (std::size_t begin = 0; begin < rows.size(); begin += kAtOnce) {
    const auto end = std::min(begin + kAtOnce, rows.size());
    std::vector<std::vector<Value>> keys;
    for (auto i = begin; i < end; ++i) keys.push_back(rows[i]->key);
    auto found = transaction_.execute(sql::select_rows(of.rows, keys, limits()));
    if (!found) {
      if (!blames_statement(found.error().code)) return found.error();
      cannot(found.error().code == SR_EXHAUSTED ? too_much() : found.error().what);
      return {};
    }
    for (const auto& values : found->returned.rows) {
      const auto key = named_key(of.rows, key_of(of.rows, values));
      const auto place = places_.find(place_of(of.rows.name, key));
      if (place != places_.end()) rows_[place->second].after = row_object(of.rows, values);
    }
  }
  return {};
}

// Of a row that stays, the columns that were set and differ. Of one that may not be read nobody is
// told whether it does.
KeptRow Recorder::kept_row(const Row& row) {
  KeptRow out{row.table, row.name, row.before, row.after};
  if (row.before.is_null() || row.after.is_null()) return out;
  const auto& set = table(row.table).set;
  out.before = out.after = Json::object();
  for (const auto& [name, value] : row.before.items()) {
    const bool same = value == row.after[name] && engine_.guard.policy().reads(row.table, name);
    if (!set.contains(name) || same) continue;
    out.before[name] = value;
    out.after[name] = row.after[name];
  }
  return out;
}

std::string Recorder::says(const KeptChange& change) const {
  const auto words =
      complete_ ? change_words(change, engine_.guard.policy(), engine_.app.labels) : std::string();
  if (!words.empty()) return words;
  if (complete_) return "Nothing is different now";
  std::string out;
  for (const auto& [what, rows] : counts_) {
    const auto& [table, verb] = what;
    const char* done = verb == sql::Verb::kInsert   ? " added"
                       : verb == sql::Verb::kDelete ? " deleted"
                                                    : " changed";
    out += (out.empty() ? "" : "; ") + counted(table, rows, engine_.app.labels) + done;
  }
  return out;
}

std::optional<NamedRow> Recorder::only_row() const {
  if (rows_.size() != 1) return std::nullopt;
  return NamedRow{rows_.front().table, rows_.front().name};
}

Result<KeptChange> Recorder::finish() {
  KeptChange out;
  for (auto& [name, of] : tables_) {
    std::vector<Row*> rows;
    for (auto& row : rows_) {
      if (row.table == name) rows.push_back(&row);
    }
    if (!complete_) break;
    if (auto looked = look_again(of, std::move(rows)); !looked) return looked.error();
  }
  for (const auto& row : rows_) {
    if (!complete_) break;
    auto kept = kept_row(row);
    if (kept.before.empty() && kept.after.empty()) continue;
    const bool comes_or_goes = kept.before.is_null() || kept.after.is_null();
    if (comes_or_goes && engine_.dependencies.reaches_others(row.table)) {
      block("with rows of " + row.table + " the database itself may change others");
    }
    if (holds_replaced(kept.before) || holds_replaced(kept.after)) {
      block("a row of " + row.table + " holds a text that cannot be kept exactly");
    }
    out.rows.push_back(std::move(kept));
  }
  const bool others = std::any_of(tables_.begin(), tables_.end(), [&](const auto& item) {
    return engine_.dependencies.reaches_others(item.first);
  });
  if (out.rows.empty() && (others || tables_.empty()))
    cannot("what it changed cannot be told row by row");
  out.says = says(out);
  out.why_not = why_not_;
  if (compact(body_of(out)).size() > kMostKeptBytes) out.why_not = too_much();
  return out;
}

}  // namespace sr::host
