// The guard against the case files: every allowed statement is written as expected, runs in SQLite
// with exactly the plan's grants, and is its own fixed point; every refused one is refused by the
// rule it stands under.
#include <gtest/gtest.h>

#include "tests/host/sql/world.h"

namespace sr::host::sql::testing {
namespace {

std::variant<Plan, Refusal> check(const Guard& guard, const Case& c, const std::string& statement) {
  return c.action ? guard.action(statement) : guard.binding(statement);
}

std::string describe(const Refusal& refusal) {
  return "refused [" + refusal.rule + "] at byte " + std::to_string(refusal.at) + ": " + refusal.why;
}

TEST(GuardCases, allowed_statements_run) {
  const Guard guard = world_guard();
  const auto cases_read = read_cases(cases() / "allowed.sql");
  EXPECT_GE(cases_read.size(), 100u);
  for (const Case& c : cases_read) {
    SCOPED_TRACE("allowed.sql:" + std::to_string(c.line) + ": " + c.statement);
    const auto answer = check(guard, c, c.statement);
    if (const auto* refusal = std::get_if<Refusal>(&answer)) {
      ADD_FAILURE() << describe(*refusal);
      continue;
    }
    const Plan& plan = std::get<Plan>(answer);
    if (!c.expected.empty()) {
      EXPECT_EQ(plan.sql, c.expected);
    }
    const Database db = open_world();
    std::vector<std::string> unused;
    EXPECT_EQ(run_on_sqlite(db.get(), plan, &unused), "") << plan.sql;
    // SQLite does not ask for the columns of USING and of ON CONFLICT; PostgreSQL does.
    if (plan.sql.find(" USING (") == std::string::npos &&
        plan.sql.find(" ON CONFLICT (") == std::string::npos) {
      EXPECT_EQ(unused, std::vector<std::string>()) << "granted but not needed by " << plan.sql;
    }

    const auto again = check(guard, c, plan.sql);
    if (const auto* refusal = std::get_if<Refusal>(&again)) {
      ADD_FAILURE() << "what was written is refused: " << plan.sql << "\n" << describe(*refusal);
    } else {
      EXPECT_EQ(std::get<Plan>(again).sql, plan.sql) << "written differently the second time";
    }
  }
}

TEST(GuardCases, refused_statements_name_their_rule) {
  const Guard guard = world_guard();
  const auto cases_read = read_cases(cases() / "refused.sql");
  EXPECT_GE(cases_read.size(), 300u);
  for (const Case& c : cases_read) {
    SCOPED_TRACE("refused.sql:" + std::to_string(c.line) + ": " + c.statement);
    const auto answer = check(guard, c, c.statement);
    if (const auto* plan = std::get_if<Plan>(&answer)) {
      ADD_FAILURE() << "allowed: " << plan->sql;
      continue;
    }
    const Refusal& refusal = std::get<Refusal>(answer);
    EXPECT_EQ(refusal.rule, c.rule) << describe(refusal);
    EXPECT_FALSE(refusal.why.empty());
    EXPECT_LE(refusal.at, static_cast<int>(c.statement.size()));
  }
}

}  // namespace
}  // namespace sr::host::sql::testing
