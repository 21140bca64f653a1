// The administrator's scripts: what they may do, and how their mistakes are told.
#include "tests/plugins/stores/sqlite/bench.h"

namespace sr::test {
namespace {

class Script : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = open_sqlite(folder_.file("facts.db"));
    ASSERT_OK(opened);
    store_ = *std::move(opened);
  }
  Folder folder_;
  std::optional<host::LoadedStore> store_;
};

TEST_F(Script, RunsEverythingThatASchemaNeeds) {
  EXPECT_OK(store_->run_script(R"sql(
    -- tables; with a semicolon in a comment
    CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT DEFAULT ';');
    CREATE INDEX a_x ON a (x);
    CREATE VIEW v AS SELECT * FROM a;
    CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET x = x; SELECT 1; END;
    INSERT INTO a (id) VALUES (1);;
    PRAGMA user_version = 7;
    ALTER TABLE a ADD COLUMN y INTEGER;
    SELECT * FROM a;
    DROP INDEX a_x)sql"));
  EXPECT_OK(store_->run_script(""));
  EXPECT_OK(store_->run_script("-- nothing\n"));
  EXPECT_EQ(number(*store_, "SELECT count(*) FROM v WHERE x = ';'"), 1);
}

TEST_F(Script, MistakesNameTheirLine) {
  EXPECT_FAILS(store_->run_script("CREATE TABLE a (x);\n\nINSERT INTO a\n  VALUES (1, 2);"),
               SR_INVALID_ARGUMENT, "line 3: ");
  EXPECT_FAILS(store_->run_script("CREATE TABLE a (x);\nSELECT x,\n  nothing\nFROM a;"),
               SR_INVALID_ARGUMENT, "line 3: ");
  EXPECT_FAILS(store_->run_script("CREATE TABLE a (x CHECK (x > 0));\n/*\n*/INSERT INTO a VALUES (0)"),
               SR_INVALID_ARGUMENT, "line 3: the statement breaks a rule of the table");
  EXPECT_FAILS(store_->run_script(std::string("SELECT 1;\n\0", 11)), SR_INVALID_ARGUMENT, "line 2");
  EXPECT_TRUE(store_->catalog()->empty());
}

TEST_F(Script, TheStoreItselfIsOutOfReach) {
  const std::pair<const char*, const char*> cases[] = {
      {"BEGIN", "leave out BEGIN"},
      {"COMMIT", "leave out BEGIN"},
      {"SAVEPOINT a", "leave out BEGIN"},
      {"ATTACH 'x' AS y", "attaches"},
      {"PRAGMA journal_mode = DELETE", "PRAGMA journal_mode"},
      {"PRAGMA writable_schema = ON", "PRAGMA writable_schema"},
      {"DROP TABLE sr_log", "sr_"},
      {"DELETE FROM sr_log", "sr_"},
      {"UPDATE SR_sessions SET fence = 1", "sr_"},
      {"CREATE TABLE sr_mine (x)", "sr_"},
      {"CREATE INDEX i ON sr_log (kind)", "sr_"},
      {"CREATE TRIGGER t AFTER INSERT ON sr_log BEGIN SELECT 1; END", "sr_"},
      {"ALTER TABLE sr_log ADD COLUMN x", "sr_"},
      {"CREATE TEMP TABLE t (x)", "temporary"},
      {"CREATE TEMP VIEW t AS SELECT 1", "temporary"},
  };
  for (const auto& [sql, words] : cases) {
    SCOPED_TRACE(sql);
    EXPECT_FAILS(store_->run_script(sql), SR_DENIED, words);
  }
  EXPECT_FALSE(store_->run_script("DELETE FROM sqlite_master").ok());
}

}  // namespace
}  // namespace sr::test
