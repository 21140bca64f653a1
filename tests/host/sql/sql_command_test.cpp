#include "host/cli/sql_command.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/host/sql/world.h"

namespace sr::host::sql::testing {
namespace {

struct Said {
  int status;
  std::string text;
};

Said run(const std::vector<std::string>& statements, std::optional<SqlUse> use = std::nullopt,
        const std::string& input = "") {
  std::istringstream in(input);
  std::ostringstream out;
  const int status = sql_check(world_guard(), statements, use, in, out);
  return {status, out.str()};
}

TEST(SqlCheck, prints_what_would_run_and_what_it_touches) {
  const Said answer = run({"select id, lower(title) as t from alerts",
                          "UPDATE audit SET line = 'x' WHERE id = 1", "DELETE FROM notes WHERE id=3"});
  EXPECT_EQ(answer.status, 0);
  EXPECT_EQ(answer.text,
            "allowed: SELECT id, lower(title) AS t FROM alerts\n"
            "  reads alerts (id, title); calls lower; rows are known by id; at most 500 rows\n"
            "allowed: UPDATE audit SET line = 'x' WHERE id = 1\n"
            "  reads audit (id); sets audit (line); at most 1 row\n"
            "allowed: DELETE FROM notes WHERE id = 3\n"
            "  reads notes (id); deletes from notes; at most 10 rows\n");
}

TEST(SqlCheck, points_at_what_is_refused) {
  const Said answer = run({"SELECT 'Ä', token\nFROM secrets -- x", "SELECT 'Ä' AS a, token FROM alerts"});
  EXPECT_EQ(answer.status, 1);
  EXPECT_EQ(answer.text,
            "refused [comment] at byte 32: comments are not allowed in a statement\n"
            "  FROM secrets -- x\n"
            "               ^\n"
            "refused [column] at byte 18: there is no column token here\n"
            "  SELECT 'Ä' AS a, token FROM alerts\n"
            "                   ^\n");
}

TEST(SqlCheck, heeds_what_the_statement_is_for) {
  EXPECT_EQ(run({"SELECT id FROM alerts"}, SqlUse::kAction).status, 1);
  EXPECT_EQ(run({"DELETE FROM notes WHERE id = 3"}, SqlUse::kBinding).status, 1);
  EXPECT_EQ(run({"DELETE FROM notes WHERE id = 3"}, SqlUse::kAction).status, 0);
}

TEST(SqlCheck, reads_statements_from_its_input) {
  const Said answer = run({}, std::nullopt, "SELECT 1\n\n  \nDROP TABLE alerts\n");
  EXPECT_EQ(answer.status, 1);
  EXPECT_EQ(answer.text,
            "allowed: SELECT 1 AS value\n  at most 500 rows\n"
            "refused [statement] at byte 0: only SELECT, INSERT, UPDATE and DELETE may run\n"
            "  DROP TABLE alerts\n  ^\n");
}

}  // namespace
}  // namespace sr::host::sql::testing
