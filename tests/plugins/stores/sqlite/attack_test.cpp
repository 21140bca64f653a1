// What a model could try when the host's guard were absent: the store alone must stop it.
#include "tests/plugins/stores/sqlite/bench.h"

namespace sr::test {
namespace {

using host::Grant;

class Attack : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = open_sqlite(folder_.file("facts.db"));
    ASSERT_OK(opened);
    store_ = *std::move(opened);
    ASSERT_OK(store_->run_script(R"sql(
      CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT);
      CREATE TABLE secrets (id INTEGER PRIMARY KEY, word TEXT);
      CREATE TABLE audit (note INTEGER, word TEXT);
      CREATE TABLE parts (id INTEGER PRIMARY KEY CHECK (abs(id) < 1000),
                          note INTEGER REFERENCES notes (id) ON DELETE CASCADE,
                          made TEXT DEFAULT (upper('now')));
      CREATE VIEW words AS SELECT id, upper(word) AS word FROM secrets;
      CREATE VIEW recent AS WITH x AS (SELECT id, word FROM secrets) SELECT id, word FROM x;
      CREATE TRIGGER noted AFTER UPDATE ON notes BEGIN
        INSERT INTO audit (note, word) SELECT new.id, lower(word) FROM secrets;
        UPDATE notes SET text = text || '!' WHERE id = new.id;
      END;
      INSERT INTO notes VALUES (1, 'hello'), (2, 'again');
      INSERT INTO secrets VALUES (1, 'sesame');
      INSERT INTO parts (id, note) VALUES (1, 2);
    )sql"));
    auto t = store_->begin(true);
    ASSERT_OK(t);
    ASSERT_OK(t->session_create({.id = "s", .token_hash = "hash", .fence = 1}));
    ASSERT_OK(t->commit());
  }

  // Everything on the tables of the app that a model may have.
  std::vector<Grant> all() const {
    const std::uint32_t verbs =
        SR_GRANT_SELECT | SR_GRANT_INSERT | SR_GRANT_UPDATE | SR_GRANT_DELETE;
    return {{"notes", "", verbs}, {"parts", "", verbs}};
  }
  host::Result<host::Outcome> act(const std::string& sql, std::vector<Grant> grants) {
    auto t = store_->begin(true);
    EXPECT_OK(t);
    auto outcome = t->execute(action(sql, std::move(grants)));
    if (outcome) EXPECT_OK(t->commit());
    return outcome;
  }

  Folder folder_;
  std::optional<host::LoadedStore> store_;
};

