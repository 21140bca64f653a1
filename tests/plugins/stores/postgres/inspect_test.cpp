// What is read from a statement's text.
#include "inspect.h"

#include <gtest/gtest.h>

#include "state_runtime/plugin.hpp"

namespace sr::postgres {
namespace {

const std::set<std::string, std::less<>> kFunctions = {"count", "lower"};

TEST(Inspect, KnowsTheVerbAndTheTableThatChanges) {
  EXPECT_EQ(inspect("SELECT 1", {}).verb, Verb::kSelect);
  EXPECT_EQ(inspect("(SELECT 1)", {}).verb, Verb::kSelect);
  EXPECT_EQ(inspect("VALUES (1)", {}).verb, Verb::kSelect);
  EXPECT_EQ(inspect("update \"Tickets\" set a = 1", {}).target, "Tickets");
  EXPECT_EQ(inspect("INSERT INTO Tickets (a) VALUES (1)", {}).target, "tickets");
  EXPECT_EQ(inspect("DELETE FROM ONLY public.tickets t WHERE a = 1", {}).target, "tickets");
  const auto behind = inspect("WITH x (a) AS (SELECT 1), y AS MATERIALIZED (SELECT 2) "
                              "UPDATE t SET a = 1", {});
  EXPECT_EQ(behind.verb, Verb::kUpdate);
  EXPECT_EQ(behind.target, "t");
  EXPECT_EQ(inspect_owner("-- why\n/* how */ DELETE FROM t").target, "t");
  EXPECT_EQ(inspect_owner("CREATE TABLE t (a int)").verb, Verb::kOther);
}

TEST(Inspect, LetsPlainStatementsPass) {
  for (const char* sql : {
           "SELECT a.id, count(*) AS n FROM a JOIN b USING (id) WHERE a.x IN (1, 2) GROUP BY a.id",
           "SELECT lower(x) FROM (SELECT 1 AS x) AS t (x) WHERE EXISTS (SELECT 1) AND (1 = 1)",
           "SELECT CAST(x AS numeric(9, 2)), x::varchar(3), -1.5e-3, 'it''s' FROM t",
           "SELECT count(*) FILTER (WHERE x > 1) OVER (PARTITION BY y) FROM t LIMIT (1)",
           "INSERT INTO t (a, b) VALUES (1, $1) ON CONFLICT (a) DO NOTHING RETURNING (a)",
           "INSERT INTO t AS x (a) SELECT (1)",
           "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL (SELECT i + 1 FROM n)) SELECT i FROM n;",
           "SELECT CASE WHEN (a) THEN (b) ELSE (c) END, NOT (a) FROM t WHERE x BETWEEN (1) AND (2)",
           "SELECT register, userdata FROM t",
           "SELECT \"user\", t.\"current_user\" FROM t WHERE \"session_user\" = 'a'"}) {
    EXPECT_NO_THROW(inspect(sql, kFunctions)) << sql;
  }
}

TEST(Inspect, DeniesWhatRightsDoNotCover) {
  for (const char* sql : {
           "SELECT upper(x) FROM t", "SELECT public.lower(x) FROM t", "SELECT \"upper\"(x) FROM t",
           "SELECT UPPER\n(x) FROM t", "SELECT lower(x) -- y\n FROM t", "SELECT /* */ 1",
           "SELECT $$x$$", "SELECT $a$x$a$", "SELECT e'x'", "SELECT U&'x'", "SELECT U&\"x\"",
           "SELECT x'ff'", "SELECT 1; SELECT 2", "SELECT 1 INTO t", "TABLE t", "SET x = 1",
           "WITH x AS (SELECT 1) TABLE x", "SELECT pg_sleep FROM t", "SELECT current_user",
           "SELECT 'x'::RegClass", "SELECT * FROM x_state_runtime.log", "SELECT 'open", "SELECT \"open",
           "SELECT f(1) AS (a int)", "SELECT * FROM f(1) AS (a int)", "SELECT * FROM f (1) x",
           "SELECT 1abc", "SELECT \\x"}) {
    try {
      inspect(sql, kFunctions);
      ADD_FAILURE() << "passed: " << sql;
    } catch (const Failure& e) {
      EXPECT_EQ(e.code(), SR_DENIED) << sql;
    }
  }
  for (const char* sql : {"", " ", ";", " ; ;"}) EXPECT_THROW(inspect(sql, {}), Failure) << sql;
}

}  // namespace
}  // namespace sr::postgres
