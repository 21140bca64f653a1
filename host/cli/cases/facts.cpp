#include "host/cli/cases/facts.h"

#include <algorithm>

#include "host/base/start_error.h"
#include "host/cli/cases/same_value.h"
#include "host/session/bindings.h"
#include "host/sql/names.h"

namespace sr::host {
namespace {

std::string quoted(const std::string& name) {
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

Result<Rows> run(TransactionRef& transaction, const std::string& sql) {
  Statement statement;
  statement.role = SR_ROLE_OWNER;
  statement.sql = sql;
  auto outcome = transaction.execute(statement);
  if (!outcome) return std::move(outcome).error();
  return std::move(outcome->returned);
}

FactTables tables_of(LoadedStore& store) {
  auto transaction = or_start_error(store.begin(/*write=*/false));
  const auto real =
      or_start_error(run(transaction, "SELECT name FROM sqlite_schema WHERE type = 'table'"));
  FactTables out;
  for (const auto& column : or_start_error(store.catalog())) {
    const bool table = std::any_of(real.rows.begin(), real.rows.end(), [&](const auto& row) {
      return std::get<std::string>(row[0]) == column.table;
    });
    if (!table) continue;  // what a view shows lies in tables
    auto& of = out[column.table];
    if (column.key()) of.key.push_back(of.columns.size());
    of.columns.push_back(column.name);
    of.free.push_back(column.type == SR_TEXT && column.choices.empty() && !column.key());
    of.numbered =
        of.numbered || (column.key() && sql::lower_ascii(column.declared_type) == "integer");
  }
  for (auto& [name, table] : out) table.numbered = table.numbered && table.key.size() == 1;
  return out;
}

Json key_of(const FactTable& table, const Json& row) {
  Json key = Json::array();
  for (const auto at : table.key) key.push_back(row[at]);
  return key;
}

// Rows of `from` that are not in `in`, as often as they are not.
std::vector<Json> without(std::vector<Json> from, const std::vector<Json>& in) {
  for (const auto& row : in) {
    const auto found = std::find(from.begin(), from.end(), row);
    if (found != from.end()) from.erase(found);
  }
  return from;
}

std::string loosely(const Json& value) {
  if (!value.is_string()) return {};
  auto text = value.get<std::string>();
  const auto space = [](char c) { return c == ' ' || c == '\t' || c == '\n'; };
  while (!text.empty() && (space(text.back()) || text.back() == '.')) text.pop_back();
  text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), space));
  for (const std::string_view article : {"the ", "a ", "an "}) {
    if (sql::lower_ascii(text.substr(0, article.size())) == article) {
      text.erase(0, article.size());
      break;
    }
  }
  if (!text.empty()) text[0] = sql::lower_ascii(text.substr(0, 1))[0];
  return text;
}

bool alike(const Json& wanted, const Json& done, bool free) {
  if (same_value(wanted, done)) return true;
  if (!free) return false;
  const auto text = [](const Json& value) { return value.is_string() || value.is_null(); };
  return text(wanted) && text(done) && loosely(wanted) == loosely(done);
}

// What was wanted to change changed so, and nothing else did.
bool alike(const FactTable& table, const RowChange& wanted, const RowChange& done) {
  if (wanted.before != done.before || wanted.after.is_null() != done.after.is_null()) return false;
  if (wanted.after.is_null()) return true;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const bool came = wanted.before.is_null();
    if (came && table.numbered && i == table.key[0]) continue;
    const bool changed = came || wanted.before[i] != wanted.after[i];
    if (!alike(wanted.after[i], done.after[i], changed && table.free[i])) return false;
  }
  return true;
}

std::string value_text(const Json& value) {
  if (!value.is_string()) return value.dump();
  return "'" + value.get<std::string>() + "'";
}

std::string row_text(const Json& row) {
  std::string out;
  for (const auto& value : row) out += (out.empty() ? "" : ", ") + value_text(value);
  return out;
}

}  // namespace

