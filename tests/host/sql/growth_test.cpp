// What the guard does for a statement grows with the statement's length and no faster, whatever it
// is made of: it is counted, not timed. guard_cost_test has the times.
#include <gtest/gtest.h>

#include "host/sql/scanner.h"
#include "tests/host/sql/growing.h"
#include "tests/host/sql/world.h"

namespace sr::host::sql::testing {
namespace {

// Nodes, names and columns that are looked at for each byte. A byte is at most one node; a name is
// looked for in each of at most 32 tables of a FROM, and * stands for columns, of which a statement
// may have 4000.
constexpr std::uint64_t kEachByte = 12, kInAnyCase = 20000;

TEST(Growth, WorkIsBoundedByTheLength) {
  const Guard guard = world_guard();
  const auto shapes = growing_statements();
  EXPECT_GE(shapes.size(), 50u);
  for (const Growing& shape : shapes) {
    SCOPED_TRACE("growing.txt:" + std::to_string(shape.line) + ": " + shape.text);
    for (std::size_t bytes = 500; bytes <= kMaxStatementBytes; bytes *= 2) {
      const std::string statement = shape.of_bytes(bytes);
      std::uint64_t work = 0;
      if (shape.action()) {
        (void)guard.action(statement, &work);
      } else {
        (void)guard.binding(statement, &work);
      }
      EXPECT_LE(work, kInAnyCase + kEachByte * statement.size()) << statement.size() << " bytes";
    }
  }
}

// Of twice the length at most a little more than twice the work, where no limit refuses it.
TEST(Growth, TwiceTheLengthIsTwiceTheWork) {
  const Guard guard = world_guard();
  for (const Growing& shape : growing_statements()) {
    SCOPED_TRACE("growing.txt:" + std::to_string(shape.line) + ": " + shape.text);
    std::uint64_t before = 0;
    for (std::size_t bytes = 500; bytes <= kMaxStatementBytes; bytes *= 2) {
      const std::string statement = shape.of_bytes(bytes);
      std::uint64_t work = 0;
      const auto answer = shape.action() ? guard.action(statement, &work)
                                         : guard.binding(statement, &work);
      if (std::holds_alternative<Refusal>(answer)) break;
      if (before > 0) {
        EXPECT_LE(work, before * 5 / 2 + 500) << statement.size() << " bytes";
      }
      before = work;
    }
  }
}

TEST(Growth, ListsThatAreTooLongAreRefusedInWords) {
  const Guard guard = world_guard();
  const auto why = [&](const std::string& statement) {
    const auto answer = guard.binding(statement);
    const auto* refusal = std::get_if<Refusal>(&answer);
    return refusal ? "[" + refusal->rule + "] " + refusal->why : "allowed";
  };
  std::string columns = "id", tables = "teams AS t", queries;
  for (int i = 0; i < 1000; ++i) columns += ", id";
  for (int i = 0; i < 32; ++i) tables += ", teams AS t" + std::to_string(i);
  for (int i = 0; i < 33; ++i) queries += (i ? ", q" : "q") + std::to_string(i) + " AS (SELECT 1)";
  EXPECT_EQ(why("SELECT " + columns + " FROM alerts"),
            "[too-long] 1001 columns are too many; at most 1000 are allowed");
  EXPECT_EQ(why("SELECT id FROM alerts ORDER BY " + columns),
            "[too-long] 1001 columns of ORDER BY are too many; at most 1000 are allowed");
  EXPECT_EQ(why("SELECT 1 AS a FROM " + tables),
            "[too-long] 33 tables in one FROM are too many; at most 32 are allowed");
  EXPECT_EQ(why("WITH " + queries + " SELECT 1 AS a"),
            "[too-long] 33 WITH queries are too many; at most 32 are allowed");
}

TEST(Growth, PartsOfUnionAreCounted) {
  const Guard guard = world_guard();
  std::string parts = "SELECT 0";
  for (int i = 1; i < 100; ++i) parts += " UNION SELECT " + std::to_string(i % 7);
  const auto most = guard.binding("SELECT count(*) AS n FROM (" + parts + ") AS q");
  ASSERT_TRUE(std::holds_alternative<Plan>(most)) << std::get<Refusal>(most).why;
  const Database db = open_world();
  EXPECT_EQ(run_on_sqlite(db.get(), std::get<Plan>(most), nullptr), "");
  for (const std::string& statement :
       {parts + " UNION SELECT 9", "WITH q AS (" + parts + " EXCEPT SELECT 9) SELECT 1 FROM q",
        "SELECT 1 WHERE 1 IN (" + parts + " UNION ALL SELECT 9)"}) {
    const auto answer = guard.binding(statement);
    const auto* refusal = std::get_if<Refusal>(&answer);
    ASSERT_NE(refusal, nullptr);
    EXPECT_EQ("[" + refusal->rule + "] " + refusal->why,
              "[too-long] 101 parts of UNION, INTERSECT and EXCEPT are too many; at most 100 are allowed");
  }
}

}  // namespace
}  // namespace sr::host::sql::testing
