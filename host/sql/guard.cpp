#include "host/sql/guard.h"

#include <functional>

#include "host/sql/refuse.h"
#include "host/sql/scanner.h"
#include "host/sql/tree.h"
#include "host/sql/writer.h"

namespace sr::host::sql {
namespace {

std::variant<Plan, Refusal> check(std::string_view statement, const Policy& policy,
                                  const std::vector<Column>& catalog,
                                  Plan (Writer::*write)(const Node&)) {
  try {
    scan(statement);
    const Tree tree = Tree::parse(std::string(statement));
    check_shape(tree.statement());
    return (Writer(policy, catalog, statement).*write)(tree.statement());
  } catch (const Refused& refused) {
    return refused.refusal;
  }
}

}  // namespace

Guard::Guard(Policy policy, std::vector<Column> catalog)
    : policy_(std::move(policy)), catalog_(std::move(catalog)) {}

std::variant<Plan, Refusal> Guard::action(std::string_view statement) const {
  return check(statement, policy_, catalog_, &Writer::action);
}

std::variant<Plan, Refusal> Guard::binding(std::string_view statement) const {
  return check(statement, policy_, catalog_, &Writer::binding);
}

Statement statement_of(const Plan& plan, sr_role role) {
  Statement statement;
  statement.role = role;
  statement.sql = plan.sql;
  statement.grants = plan.grants;
  statement.functions = plan.functions;
  statement.max_rows = plan.max_rows;
  statement.max_bytes = plan.max_bytes;
  statement.timeout_ms = plan.timeout_ms;
  return statement;
}

}  // namespace sr::host::sql
