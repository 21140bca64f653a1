// host/sql/tree.h - PostgreSQL's parse tree of one statement, and the allow-list over its shape.
//
// parse() refuses text that is not one statement. check_shape() walks every node and every field
// of the tree by reflection: a node or field that the table in shape.cpp does not name is refused
// as soon as it is set. What may stand in the fields (names, types, meanings) is checked later, by
// the Writer. Any thread. Both throw Refused.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <pg_query/pg_query.pb-c.h>

namespace sr::host::sql {

using Node = PgQuery__Node;

constexpr int kMaxDepth = 100;  // nodes below each other

class Tree {
 public:
  // The text must have passed scan().
  static Tree parse(const std::string& text);
  const Node& statement() const { return *result_->stmts[0]->stmt; }

 private:
  struct Free {
    void operator()(PgQuery__ParseResult* result) const;
  };
  explicit Tree(PgQuery__ParseResult* result) : result_(result) {}
  std::unique_ptr<PgQuery__ParseResult, Free> result_;
};

// Adds the number of nodes to `work`.
void check_shape(const Node& statement, std::uint64_t& work);

// The literal, when the node is one.
const PgQuery__AConst* constant_of(const Node*);
// The name, when the node is a column without a qualifier; else "".
std::string plain_name(const Node&);
// Qualifiers and name; empty for *.
std::vector<std::string> names_of(const PgQuery__ColumnRef&);

// Calls `seen` for a node and all below it that belong to the same query, not for those of queries
// inside it. `seen` says whether to go on below.
void visit_query(const Node&, const std::function<bool(const Node&)>& seen);

}  // namespace sr::host::sql
