#include "dependencies.h"

#include <map>
#include <set>

#include "authorization.h"
#include "statement.h"

namespace sr::sqlite {
namespace {

std::string in_quotes(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') out += c;
    out += c;
  }
  return out + "\"";
}

class Finder {
 public:
  explicit Finder(Connection& c) : connection_(c) {
    Query query(
        c, "SELECT name, type = 'view' FROM main.sqlite_schema WHERE type IN ('table', 'view')");
    while (query.step()) {
      const std::string name(query.text(0));
      if (is_own_table(name) || lower(name).starts_with("sqlite_")) continue;
      names_.emplace(lower(name), name);
      (query.integer(1) != 0 ? views_ : tables_).push_back(name);
    }
  }

  std::vector<Edge> find() {
    for (const auto& view : views_) what_is_shown(view);
    for (const auto& view : views_) what_is_written(view);
    for (const auto& table : tables_) {
      what_is_written(table);
      what_keys_change(table);
    }
    return std::vector<Edge>(std::move(edges_));
  }

 private:
  void add(sr_dependency_kind kind, std::string_view from, std::string_view to) {
    const auto first = names_.find(lower(from)), second = names_.find(lower(to));
    if (first == names_.end() || second == names_.end() || first == second) return;
    if (known_.insert({kind, first->second, second->second}).second) {
      edges_.push_back({kind, first->second, second->second});
    }
  }

  // A view of views reports the tables at the end of them.
  void what_is_shown(const std::string& view) {
    connection_.overhear("SELECT * FROM main." + in_quotes(view),
                         [&](int action, std::string_view t) {
                           if (action == SQLITE_READ) add(SR_SHOWS, t, view);
                         });
  }

  // What the triggers of a table, or those INSTEAD OF a change of a view, change in turn.
  void what_is_written(const std::string& table) {
    const auto listen = [&](int action, std::string_view t) {
      const bool writes =
          action == SQLITE_INSERT || action == SQLITE_UPDATE || action == SQLITE_DELETE;
      if (writes) add(SR_WRITES, table, t);
    };
    const auto name = "main." + in_quotes(table);
    const auto set = assignments(table);
    if (set.empty()) return;
    connection_.overhear("INSERT INTO " + name + " DEFAULT VALUES", listen);
    connection_.overhear("UPDATE " + name + " SET " + set, listen);
    connection_.overhear("DELETE FROM " + name, listen);
  }

  // Each column to itself; empty for a view that refers to what is not there.
  std::string assignments(const std::string& table) {
    std::string out;
    try {
      Query columns(connection_, "SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0");
      columns.bind(table);
      while (columns.step()) {
        const auto column = in_quotes(columns.text(0));
        out += (out.empty() ? "" : ", ") + column + " = " + column;
      }
    } catch (const Failure&) {
      return {};
    }
    return out;
  }

  void what_keys_change(const std::string& child) {
    Query keys(connection_,
               "SELECT \"table\" FROM pragma_foreign_key_list(?1) WHERE "
               "on_update NOT IN ('NO ACTION', 'RESTRICT') OR "
               "on_delete NOT IN ('NO ACTION', 'RESTRICT')");
    keys.bind(child);
    while (keys.step()) add(SR_WRITES, keys.text(0), child);
  }

  Connection& connection_;
  std::map<std::string, std::string> names_;  // in lower case, and as in the schema
  std::vector<std::string> tables_, views_;
  std::set<std::tuple<int, std::string, std::string>> known_;
  std::vector<Edge> edges_;
};

}  // namespace

std::vector<Edge> DependencyList::of(Connection& reader) {
  Query query(reader, "PRAGMA schema_version");
  query.step();
  const auto schema = query.integer(0);
  const std::lock_guard lock(mutex_);
  if (schema != schema_) {
    edges_ = Finder(reader).find();
    schema_ = schema;
  }
  return edges_;
}

}  // namespace sr::sqlite
