#include "host/app/schema_check.h"

#include <algorithm>
#include <map>

#include "host/app/schema_file.h"
#include "host/config/yaml.h"
#include "host/sql/names.h"

namespace sr::host {
namespace {

// The words of a type before its brackets, in lower case: "double precision".
std::string plain_type(const std::string& type) {
  auto name = sql::lower_ascii(type.substr(0, type.find('(')));
  while (!name.empty() && (name.back() == ' ' || name.back() == '\n')) name.pop_back();
  return name;
}

bool has(std::string_view type, std::string_view part) { return type.find(part) != type.npos; }

bool holds_bytes(std::string_view type) { return has(type, "blob") || type == "bytea"; }

// SQLite gives a column of such a type the affinity of numbers, though it holds texts.
bool keeps_texts_as_numbers(std::string_view type) {
  for (const auto* other : {"int", "char", "clob", "text", "blob", "real", "floa", "doub", "num",
                            "dec", "bool"}) {
    if (has(type, other)) return false;
  }
  return !type.empty() && type != "any" && !type.starts_with("date") && !type.starts_with("time") &&
         !type.starts_with("uuid");
}

// Types of other databases that PostgreSQL does not have, and what it calls them.
const std::map<std::string_view, std::string_view>& foreign_to_postgres() {
  static const std::map<std::string_view, std::string_view> kTypes = {
      {"blob", "bytea"},      {"clob", "text"},          {"datetime", "timestamp"},
      {"string", "text"},     {"double", "double precision"}, {"tinyint", "smallint"},
      {"mediumint", "integer"}, {"number", "numeric"},   {"nvarchar", "varchar"},
      {"longtext", "text"},   {"any", "text"}};
  return kTypes;
}

class SchemaCheck {
 public:
  SchemaCheck(const App& app, std::string_view store, const SchemaFile& schema,
              std::shared_ptr<config::Source> source, config::Diagnostics& diagnostics)
      : app_(app), store_(store), schema_(schema), source_(std::move(source)),
        diagnostics_(diagnostics) {}

  void run() {
    for (const auto& column : schema_.columns) {
      const auto type = plain_type(column.type);
      if (store_ == "postgres") check_exists(column, type);
      const auto policy = std::find_if(
          app_.policy.tables.begin(), app_.policy.tables.end(),
          [&](const auto& table) { return sql::same_name(table.first, column.table); });
      if (policy == app_.policy.tables.end()) continue;
      const auto path = "policy.tables." + policy->first;
      check_rule(column, type, policy->second.insert, path + ".insert");
      check_rule(column, type, policy->second.update, path + ".update");
      check_rule(column, type, policy->second.remove, path + ".delete");
      check_texts(column, type, policy->second);
    }
    if (store_ != "postgres") return;
    for (const auto at : schema_.autoincrements) {
      diagnostics_.error(place(at, 13), "PostgreSQL has no AUTOINCREMENT; leave it out, a lone "
                                        "INTEGER PRIMARY KEY is numbered by itself");
    }
  }

 private:
  config::Place place(std::size_t at, std::size_t length) const {
    const auto extent = source_->at_offset(at);
    return {source_, extent.line, extent.column, static_cast<int>(length)};
  }
  void error(const DeclaredColumn& column, std::string what) {
    diagnostics_.error(place(column.at, column.length), std::move(what));
  }
  static std::string name_of(const DeclaredColumn& column) { return column.table + "." + column.name; }

  void check_exists(const DeclaredColumn& column, const std::string& type) {
    const auto found = foreign_to_postgres().find(type);
    if (found == foreign_to_postgres().end() || schema_.types.contains(type)) return;
    error(column, "PostgreSQL has no type \"" + column.type + "\"; declare " + name_of(column) +
                      " as " + std::string(found->second));
  }

  // Only columns that the policy names: with "all" a statement may leave this one alone.
  void check_rule(const DeclaredColumn& column, const std::string& type,
                  const std::optional<sql::WriteRule>& rule, const std::string& path) {
    if (!rule) return;
    const auto names = [&](const std::vector<std::string>& list) {
      return std::any_of(list.begin(), list.end(),
                         [&](const auto& name) { return sql::same_name(name, column.name); });
    };
    const bool set = names(rule->columns.names);
    const bool fixed = names(rule->where);
    // PostgreSQL cannot compare them, and the grammar leaves them out in any database.
    const bool opaque = (type == "json" || type == "xml") &&
                        (app_.policy.grammar || store_ == "postgres");
    if (set && column.generated) {
      error(column, "the database computes " + name_of(column) +
                        ", which no statement can set; take it out of " + path + ".columns");
    } else if (set && holds_bytes(type)) {
      error(column, name_of(column) + " holds bytes (" + column.type +
                        "), which no statement can write; take it out of " + path + ".columns");
    } else if (set && opaque && app_.policy.grammar) {
      error(column, "a model that is held to the grammar cannot write " + name_of(column) + " (" +
                        column.type + "); take it out of " + path + ".columns, or declare it as " +
                        (store_ == "postgres" && type == "json" ? "jsonb" : "TEXT"));
    }
    if (fixed && (holds_bytes(type) || opaque)) {
      error(column, "no statement can name a row by " + name_of(column) + " (" + column.type +
                        "); take it out of " + path + ".where");
    }
  }

  void check_texts(const DeclaredColumn& column, const std::string& type,
                   const sql::TablePolicy& policy) {
    const bool told = column.generated || column.checked || (type == "json" && app_.policy.grammar);
    if (store_ != "sqlite" || told || !keeps_texts_as_numbers(type)) return;
    const auto sets = [&](const std::optional<sql::WriteRule>& rule) {
      return rule && (rule->columns.all ||
                      std::any_of(rule->columns.names.begin(), rule->columns.names.end(),
                                  [&](const auto& n) { return sql::same_name(n, column.name); }));
    };
    if (!sets(policy.insert) && !sets(policy.update)) return;
    diagnostics_.warning(place(column.at, column.length),
                         "SQLite keeps a text like '007' as the number 7 in a column of type " +
                             column.type + ", so such a text is refused; declare " +
                             name_of(column) + " as TEXT");
  }

  const App& app_;
  const std::string_view store_;
  const SchemaFile& schema_;
  const std::shared_ptr<config::Source> source_;
  config::Diagnostics& diagnostics_;
};

}  // namespace

void check_schema(const App& app, std::string_view store, config::Diagnostics& diagnostics) {
  if (app.schema.empty() || !std::filesystem::is_regular_file(app.schema)) return;
  std::string why;
  const auto text = config::read_text(app.schema, why);
  if (!text) return;  // told when it is to be run
  const auto schema = read_schema_file(*text);
  auto source = config::Source::file(config::display_path(app.schema), *text);
  SchemaCheck(app, store, schema, std::move(source), diagnostics).run();
}

}  // namespace sr::host