std::vector<RowChange> changes_between(const FactTables& tables, const Facts& before,
                                       const Facts& after) {
  std::vector<RowChange> out;
  for (const auto& [name, table] : tables) {
    auto gone = without(before.at(name), after.at(name));
    auto come = without(after.at(name), before.at(name));
    for (auto& row : gone) {
      RowChange change{name, row, nullptr};
      const auto same = std::find_if(come.begin(), come.end(), [&](const Json& other) {
        return !table.key.empty() && key_of(table, row) == key_of(table, other);
      });
      if (same != come.end()) {
        change.after = std::move(*same);
        come.erase(same);
      }
      out.push_back(std::move(change));
    }
    for (auto& row : come) out.push_back({name, nullptr, std::move(row)});
  }
  return out;
}

ChangeMatch match_changes(const FactTables& tables, std::vector<RowChange> wanted,
                          std::vector<RowChange> done) {
  ChangeMatch out;
  const auto take = [&](const RowChange& change, const auto& fits) {
    return std::find_if(done.begin(), done.end(), [&](const RowChange& other) {
      return other.table == change.table && fits(other);
    });
  };
  std::vector<RowChange> open;
  for (auto& change : wanted) {
    const auto found =
        take(change, [&](const RowChange& o) { return alike(tables.at(change.table), change, o); });
    if (found == done.end()) {
      open.push_back(std::move(change));
    } else {
      done.erase(found);
    }
  }
  for (auto& change : open) {
    const auto found = take(change, [&](const RowChange& o) { return o.before == change.before; });
    if (found == done.end()) {
      out.missing.push_back(std::move(change));
    } else {
      out.unlike.emplace_back(std::move(change), std::move(*found));
      done.erase(found);
    }
  }
  out.extra = std::move(done);
  return out;
}

std::string text_of(const FactTables& tables, const RowChange& change) {
  const auto& table = tables.at(change.table);
  if (change.before.is_null()) return change.table + ": added " + row_text(change.after);
  if (change.after.is_null()) return change.table + ": deleted " + row_text(change.before);
  auto out = change.table + " " + row_text(key_of(table, change.before)) + ":";
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (change.before[i] == change.after[i]) continue;
    out += " " + table.columns[i] + " " + value_text(change.before[i]) + " → " +
           value_text(change.after[i]);
  }
  return out;
}

FactsKeeper::FactsKeeper(LoadedStore store, std::string seed)
    : store_(std::move(store)), seed_(std::move(seed)), tables_(tables_of(store_)) {
  deletions_ = deletions();
}

Facts FactsKeeper::read(TransactionRef& transaction) {
  Facts out;
  for (const auto& [name, table] : tables_) {
    const auto found = or_start_error(run(transaction, "SELECT * FROM " + quoted(name)));
    auto& rows = out[name];
    for (const auto& row : found.rows) {
      Json values = Json::array();
      for (const auto& value : row) values.push_back(json_of(value));
      rows.push_back(std::move(values));
    }
    std::sort(rows.begin(), rows.end());
  }
  return out;
}

Facts FactsKeeper::read() {
  auto transaction = or_start_error(store_.begin(/*write=*/false));
  return read(transaction);
}

Result<Facts> FactsKeeper::after(const std::vector<std::string>& statements) {
  auto transaction = or_start_error(store_.begin(/*write=*/true));
  for (const auto& sql : statements) {
    if (auto done = run(transaction, sql); !done) return std::move(done).error();
  }
  return read(transaction);
}

Result<Rows> FactsKeeper::query(const std::string& sql) {
  auto transaction = or_start_error(store_.begin(/*write=*/false));
  return run(transaction, sql);
}

// In an order in which no row still has another one that refers to it.
std::string FactsKeeper::deletions() {
  std::string script;
  std::vector<std::string> done, left;
  for (const auto& [name, table] : tables_) left.push_back("DELETE FROM " + quoted(name));
  while (!left.empty()) {
    const auto next = std::find_if(left.begin(), left.end(), [&](const std::string& statement) {
      auto tried = done;
      tried.push_back(statement);
      return static_cast<bool>(after(tried));
    });
    if (next == left.end()) {
      throw StartError(
          "the rows of the tables refer to each other in a circle, so that they cannot be put "
          "back");
    }
    script += *next + ";\n";
    done.push_back(*next);
    left.erase(next);
  }
  return script;
}

void FactsKeeper::put_back() { or_start_error(store_.run_script(deletions_ + seed_)); }

}  // namespace sr::host
