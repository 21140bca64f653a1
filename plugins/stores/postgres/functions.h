// functions.h - which tables the functions of a database use, read from their texts.
//
// Every table that a text in SQL or PL/pgSQL names counts, also one that it only reads. Of one that
// puts statements together at run time, or is in another language, nothing can be known.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "connection.h"

namespace sr::postgres {

// Every relation that is not the server's or the store's own, by the name it has for the host:
// that of the catalog, or with its schema when it is in another one.
#define SR_RELATIONS                                                                              \
  "WITH rel AS (SELECT c.oid, c.relkind, c.relname, CASE WHEN n.nspname = $1 THEN c.relname "     \
  "ELSE n.nspname || '.' || c.relname END AS name "                                               \
  "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "                                \
  "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_' AND n.nspname NOT IN "    \
  "('information_schema', 'state_runtime', $2)) "


std::string text_of(const pqxx::row& row, int column);

class Functions {
 public:
  // `schemas`: the application's and the store's own. Reads the catalogs.
  Functions(Connection&, const Parameters& schemas);

  // The tables that a function may use; nothing when that cannot be known.
  std::optional<std::set<std::string>> tables_of(std::int64_t oid, bool trigger) const;

 private:
  struct Function {
    std::string name, language, text;
    bool immutable = false;
    std::set<std::string> tables;      // that the server knows it to use
    std::set<std::int64_t> functions;  // the same
  };
  bool add(std::int64_t oid, std::set<std::string>& tables, std::set<std::int64_t>& seen) const;

  std::vector<std::pair<std::string, std::string>> relations_;  // the host's name, the bare one
  std::map<std::int64_t, Function> functions_;
  std::map<std::string, std::set<std::int64_t>> by_name_;
};

}  // namespace sr::postgres
