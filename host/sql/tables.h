// host/sql/tables.h - the catalog and the policy as the guard looks them up: by name, not by search.
// Immutable after construction; any thread. Holds pointers into both, which must outlive it.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "host/plugins/store.h"
#include "host/sql/policy.h"
#include "host/sql/scope.h"

namespace sr::host::sql {

struct KnownTable {
  std::string name, stored;  // here, and in the database
  Fields fields;
  std::vector<std::size_t> keys;        // the fields of the primary key
  const TablePolicy* policy = nullptr;  // null: the policy does not name the table

  // The columns of the primary key, in the catalog's order.
  std::vector<const Column*> key() const {
    std::vector<const Column*> out;
    for (const std::size_t field : keys) out.push_back(fields[field].column);
    return out;
  }
};

class KnownTables {
 public:
  KnownTables(const Policy&, const std::vector<Column>& catalog);
  KnownTables(const KnownTables&) = delete;
  // As it is called here or in the database: as that is written, or else whatever its ASCII case.
  // nullptr for tables of the database's own, and when several differ in case only.
  const KnownTable* find(std::string_view name) const;

 private:
  std::deque<KnownTable> all_;
  std::unordered_map<std::string, std::vector<const KnownTable*>> tables_;  // by lower case
};

}  // namespace sr::host::sql
