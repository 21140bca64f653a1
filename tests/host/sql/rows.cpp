#include "tests/host/sql/rows.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/host/sql/world.h"

namespace sr::host::sql::testing {
namespace {

using Json = nlohmann::json;

Json as_json(const Value& value) {
  return std::visit(
      [](const auto& v) -> Json {
        if constexpr (std::is_same_v<std::decay_t<decltype(v)>, std::monostate>) return nullptr;
        else return v;
      },
      value);
}

Json as_json(const Rows& rows) {
  Json all = Json::array();
  for (const auto& row : rows.rows) {
    Json cells = Json::array();
    for (const auto& value : row) cells.push_back(as_json(value));
    all.push_back(std::move(cells));
  }
  return all;
}

}  // namespace

void expect_rows_of_cases(LoadedStore& store) {
  const auto catalog = store.catalog();
  ASSERT_TRUE(catalog.ok());
  const Guard guard(world_policy(), *catalog);
  const auto all = read_cases(cases() / "rows.sql");
  EXPECT_GE(all.size(), 30u);
  for (const Case& c : all) {
    SCOPED_TRACE("rows.sql:" + std::to_string(c.line) + ": " + c.statement);
    const auto answer = c.action ? guard.action(c.statement) : guard.binding(c.statement);
    const Plan* plan = std::get_if<Plan>(&answer);
    if (plan == nullptr) {
      ADD_FAILURE() << std::get<Refusal>(answer).why;
      continue;
    }
    auto transaction = store.begin(c.action);
    ASSERT_TRUE(transaction.ok()) << transaction.error().what;
    const auto done =
        transaction->execute(statement_of(*plan, c.action ? SR_ROLE_ACTION : SR_ROLE_BINDING));
    if (!done.ok()) {
      ADD_FAILURE() << plan->sql << ": " << done.error().what;
      continue;
    }
    if (!c.expected.empty()) {
      EXPECT_EQ(as_json(done->returned), Json::parse(c.expected)) << plan->sql;
    }
    ASSERT_TRUE(transaction->commit().ok());
  }
}

}  // namespace sr::host::sql::testing
