#include "host/sql/conditions.h"

#include <gtest/gtest.h>

namespace sr::host::sql {
namespace {

std::string listed(const std::string& query) {
  const auto conditions = conditions_in(query);
  if (!conditions) return "no form";
  std::string out;
  for (const auto& c : *conditions)
    out += (out.empty() ? "" : "; ") + c.column + (c.column.empty() ? "" : " ") + c.asks;
  return out;
}
bool same(const std::string& first, const std::string& other) {
  const auto a = conditions_in("SELECT id FROM " + first);
  const auto b = conditions_in("SELECT id FROM " + other);
  return a && b && asks_the_same(*a, *b);
}
bool looks(const std::string& where) {
  const auto conditions = conditions_in("SELECT id FROM t WHERE " + where);
  return conditions && looks_for_something(*conditions);
}

TEST(Conditions, AreWhatAQueryAsks) {
  EXPECT_EQ(listed("SELECT a1, count(*) FROM t2 WHERE b = 'it''s' AND c >= -12.5 AND (d = TRUE OR "
                   "e.f IN ('x', 'y')) AND \"7\" IS NOT NULL AND NOT g < h.i AND count(j) > 1 "
                   "ORDER BY c LIMIT 3"),
            "limit 3; not; or; t2.7 is not null; t2.b = it's; t2.c >= -12.5; t2.count(j) > 1; "
            "t2.d = true; t2.e.f = in x; t2.e.f = in y; t2.g < h.i");
  EXPECT_EQ(listed("SELECT a FROM t GROUP BY a HAVING sum(b) >= 2"), "t.sum(b) >= 2");
  EXPECT_EQ(listed("SELECT round(a, 2) FROM t"), "");
}

TEST(Conditions, APatternAsksForItsText) {
  for (const char* hector : {"a = 'Hector'", "a LIKE '%Hector%'", "a LIKE 'Hector%'"})
    EXPECT_EQ(listed("SELECT a FROM t WHERE " + std::string(hector)), "t.a = Hector");
}

TEST(Conditions, OfOtherFormsAreNotRead) {
  for (const char* query :
       {"", "SELECT 1 FROM t WHERE a = 'open", "DELETE FROM t", "SELECT a FROM t, s",
        "SELECT a FROM t WHERE a = (SELECT b FROM s)", "SELECT a FROM t WHERE a + 1 > 2",
        "SELECT a FROM t UNION SELECT b FROM s"}) {
    EXPECT_EQ(listed(query), "no form") << query;
  }
}

TEST(Conditions, OneColumnMayBeAnother) {
  EXPECT_TRUE(same("t WHERE a = 'x' AND b = TRUE", "t WHERE c LIKE '%x%' AND b = TRUE"));
  EXPECT_TRUE(same("t WHERE a >= 8 AND a <= 10", "t WHERE b >= 8 AND b <= 10"));
  EXPECT_TRUE(same("t WHERE a BETWEEN 8 AND 10", "t WHERE b BETWEEN 8 AND 10"));
  EXPECT_TRUE(same("t WHERE a = 'x'", "s WHERE a = 'x'"));
  EXPECT_TRUE(same("t WHERE a = 'x'", "t WHERE a = 'x'"));
}

TEST(Conditions, NothingElseMay) {
  EXPECT_FALSE(same("t WHERE a = 'x' AND b = 'y'", "t WHERE a = 'y' AND b = 'x'"));  // to and fro
  EXPECT_FALSE(same("t WHERE a = 'x' AND b = 'y'", "t WHERE c = 'x' AND d = 'y'"));
  EXPECT_FALSE(same("t WHERE a = 'x' AND b = 'y'", "t WHERE b = 'x' AND b = 'y'"));
  EXPECT_FALSE(same("t WHERE a = 'x' AND b = TRUE", "s WHERE a = 'x' AND b = TRUE"));
  EXPECT_FALSE(same("t WHERE a = 'x'", "t WHERE a <> 'x'"));
  EXPECT_FALSE(same("t WHERE a LIKE '%x%'", "t WHERE b NOT LIKE '%x%'"));
  EXPECT_FALSE(same("t WHERE a BETWEEN 8 AND 10", "t WHERE b BETWEEN 10 AND 8"));
  EXPECT_FALSE(same("t WHERE a = 'x' AND a = b", "t WHERE a = 'x'"));
  EXPECT_FALSE(same("t WHERE a = 'x' AND b IS NULL", "t WHERE a = 'x' AND c IS NULL"));
  EXPECT_FALSE(same("t WHERE a = 'x' AND b", "t WHERE a = 'x'"));
  EXPECT_FALSE(same("t WHERE a = 7", "t WHERE b = 7"));
  EXPECT_FALSE(same("t WHERE a < -7", "t WHERE b > -7"));
  EXPECT_FALSE(same("t WHERE a = '2026-02-02'", "t WHERE b = '2026-02-02'"));
  EXPECT_FALSE(same("t WHERE a = 'x'", "t WHERE b = 'x' OR c = 'x'"));
  EXPECT_FALSE(same("t WHERE a = 'x' LIMIT 1", "t WHERE b = 'x'"));
}

TEST(Conditions, LookForATextOrForMoreOrLess) {
  for (const char* where : {"a = 'x'", "a LIKE '%x%'", "a > 3", "a BETWEEN 1 AND 2"})
    EXPECT_TRUE(looks(where)) << where;
  for (const char* where :
       {"a IS NULL", "a = TRUE", "a = 3", "a <> 3", "a < '2026-02-02'", "a = b LIMIT 3"})
    EXPECT_FALSE(looks(where)) << where;
}

}  // namespace
}  // namespace sr::host::sql
