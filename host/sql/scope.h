// host/sql/scope.h - which tables and columns a name can mean at one place of a statement.
//
// Resolution follows PostgreSQL: the innermost query that knows the name decides. Names are looked
// up, never searched for: what a statement costs grows with its length alone. One statement, one
// thread; Fields are immutable and may be shared. unqualified() throws Refused.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "host/plugins/store.h"
#include "host/sql/functions.h"
#include "host/sql/number.h"

namespace sr::host::sql {

struct Field {
  std::string name;
  Type type = Type::kAny;
  const Column* column = nullptr;  // of the catalog; null for a computed column
  bool readable = true;            // the policy's select lists it
  Number number;

  const std::string& stored() const { return column ? column->name_in_store() : name; }
};

// By which names things are looked for: those that they have here, or those in the database as
// well, where there are none of the first kind (host/sql/spoken/names.h).
enum class Naming { kHere, kAny };

// The columns of a table or query.
class Fields {
 public:
  Fields() = default;
  explicit Fields(std::vector<Field> list);
  std::size_t size() const { return all_ ? all_->list.size() : 0; }
  const Field& operator[](std::size_t i) const { return all_->list[i]; }
  // The places of a name: as it is written, or else whatever its ASCII case.
  std::vector<std::size_t> named(std::string_view name, Naming naming = Naming::kAny) const;

 private:
  struct All {
    std::vector<Field> list;
    using Places = std::unordered_map<std::string, std::vector<std::size_t>>;  // by lower case
    Places places, stored;  // by their names here; by those in the database that are others
  };
  std::shared_ptr<const All> all_;
};

struct KnownTable;  // tables.h

// One thing in FROM: a table, a WITH query or a subquery.
struct Relation {
  std::string name;   // the alias, or the table's own name
  std::string table;  // empty when it is computed
  const KnownTable* known = nullptr;  // of the catalog; null when it is computed
  Fields fields;
  std::set<std::size_t> hidden;  // merged by USING into a column further left
};

struct Place {
  const Relation* relation = nullptr;
  std::size_t field = 0;
  const Field& get() const { return relation->fields[field]; }
  bool operator<(const Place& o) const {
    return relation != o.relation ? relation < o.relation : field < o.field;
  }
  bool operator==(const Place& o) const = default;
};

// A column outside of every aggregate of its query, which GROUP BY must cover.
struct BareColumn {
  Place place;
  int at = -1;
};

enum class Clause { kTarget, kFrom, kWhere, kGroup, kHaving, kOrder, kSet, kConflict, kReturning };

struct Scope {
  Scope* outer = nullptr;
  std::deque<Relation> relations;
  Clause clause = Clause::kFrom;

  std::set<std::string> group_texts;  // what GROUP BY lists, as written
  std::set<Place> group_columns;
  std::vector<BareColumn> bare;
  bool has_aggregate = false, has_window = false;
  int in_aggregate = 0, in_window = 0;
  std::size_t columns_seen = 0;  // of this query, so far

  const Relation* relation(std::string_view name) const;
  // nullptr when this query alone does not know the name; refuses an ambiguous one.
  const Relation* unqualified(std::string_view name, std::size_t& field, int at,
                              Naming naming = Naming::kAny) const;
};

Type type_of(const Column&);

}  // namespace sr::host::sql
