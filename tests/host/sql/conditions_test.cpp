#include "host/sql/conditions.h"

#include <gtest/gtest.h>

namespace sr::host::sql {
namespace {

using Conditions = std::multiset<std::string>;

TEST(Conditions, AreWhatAStatementAsksOfValues) {
  EXPECT_EQ(
      conditions_in("SELECT a1, count(*) FROM t2 WHERE b = 'it''s' AND c >= 12.5 AND (d = TRUE "
                    "OR e IN ('x', 'y')) AND \"7\" IS NOT NULL ORDER BY c LIMIT 3"),
      (Conditions{"= 'it''s'", ">= 12.5", "= TRUE", "OR", "( 'x'", ", 'y'", "NOT", "IS NULL",
                  "LIMIT 3"}));
  EXPECT_EQ(conditions_in("SELECT a FROM t WHERE a > 1 AND b > 1"), (Conditions{"> 1", "> 1"}));
  EXPECT_EQ(conditions_in("SELECT a FROM t WHERE a > b"), Conditions());
}

TEST(Conditions, APatternCountsAsItsText) {
  const Conditions hector{"= 'Hector'"};
  EXPECT_EQ(conditions_in("SELECT a FROM t WHERE a = 'Hector'"), hector);
  EXPECT_EQ(conditions_in("SELECT a FROM t WHERE b LIKE '%Hector%'"), hector);
  EXPECT_EQ(conditions_in("SELECT a FROM t WHERE b LIKE 'Hector%'"), hector);
  EXPECT_EQ(conditions_in("SELECT a FROM t WHERE b LIKE '%'"), Conditions{"= '%'"});
}

TEST(Conditions, OfWhatCannotBeReadAreNone) {
  EXPECT_EQ(conditions_in("SELECT 1 FROM t WHERE a = 'open"), Conditions());
  EXPECT_EQ(conditions_in(""), Conditions());
}

}  // namespace
}  // namespace sr::host::sql
