// What the catalog says about tables as people really write them.
#include "table_text.h"
#include "tests/plugins/stores/sqlite/bench.h"

namespace sr::test {
namespace {

using Choices = std::map<std::string, std::vector<std::string>>;

TEST(TableText, FindsTheValuesOfAColumn) {
  const std::pair<const char*, Choices> cases[] = {
      {"CREATE TABLE t (a TEXT CHECK (a IN ('x', 'y')))", {{"a", {"x", "y"}}}},
      {"create table t (a text check(a in('x','y')))", {{"a", {"x", "y"}}}},
      {"CREATE TABLE t (a TEXT, CONSTRAINT c CHECK (A IN ('x')))", {{"a", {"x"}}}},
      {"CREATE TABLE t (\"a b\" TEXT CHECK (((\"a b\" IN ('it''s', 'x'))))) ",
       {{"a b", {"it's", "x"}}}},
      {"CREATE TABLE t ([a] TEXT CHECK (`a` /* CHECK (b IN ('z')) */ IN -- ')\n ('x', ')')))",
       {{"a", {"x", ")"}}}},
      {"CREATE TABLE t (n INTEGER CHECK (n IN (1, -2, 3.5)))", {{"n", {"1", "-2", "3.5"}}}},
      {"CREATE TABLE t (a TEXT CHECK (a IS NULL OR a IN ('x')))", {{"a", {"x"}}}},
      {"CREATE TABLE t (a TEXT CHECK (a IN ('x') OR a IS NULL))", {{"a", {"x"}}}},
      {"CREATE TABLE t (a TEXT, b TEXT, CHECK (a IN ('x') AND (b IN ('y')) AND length(a) > 0))",
       {{"a", {"x"}}, {"b", {"y"}}}},
      {"CREATE TABLE t (a TEXT CHECK (a IN ('x', 'y')) CHECK (a IN ('y', 'z')))", {{"a", {"y"}}}},
      {"CREATE TABLE t (a TEXT DEFAULT 'CHECK (a IN (''x''))')", {}},
      {"CREATE TABLE t (a TEXT CHECK (a NOT IN ('x')))", {}},
      {"CREATE TABLE t (a TEXT CHECK (a IN ('x', NULL)))", {}},
      {"CREATE TABLE t (a TEXT CHECK (a IN ('x') OR b = 1), b INT)", {}},
      {"CREATE TABLE t (a TEXT CHECK (b = 1 OR a IN ('x') AND b = 2), b INT)", {}},
      {"CREATE TABLE t (a TEXT CHECK (lower(a) IN ('x')))", {}},
      {"CREATE TABLE t (a TEXT CHECK (a IN ('x' || 'y')))", {}},
      {"CREATE TABLE t (a TEXT CHECK (a IN ()))", {}},
      {"CREATE TABLE t (a INT CHECK (b BETWEEN 1 AND a IN (1)), b INT)", {}},
      {"CREATE TABLE t (a TEXT CHECK (a IN ('x'", {}},
  };
  for (const auto& [sql, wanted] : cases) EXPECT_EQ(sqlite::choices_of(sql), wanted) << sql;
}

TEST(Catalog, TellsKeysTypesAndViews) {
  Folder folder;
  auto store = open_sqlite(folder.file("facts.db"));
  ASSERT_OK(store);
  ASSERT_OK(store->run_script(R"sql(
    CREATE TABLE "Order lines" (
      order_no INT, line INT, what VARCHAR(20), paid BOOL, price DECIMAL(8, 2),
      at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, raw BLOB, any_type,
      total REAL GENERATED ALWAYS AS (price * 2) STORED, twice AS (price * 2),
      PRIMARY KEY (order_no, line)) WITHOUT ROWID;
    CREATE TABLE auto (id INTEGER PRIMARY KEY AUTOINCREMENT, x TEXT);
    CREATE TABLE lonely (x TEXT);
    CREATE VIEW totals AS SELECT order_no, sum(price) AS total FROM "Order lines" GROUP BY 1;
    CREATE VIRTUAL TABLE words USING fts5(body);
    INSERT INTO auto (x) VALUES ('a');
    ANALYZE;
  )sql"));
  const auto catalog = store->catalog();
  ASSERT_OK(catalog);
  std::vector<std::string> lines;
  for (const auto& c : *catalog) {
    std::string line = c.table + "." + c.name + " " + c.declared_type + " ";
    line += std::string("nbirtx")[static_cast<std::size_t>(c.type)];
    if (c.key()) line += " key";
    if ((c.flags & SR_COLUMN_NOT_NULL) != 0) line += " not-null";
    if ((c.flags & SR_COLUMN_HAS_DEFAULT) != 0) line += " default";
    if ((c.flags & SR_COLUMN_GENERATED) != 0) line += " generated";
    lines.push_back(line);
  }
  EXPECT_EQ(lines, (std::vector<std::string>{
                       "Order lines.order_no INT i key not-null",
                       "Order lines.line INT i key not-null",
                       "Order lines.what VARCHAR(20) t",
                       "Order lines.paid BOOL b",
                       "Order lines.price DECIMAL(8, 2) r",
                       "Order lines.at TIMESTAMP t default",
                       "Order lines.raw BLOB x",
                       "Order lines.any_type  t",
                       "Order lines.total REAL r generated",
                       "Order lines.twice  t generated",
                       "auto.id INTEGER i key not-null default",
                       "auto.x TEXT t",
                       "lonely.x TEXT t",
                       "totals.order_no INT i",
                       "totals.total  t",
                       "words.body  t"}));
}

}  // namespace
}  // namespace sr::test
