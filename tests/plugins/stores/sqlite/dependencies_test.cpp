// What a change of a table reaches, as SQLite itself would go about it.
#include <algorithm>

#include "tests/plugins/stores/sqlite/bench.h"

namespace sr::test {
namespace {

using Edges = std::vector<std::string>;

class SqliteDependencies : public testing::Test {
 protected:
  // "a writes b", "a is shown by v", in order.
  Edges edges_after(const std::string& script) {
    EXPECT_OK(store_->run_script(script));
    const auto found = store_->dependencies();
    EXPECT_OK(found);
    Edges out;
    for (const auto& d : *found) out.push_back(d.from + (d.shows ? " is shown by " : " writes ") + d.to);
    std::sort(out.begin(), out.end());
    return out;
  }

  Folder folder_;
  host::Result<host::LoadedStore> store_ = open_sqlite(folder_.file("facts.db"));
};

TEST_F(SqliteDependencies, TablesAlone) {
  EXPECT_EQ(edges_after("CREATE TABLE a (x); CREATE TABLE b (x)"), Edges{});
}

TEST_F(SqliteDependencies, Views) {
  EXPECT_EQ(edges_after("CREATE TABLE a (x, y); CREATE TABLE b (x); CREATE TABLE c (x);"
                        "CREATE VIEW v AS SELECT y FROM a WHERE EXISTS (SELECT 1 FROM b);"
                        "CREATE VIEW \"W w\" AS WITH n AS (SELECT count(*) AS n FROM V) SELECT n.n FROM n;"
                        "CREATE VIEW broken AS SELECT x FROM nowhere"),
            (Edges{"a is shown by W w", "a is shown by v", "b is shown by W w", "b is shown by v"}));
}

TEST_F(SqliteDependencies, Triggers) {
  EXPECT_EQ(edges_after("CREATE TABLE a (x, y, z AS (x + 1)); CREATE TABLE B (x); CREATE TABLE c (x);"
                        "CREATE TABLE d (x); CREATE TABLE e (x);"
                        "CREATE TRIGGER t1 AFTER UPDATE OF y ON a BEGIN INSERT INTO b SELECT x FROM e; END;"
                        "CREATE TRIGGER t2 AFTER INSERT ON b BEGIN DELETE FROM c; END;"
                        "CREATE TRIGGER t3 BEFORE DELETE ON d BEGIN UPDATE a SET x = 1; END"),
            (Edges{"B writes c", "a writes B", "a writes c", "d writes a"}));  // t3 sets x, t1 wants y
}

TEST_F(SqliteDependencies, InsteadOf) {
  EXPECT_EQ(edges_after("CREATE TABLE a (x); CREATE TABLE b (x); CREATE VIEW v AS SELECT x FROM a;"
                        "CREATE TRIGGER t INSTEAD OF INSERT ON v BEGIN INSERT INTO b VALUES (NEW.x); END"),
            (Edges{"a is shown by v", "v writes b"}));
}

TEST_F(SqliteDependencies, ForeignKeysThatDoSomething) {
  EXPECT_EQ(edges_after("CREATE TABLE P (x INTEGER PRIMARY KEY);"
                        "CREATE TABLE a (p REFERENCES p); CREATE TABLE b (p REFERENCES p ON DELETE CASCADE);"
                        "CREATE TABLE c (p REFERENCES p ON DELETE SET NULL);"
                        "CREATE TABLE d (p REFERENCES p ON UPDATE SET DEFAULT);"
                        "CREATE TABLE e (p REFERENCES p ON DELETE RESTRICT ON UPDATE NO ACTION)"),
            (Edges{"P writes b", "P writes c", "P writes d"}));
}

TEST_F(SqliteDependencies, AreLookedForAgainWhenTheSchemaHasChanged) {
  EXPECT_EQ(edges_after("CREATE TABLE a (x)"), Edges{});
  EXPECT_EQ(edges_after("CREATE VIEW v AS SELECT x FROM a"), Edges{"a is shown by v"});
  Raw(folder_.file("facts.db")).run("DROP VIEW v");
  EXPECT_EQ(edges_after("INSERT INTO a VALUES (1)"), Edges{});
}

TEST_F(SqliteDependencies, WhatTriggersDoInThePlaceOfAViewsRowsIsCounted) {
  edges_after("CREATE TABLE a (x); CREATE VIEW v AS SELECT x FROM a; INSERT INTO a VALUES (1);"
              "CREATE TRIGGER t INSTEAD OF UPDATE ON v WHEN OLD.x = 1 BEGIN UPDATE a SET x = NEW.x; END");
  auto t = store_->begin(true);
  ASSERT_OK(t);
  const auto nothing = t->execute(owner("UPDATE v SET x = 2 WHERE x = 9"));
  ASSERT_OK(nothing);
  EXPECT_EQ(nothing->changed, 0U);
  const auto done = t->execute(owner("UPDATE v SET x = 2 WHERE x = 1"));
  ASSERT_OK(done);
  EXPECT_EQ(done->changed, 1U);
}

}  // namespace
}  // namespace sr::test