// The database looks at the rows that a foreign key points to by itself; nobody else may.
TEST_F(Attack, AColumnMayBeCalledLikeTheTableThatItPointsTo) {
  ASSERT_OK(store_->run_script(R"sql(
    CREATE TABLE client (name TEXT PRIMARY KEY, word TEXT);
    CREATE TABLE orders (no INTEGER PRIMARY KEY, client TEXT REFERENCES client (name), qty INTEGER);
    CREATE TABLE days (client TEXT REFERENCES client (name), day TEXT, n INTEGER, PRIMARY KEY (client, day));
    INSERT INTO client VALUES ('Ada', 'x'), ('Bo', 'y'), ('bo', 'z');
  )sql"));
  const auto verbs = SR_GRANT_SELECT | SR_GRANT_INSERT | SR_GRANT_UPDATE;
  const std::vector<Grant> grants{{"orders", "", verbs}, {"days", "", verbs}};
  for (const auto* sql :
       {"INSERT INTO orders (client, qty) VALUES ('Ada', 3)",
        "INSERT INTO main.\"orders\" (\"client\", \"qty\") VALUES ('Ada', 1)",
        "UPDATE orders SET qty = 4, client = 'Bo' WHERE client = 'Ada' AND qty = 3",
        "UPDATE orders SET client = 'B' || 'o' WHERE client IN ('Ada') AND client IS NOT NULL",
        "INSERT INTO days (client, day) VALUES ('Ada', 'd1') RETURNING client, day",
        "INSERT INTO days (client, day) VALUES ('Ada', 'd1') ON CONFLICT (client, day) DO UPDATE "
        "SET n = 2"}) {
    const auto outcome = act(sql, grants);
    ASSERT_OK(outcome);
    EXPECT_EQ(outcome->changed, 1u) << sql;
  }
  for (const auto* sql :
       {"UPDATE orders SET client = (SELECT name FROM client) WHERE no = 1",
        "INSERT INTO orders (client, qty) SELECT word, 1 FROM client",
        "INSERT INTO orders (client, qty) VALUES ((SELECT word FROM client), 1)",
        "UPDATE orders SET qty = 1 WHERE 'x' IN client",
        "UPDATE orders SET qty = 1 WHERE ('x' IN client) = 1",
        "UPDATE orders SET qty = 1 FROM client WHERE client = word",
        "UPDATE orders SET qty = 1 WHERE client.word = 'x'",
        "UPDATE orders SET qty = 1 WHERE 'x' NOT IN main.client",
        "UPDATE orders SET qty = 1 WHERE EXISTS (SELECT 1 FROM orders AS o, client)",
        "UPDATE orders SET qty = 1 WHERE EXISTS (SELECT 1 FROM (orders AS o JOIN client))",
        "UPDATE orders SET qty = (WITH w AS (SELECT word FROM \"client\") SELECT count(*) FROM w)",
        "INSERT INTO orders (client) SELECT name FROM main.client WHERE word = 'x'",
        "INSERT INTO client (name) VALUES ('Eve')", "UPDATE client SET word = 'z'"}) {
    EXPECT_FALSE(act(sql, grants).ok()) << sql;
  }
}

// SQLite counts none of the rows that INSTEAD OF triggers take.
TEST_F(Attack, NoMoreRowsOfAViewAreChangedThanAllowed) {
  ASSERT_OK(store_->run_script(R"sql(
    CREATE TABLE jobs (id INTEGER PRIMARY KEY, state TEXT, note TEXT);
    INSERT INTO jobs (state) VALUES ('new'), ('new'), ('done');
    CREATE VIEW work AS SELECT id, state FROM jobs;
    CREATE TRIGGER added INSTEAD OF INSERT ON work BEGIN
      INSERT INTO jobs (id, state) VALUES (NEW.id, NEW.state);
    END;
    CREATE TRIGGER changed INSTEAD OF UPDATE ON work WHEN OLD.state <> 'done' BEGIN
      UPDATE jobs SET state = NEW.state WHERE id = OLD.id;
      UPDATE jobs SET note = 'seen';
    END;
    CREATE TRIGGER gone INSTEAD OF DELETE ON work BEGIN DELETE FROM jobs WHERE id = OLD.id; END;
  )sql"));
  const std::vector<Grant> grants{
      {"work", "", SR_GRANT_SELECT | SR_GRANT_INSERT | SR_GRANT_UPDATE | SR_GRANT_DELETE}};
  struct Case {
    const char* sql;
    std::uint64_t rows;
  };
  for (const auto& [sql, rows] : std::vector<Case>{
           {"UPDATE work SET state = 'old' WHERE state = 'new'", 2},
           {"UPDATE work SET state = 'new' WHERE state = 'old' RETURNING id", 2},
           {"UPDATE work SET state = 'x' WHERE id = 1; -- done", 1},
           {"WITH w AS (SELECT 2 AS n) UPDATE work SET state = 'x' WHERE id IN (SELECT n FROM w) -- x",
            1},
           {"UPDATE work SET state = 'x' WHERE id = 99", 0},
           {"UPDATE work SET state = 'x' WHERE id = 3", 0},  // its trigger does nothing
           {"INSERT INTO work (id, state) VALUES (10, 'a'), (11, 'b'), (12, 'c')", 3},
           {"DELETE FROM work", 6}}) {
    SCOPED_TRACE(sql);
    auto statement = action(sql, grants);
    const auto before = number(*store_, "SELECT count(*) + count(CASE state WHEN 'x' THEN 1 END) FROM jobs");
    if (rows > 1) {
      statement.max_rows = rows - 1;
      auto t = store_->begin(true);
      EXPECT_FAILS(t->execute(statement), SR_EXHAUSTED, " rows");
    }
    EXPECT_EQ(number(*store_, "SELECT count(*) + count(CASE state WHEN 'x' THEN 1 END) FROM jobs"), before);
    statement.max_rows = std::max<std::uint64_t>(rows, 1);
    auto t = store_->begin(true);
    const auto outcome = t->execute(statement);
    ASSERT_OK(outcome);
    EXPECT_EQ(outcome->changed, rows);
    EXPECT_EQ(outcome->returned.rows.size(), std::string_view(sql).find("RETURNING") ==
                                                     std::string_view::npos ? 0U : rows);
    EXPECT_OK(t->commit());
  }
}

TEST_F(Attack, NothingGetsPastTheStore) {
  const std::string elsewhere = folder_.file("elsewhere.db");
  const std::string statements[] = {
      "ATTACH '" + elsewhere + "' AS other",
      "DETACH main",
      "PRAGMA writable_schema = ON",
      "PRAGMA table_info(notes)",
      "PRAGMA journal_mode = DELETE",
      "SELECT * FROM pragma_table_info('secrets')",
      "SELECT * FROM pragma_database_list",
      "SELECT load_extension('/lib/evil.so')",
      "SELECT * FROM sqlite_master",
      "SELECT sql FROM sqlite_schema",
      "SELECT * FROM main.sqlite_schema",
      "SELECT count(*) FROM sqlite_schema",
      "SELECT count(*) FROM json_each('[1]')",
      "SELECT * FROM sr_log",
      "SELECT token_hash FROM sr_sessions",
      "SELECT token_hash FROM \"SR_sessions\"",
      "SELECT token_hash FROM [sr_sessions]",
      "SELECT token_hash FROM 'sr_sessions'",
      "SELECT token_hash FROM main.`sr_sessions`",
      "UPDATE sr_sessions SET fence = 99",
      "DELETE FROM sr_log",
      "INSERT INTO sr_meta (name, value) VALUES ('x', 'y')",
      "DROP TABLE sr_log",
      "BEGIN",
      "COMMIT",
      "ROLLBACK",
      "SAVEPOINT a",
      "EXPLAIN SELECT * FROM notes",
      "EXPLAIN QUERY PLAN DELETE FROM notes",
      "REINDEX",
      "ANALYZE",
      "CREATE TABLE mine (a)",
      "CREATE TEMP TABLE notes (a)",
      "CREATE TEMP VIEW notes AS SELECT 1",
      "CREATE TRIGGER t AFTER INSERT ON notes BEGIN DELETE FROM secrets; END",
      "CREATE VIRTUAL TABLE v USING fts5(a)",
      "ALTER TABLE notes RENAME TO sr_notes",
      "SELECT * FROM json_each('[1]')",
      "SELECT * FROM dbstat",
      "INSERT OR REPLACE INTO notes (id, text) VALUES (1, 'x')",
      "REPLACE INTO notes (id, text) VALUES (1, 'x')",
      "UPDATE OR IGNORE notes SET text = 'x'",
      "INSERT OR IGNORE INTO notes (id, text) VALUES (1, 'x')",
      "SELECT id FROM notes; DELETE FROM secrets",
      "SELECT id FROM notes; -- fine\n DELETE FROM notes",
      "SELECT id FROM notes;\xEF\xBB\xBF""DELETE FROM notes",
      "SELECT (SELECT word FROM secrets) FROM notes",
      "SELECT 0xE+word FROM secrets",
      "SELECT id FROM notes WHERE id IN (SELECT id FROM secrets)",
      "INSERT INTO notes (text) SELECT word FROM secrets",
      "UPDATE notes SET text = s.word FROM secrets s",
      "UPDATE notes SET text = 'x' RETURNING (SELECT word FROM secrets)",
      "DELETE FROM notes RETURNING (SELECT max(word) FROM secrets)",
      "INSERT INTO notes (id, text) VALUES (1, 'x') ON CONFLICT DO UPDATE SET text = (SELECT word "
      "FROM secrets)",
      "SELECT id FROM notes ORDER BY (SELECT word FROM secrets)",
      "SELECT id FROM notes LIMIT (SELECT id FROM secrets)",
      // A common table expression that is called like a view or a trigger looks to SQLite's
      // authorizer as if the schema itself read the table.
      "WITH words AS (SELECT word FROM secrets) SELECT * FROM words",
      "WITH noted AS (SELECT word FROM secrets) SELECT * FROM noted",
      "\xEF\xBB\xBFWITH words AS (SELECT word FROM secrets) SELECT * FROM words",
      "WITH RECURSIVE noted AS (SELECT word FROM secrets UNION ALL SELECT 'x') SELECT * FROM noted",
      "SELECT * FROM (WITH words AS (SELECT word FROM secrets) SELECT * FROM words)",
      "INSERT INTO notes (text) WITH words AS (SELECT word FROM secrets) SELECT word FROM words",
      "SELECT * FROM (SELECT word FROM secrets) AS words",
      "SELECT * FROM words",
      // One that is called like a table hides whose rows are counted.
      "WITH secrets AS (SELECT 1) SELECT 1 FROM secrets",
      "SELECT 1, (WITH Secrets AS (SELECT 1) SELECT 1) FROM secrets",
      "WITH x AS (SELECT 1) SELECT 1 FROM secrets WINDOW secrets AS (PARTITION BY 1)",
  };
  for (const auto& sql : statements) {
    EXPECT_EQ(code_of(act(sql, all())), SR_DENIED) << sql;
  }
  EXPECT_FALSE(act("UPDATE sqlite_master SET sql = 'x'", all()).ok());
  EXPECT_FALSE(act("DELETE FROM sqlite_schema", all()).ok());
  EXPECT_FALSE(act("VACUUM", all()).ok());
  EXPECT_FALSE(act("VACUUM INTO '" + elsewhere + "'", all()).ok());
  EXPECT_FALSE(act(std::string("SELECT id FROM notes\0; DELETE FROM notes", 39), all()).ok());
  EXPECT_FALSE(std::filesystem::exists(elsewhere));
  EXPECT_EQ(number(*store_, "SELECT count(*) FROM notes WHERE text IN ('hello', 'again')"), 2);
  EXPECT_EQ(number(*store_, "SELECT count(*) FROM secrets WHERE word = 'sesame'"), 1);
  EXPECT_EQ(number(*store_, "SELECT fence FROM sr_sessions"), 1);
}

TEST_F(Attack, TextInDoubleQuotesIsAlwaysAName) {
  EXPECT_FAILS(act("SELECT \"hello\" FROM notes", all()), SR_INVALID_ARGUMENT, "hello");
}

TEST_F(Attack, TheSchemasOwnAccessesNeedNoGrant) {
  const std::uint32_t change = SR_GRANT_SELECT | SR_GRANT_UPDATE | SR_GRANT_DELETE;
  // The trigger writes audit and reads secrets; the cascade deletes parts; the CHECK and the
  // default call functions; the foreign key reads notes.
  EXPECT_OK(act("UPDATE notes SET text = 'new' WHERE id = 1", {{"notes", "", change}}));
  EXPECT_OK(act("DELETE FROM notes WHERE id = 2", {{"notes", "", change}}));
  EXPECT_OK(act("INSERT INTO parts (id, note) VALUES (5, 1)",
                {{"parts", "id", SR_GRANT_INSERT}, {"parts", "note", SR_GRANT_INSERT}}));
  EXPECT_EQ(query(*store_, "SELECT word FROM audit")[0][0], host::Value("sesame"));
  EXPECT_EQ(query(*store_, "SELECT text FROM notes WHERE id = 1")[0][0], host::Value("new!"));
  EXPECT_EQ(number(*store_, "SELECT count(*) FROM parts"), 1);
}

TEST_F(Attack, AGrantedViewMayBeReadAndNothingBehindIt) {
  const std::vector<Grant> view{{"words", "", SR_GRANT_SELECT}, {"recent", "id", SR_GRANT_SELECT}};
  const auto found = act("SELECT word FROM words", view);
  ASSERT_OK(found);
  EXPECT_EQ(found->returned.rows[0][0], host::Value("SESAME"));
  EXPECT_OK(act("SELECT id FROM recent", view));
  EXPECT_EQ(code_of(act("SELECT word FROM recent", view)), SR_DENIED);
  EXPECT_EQ(code_of(act("SELECT word FROM secrets", view)), SR_DENIED);
  EXPECT_EQ(code_of(act("SELECT s.word FROM words w JOIN secrets s ON s.id = w.id", view)),
            SR_DENIED);
  EXPECT_EQ(code_of(act("WITH words AS (SELECT word FROM secrets) SELECT * FROM words", view)),
            SR_DENIED);
}

TEST_F(Attack, AnHonestTableExpressionRuns) {
  EXPECT_OK(act("WITH x AS (SELECT id FROM notes), y (n) AS MATERIALIZED (SELECT 1 FROM x) "
                "SELECT x.id FROM x, y", all()));
}

TEST_F(Attack, FullTextTablesWorkWithinGrants) {
  ASSERT_OK(store_->run_script("CREATE VIRTUAL TABLE pages USING fts5(body); "
                               "INSERT INTO pages VALUES ('a quick fox')"));
  store_.reset();  // a fresh connection sets the virtual table up for whoever comes first
  auto opened = open_sqlite(folder_.file("facts.db"));
  ASSERT_OK(opened);
  store_ = *std::move(opened);
  const std::vector<Grant> grants{{"pages", "", SR_GRANT_SELECT | SR_GRANT_INSERT}};
  auto statement = action("SELECT body FROM pages WHERE pages MATCH 'fox'", grants);
  statement.functions = {"match"};
  auto t = store_->begin(true);
  ASSERT_OK(t);
  const auto found = t->execute(statement);
  ASSERT_OK(found);
  EXPECT_EQ(found->returned.rows.size(), 1u);
  EXPECT_OK(t->execute(action("INSERT INTO pages (body) VALUES ('fox two')", grants)));
  EXPECT_EQ(code_of(t->execute(action("SELECT block FROM pages_data", grants))), SR_DENIED);
}

TEST_F(Attack, GrantsHoldAlsoWhenTheSchemaChangesUnderACachedStatement) {
  const std::vector<Grant> grants{{"notes", "id", SR_GRANT_SELECT}, {"words", "", SR_GRANT_SELECT}};
  EXPECT_OK(act("SELECT word FROM words", grants));
  ASSERT_OK(store_->run_script("DROP VIEW words; CREATE TABLE words (word TEXT, hidden TEXT)"));
  EXPECT_OK(act("SELECT word FROM words", grants));
  ASSERT_OK(store_->run_script("DROP TABLE notes; ALTER TABLE secrets RENAME TO notes"));
  EXPECT_EQ(code_of(act("SELECT word FROM notes", grants)), SR_DENIED);
}

TEST_F(Attack, ABombMeetsTheDeadline) {
  auto bomb = action("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                     "SELECT i FROM n WHERE i < 0", all());
  bomb.timeout_ms = 30;
  auto t = store_->begin(true);
  ASSERT_OK(t);
  EXPECT_FAILS(t->execute(bomb), SR_DEADLINE, "30 ms");
  t->rollback();
  auto own = open_sqlite(folder_.file("facts.db"), {{"statement_timeout", "20ms"}});
  ASSERT_OK(own);
  bomb.timeout_ms = 0;
  auto u = own->begin(false);
  ASSERT_OK(u);
  EXPECT_FAILS(u->execute(bomb), SR_DEADLINE, "20 ms");
}

TEST_F(Attack, HugeValuesAndTextsAreRefused) {
  auto grown = action("WITH RECURSIVE n(i) AS (SELECT 'xxxxxxxx' UNION ALL SELECT i || i FROM n) "
                      "SELECT max(i) FROM n", all());
  grown.functions = {"max"};
  auto t = store_->begin(true);
  ASSERT_OK(t);
  EXPECT_EQ(code_of(t->execute(grown)), SR_EXHAUSTED);
  t->rollback();
  EXPECT_EQ(code_of(act("SELECT '" + std::string(70'000, 'x') + "'", all())), SR_EXHAUSTED);
}

TEST_F(Attack, WrongParametersAreNamed) {
  for (const char* sql : {"SELECT ?", "SELECT ?1", "SELECT :a", "SELECT @a", "SELECT $a",
                          "SELECT $0", "SELECT $01", "SELECT $1x"}) {
    auto t = store_->begin(false);
    ASSERT_OK(t);
    EXPECT_EQ(code_of(t->execute(owner(sql, {std::int64_t{1}}))), SR_INVALID_ARGUMENT) << sql;
  }
}

}  // namespace
}  // namespace sr::test
