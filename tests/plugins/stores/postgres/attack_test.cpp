// What a model could try when the host's guard were absent: the store alone must stop it.
#include "tests/plugins/stores/postgres/bench.h"

namespace sr::test {
namespace {

using host::Grant;

class PostgresAttack : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = open_postgres(database_);
    ASSERT_OK(opened);
    store_ = *std::move(opened);
    ASSERT_OK(store_->run_script(R"sql(
      CREATE TABLE notes (id SERIAL PRIMARY KEY, text TEXT);
      CREATE TABLE secrets (id INTEGER PRIMARY KEY, word TEXT);
      CREATE VIEW words AS SELECT id, upper(word) AS word FROM secrets;
      CREATE FUNCTION leak() RETURNS text LANGUAGE sql SECURITY DEFINER
        AS 'SELECT word FROM secrets';
      INSERT INTO notes (text) VALUES ('hello'), ('again');
      INSERT INTO secrets VALUES (1, 'sesame');
    )sql"));
    auto t = store_->begin(true);
    ASSERT_OK(t);
    ASSERT_OK(t->session_create({.id = "s", .token_hash = "hash", .fence = 1}));
    ASSERT_OK(t->commit());
    before_ = everything();
  }

  // Everything on the tables of the app that a model may have.
  std::vector<Grant> all() const {
    return {{"notes", "", SR_GRANT_SELECT | SR_GRANT_INSERT | SR_GRANT_UPDATE | SR_GRANT_DELETE}};
  }
  host::Result<host::Outcome> act(const std::string& sql, std::vector<Grant> grants,
                                  std::vector<std::string> functions = {}) {
    auto t = store_->begin(true);
    EXPECT_OK(t);
    auto statement = action(sql, std::move(grants));
    statement.functions = std::move(functions);
    auto outcome = t->execute(statement);
    if (outcome) EXPECT_OK(t->commit());
    return outcome;
  }
  // What may not change whatever a model writes.
  std::string everything() {
    auto& server = PostgresServer::instance();
    return server.text(database_, "SELECT string_agg(id || word, ',') FROM secrets") + "|" +
           server.text(database_, "SELECT string_agg(id || token_hash || fence || seq, ',') "
                                  "FROM state_runtime.sessions") + "|" +
           server.text(database_, "SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class "
                                  "WHERE relnamespace IN ('public'::regnamespace, "
                                  "'state_runtime'::regnamespace)") + "|" +
           server.text(database_, "SELECT string_agg(rolname || rolsuper || rolcreaterole, ',' "
                                  "ORDER BY rolname) FROM pg_roles");
  }

  const std::string database_ = PostgresServer::instance().fresh_database();
  std::optional<host::LoadedStore> store_;
  std::string before_;
};

TEST_F(PostgresAttack, NothingGetsPastTheStore) {
  const std::string statements[] = {
      "SELECT word FROM secrets",
      "SELECT * FROM pg_read_file('/etc/passwd')",
      "SELECT * FROM pg_catalog.pg_class",
      "SELECT * FROM pg_stat_activity",
      "SELECT * FROM information_schema.tables",
      "SELECT usename FROM \"pg_user\"",
      "SELECT rolpassword FROM pg_authid",
      "SELECT * FROM pg_ls_dir('.')",
      "SELECT set_config('role', 'none', false)",
      "SELECT \"set_config\"('role', 'app', true), query_to_xml('SELECT * FROM secrets', true, true, '')",
      "SELECT pg_catalog.set_config('role', 'app', true)",
      "SELECT set_config ('role', 'app', true)",
      "SELECT set_config/**/('role', 'app', true)",
      "SELECT set_config--\n('role', 'app', true)",
      "SELECT U&\"set\\005fconfig\"('role', 'app', true)",
      "SELECT leak()",
      "SELECT public.leak()",
      "SELECT * FROM leak()",
      "SELECT * FROM ROWS FROM (leak())",
      "SELECT * FROM leak() AS (word text)",
      "SELECT * FROM notes, LATERAL leak()",
      "SELECT id FROM notes WHERE text = leak()",
      "SELECT id FROM notes ORDER BY leak()",
      "SELECT * FROM notes TABLESAMPLE bernoulli(100)",
      "SELECT current_user",
      "SELECT session_user",
      "SELECT user",
      "SELECT current_setting('state_runtime.host')",
      "SELECT 'secrets'::regclass",
      "SELECT 'pg_authid'::regclass::oid",
      "SELECT lo_import('/etc/passwd')",
      "SELECT pg_sleep(10)",
      "SELECT pg_terminate_backend(1)",
      "SELECT pg_advisory_lock(1)",
      "SELECT nextval('notes_id_seq')",
      "SELECT setval('notes_id_seq', 99)",
      "SELECT dblink('', 'SELECT 1')",
      "SELECT xmlparse(document '<a/>')",
      "SELECT json_agg(s) FROM secrets s",
      "SELECT s::text FROM secrets s",
      "SELECT (s).word FROM secrets s",
      "SELECT s.* FROM secrets s",
      "TABLE secrets",
      "TABLE notes",
      "SELECT * FROM state_runtime.sessions",
      "SELECT * FROM \"state_runtime\".\"sessions\"",
      "SELECT token_hash FROM sessions",
      "UPDATE state_runtime.sessions SET fence = 99",
      "INSERT INTO state_runtime.log (session) VALUES (1)",
      "SELECT * INTO mine FROM notes",
      "SELECT id INTO TEMP mine FROM notes",
      "CREATE TABLE mine (a int)",
      "CREATE TEMP TABLE notes (a int)",
      "CREATE TABLE mine AS SELECT * FROM notes",
      "DROP TABLE notes",
      "TRUNCATE notes",
      "ALTER TABLE notes OWNER TO app",
      "GRANT ALL ON secrets TO PUBLIC",
      "SET ROLE app",
      "RESET ROLE",
      "SET SESSION AUTHORIZATION DEFAULT",
      "RESET ALL",
      "DISCARD ALL",
      "BEGIN",
      "COMMIT",
      "ROLLBACK",
      "SAVEPOINT a",
      "PREPARE p AS SELECT * FROM secrets",
      "EXECUTE p",
      "DECLARE c CURSOR FOR SELECT * FROM secrets",
      "FETCH ALL FROM sr_rows",
      "COPY notes TO '/tmp/x'",
      "COPY notes TO PROGRAM 'id'",
      "COPY notes FROM '/etc/passwd'",
      "DO $$ BEGIN DELETE FROM notes; END $$",
      "DO 'BEGIN DELETE FROM notes; END'",
      "CALL leak()",
      "LISTEN state_runtime",
      "NOTIFY state_runtime, 'x'",
      "LOCK TABLE notes",
      "EXPLAIN SELECT * FROM secrets",
      "EXPLAIN ANALYZE DELETE FROM notes",
      "VACUUM",
      "MERGE INTO notes USING secrets s ON true WHEN MATCHED THEN UPDATE SET text = s.word",
      "WITH d AS (DELETE FROM secrets RETURNING word) SELECT * FROM d",
      "WITH d AS (UPDATE secrets SET word = 'x' RETURNING word) SELECT * FROM d",
      "INSERT INTO notes (text) SELECT word FROM secrets",
      "UPDATE notes SET text = s.word FROM secrets s",
      "UPDATE notes SET text = 'x' RETURNING (SELECT word FROM secrets)",
      "DELETE FROM notes USING secrets WHERE secrets.word LIKE 's%'",
      "SELECT id FROM notes; DELETE FROM secrets",
      "SELECT id FROM notes; COMMIT; DROP SCHEMA public CASCADE",
      "SELECT id FROM notes WHERE text = E'\\'; DELETE FROM secrets; --'",
      "SELECT id FROM notes WHERE text = $$x$$",
      "SELECT id FROM notes WHERE id IN (SELECT id FROM secrets)",
      "SELECT id FROM notes JOIN secrets USING (id)",
      "SELECT id FROM secrets FOR UPDATE",
      "SELECT id FROM notes UNION SELECT id FROM secrets",
      "SELECT word FROM words",
      "SELECT 1::int; --",
      "",
      ";",
  };
  for (const auto& sql : statements) {
    const auto outcome = act(sql, all());
    EXPECT_FALSE(outcome.ok()) << sql;
    const auto code = code_of(outcome);
    EXPECT_TRUE(code == SR_DENIED || code == SR_INVALID_ARGUMENT) << sql << ": " << why(outcome);
  }
  EXPECT_EQ(everything(), before_);
}

TEST_F(PostgresAttack, ABindingCannotWriteInAWriteTransaction) {
  auto t = store_->begin(true);
  ASSERT_OK(t);
  EXPECT_EQ(code_of(t->execute(binding("WITH d AS (DELETE FROM notes RETURNING id) SELECT id FROM d",
                                       all()))),
            SR_INVALID_ARGUMENT);  // no cursor takes it
  t->rollback();
  auto u = store_->begin(true);
  ASSERT_OK(u);
  EXPECT_EQ(code_of(u->execute(binding("SELECT id FROM notes FOR UPDATE", all()))), SR_DENIED);
  u->rollback();
  EXPECT_EQ(number(*store_, "SELECT count(*) FROM notes"), 2);
}

// The rest of the transaction is the host's again.
TEST_F(PostgresAttack, AfterAStatementOfAModelTheTransactionGoesOn) {
  auto t = store_->begin(true);
  ASSERT_OK(t);
  ASSERT_OK(t->execute(action("UPDATE notes SET text = 'x' WHERE id = 1", all())));
  ASSERT_OK(t->execute(binding("SELECT id FROM notes", all())));
  ASSERT_OK(t->execute(action("INSERT INTO notes (text) VALUES ('third')", all())));
  ASSERT_OK(t->log_append("s", 1, 0, std::vector{entry("event", "{}", "a")}));
  ASSERT_OK(t->execute(owner("UPDATE secrets SET word = 'open'")));
  ASSERT_OK(t->commit());
  EXPECT_EQ(number(*store_, "SELECT count(*) FROM notes"), 3);
}

TEST_F(PostgresAttack, AGrantedViewMayBeReadAndNothingBehindIt) {
  const std::vector<Grant> view{{"words", "", SR_GRANT_SELECT}};
  const auto found = act("SELECT word FROM words", view);
  ASSERT_OK(found);
  EXPECT_EQ(found->returned.rows[0][0], host::Value("SESAME"));
  EXPECT_EQ(code_of(act("SELECT s.word FROM words w JOIN secrets s ON s.id = w.id", view)),
            SR_DENIED);
}

TEST_F(PostgresAttack, ALongAnswerIsNotFetchedToItsEnd) {
  auto statement = binding("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                           "SELECT i FROM n", all());
  statement.max_rows = 5;
  auto t = store_->begin(false);
  ASSERT_OK(t);
  EXPECT_FAILS(t->execute(statement), SR_EXHAUSTED, "5 rows");
}

// Locking a row is no change, and what only a trigger or a rule has changed is one.
TEST_F(PostgresAttack, NothingIsCountedUnlessSomethingWasChanged) {
  ASSERT_OK(store_->run_script(R"sql(
    CREATE TABLE kv (id INTEGER PRIMARY KEY, n INTEGER);
    INSERT INTO kv VALUES (1, 1);
    CREATE TABLE held (id INTEGER PRIMARY KEY, n INTEGER);
    INSERT INTO held VALUES (1, 1);
    CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
    CREATE TRIGGER hold BEFORE UPDATE OR DELETE ON held FOR EACH ROW EXECUTE FUNCTION hold();
    CREATE TABLE moved (id INTEGER PRIMARY KEY, n INTEGER);
    INSERT INTO moved VALUES (1, 1);
    CREATE FUNCTION move() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
      'BEGIN UPDATE kv SET n = NEW.n WHERE id = NEW.id; RETURN NULL; END';
    CREATE TRIGGER move BEFORE UPDATE ON moved FOR EACH ROW EXECUTE FUNCTION move();
    CREATE TABLE emptied (id INTEGER PRIMARY KEY, n INTEGER);
    INSERT INTO emptied VALUES (1, 1);
    CREATE FUNCTION clear() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
      'BEGIN TRUNCATE notes; RETURN NULL; END';
    CREATE TRIGGER clear BEFORE UPDATE ON emptied FOR EACH ROW EXECUTE FUNCTION clear();
    CREATE VIEW seen AS SELECT id, n FROM kv;
    CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
      'BEGIN UPDATE kv SET n = NEW.n WHERE id = NEW.id AND n <> NEW.n; RETURN NULL; END';
    CREATE TRIGGER see INSTEAD OF UPDATE ON seen FOR EACH ROW EXECUTE FUNCTION see();
    CREATE TABLE parts (id INTEGER, n INTEGER) PARTITION BY LIST (id);
    CREATE TABLE part_1 PARTITION OF parts FOR VALUES IN (1);
    INSERT INTO parts VALUES (1, 1);
    CREATE TRIGGER hold BEFORE DELETE ON part_1 FOR EACH ROW EXECUTE FUNCTION hold();
    CREATE TABLE ruled (id INTEGER PRIMARY KEY, n INTEGER);
    INSERT INTO ruled VALUES (1, 1);
    CREATE RULE r AS ON UPDATE TO ruled DO INSTEAD UPDATE parts SET n = NEW.n WHERE id = NEW.id;
  )sql"));
  std::vector<Grant> grants;
  for (const char* table : {"kv", "held", "moved", "emptied", "seen", "parts", "ruled"}) {
    grants.push_back({table, "", SR_GRANT_SELECT | SR_GRANT_INSERT | SR_GRANT_UPDATE | SR_GRANT_DELETE});
  }
  struct Case {
    const char* sql;
    bool changes;
  };
  for (const bool after_another : {false, true}) {
    for (const auto& [sql, changes] : std::vector<Case>{
             {"INSERT INTO kv (id, n) VALUES (1, 5) ON CONFLICT (id) DO UPDATE SET n = excluded.n WHERE FALSE", false},
             {"INSERT INTO kv (id, n) VALUES (1, 5) ON CONFLICT (id) DO UPDATE SET n = excluded.n "
              "WHERE kv.n > 100 RETURNING id", false},
             {"INSERT INTO kv (id, n) VALUES (1, 5) ON CONFLICT (id) DO NOTHING", false},
             {"INSERT INTO kv (id, n) VALUES (1, 5) ON CONFLICT (id) DO UPDATE SET n = excluded.n", true},
             {"UPDATE held SET n = 2 WHERE id = 1", false},
             {"DELETE FROM held", false},
             {"UPDATE moved SET n = 2 WHERE id = 1", true},
             {"UPDATE moved SET n = 2 WHERE id = 9", false},
             {"UPDATE emptied SET n = 2", true},
             {"UPDATE seen SET n = 2 WHERE id = 1", true},
             {"UPDATE seen SET n = 1 WHERE id = 1", false},
             {"DELETE FROM parts", false},
             {"UPDATE parts SET n = 3", true},
             {"UPDATE ruled SET n = 3", true},
             {"UPDATE ruled SET n = 3 WHERE id = 9", false}}) {
      SCOPED_TRACE(sql);
      auto t = store_->begin(true);
      ASSERT_OK(t);
      if (after_another) {
        ASSERT_OK(t->session_claim("s"));
        ASSERT_OK(t->execute(owner("UPDATE secrets SET word = word")));
      }
      const auto outcome = t->execute(action(sql, grants));
      ASSERT_OK(outcome);
      EXPECT_EQ(outcome->changed != 0, changes) << outcome->changed;
      const auto owners = t->execute(owner("LOCK TABLE kv"));
      ASSERT_OK(owners);
      EXPECT_EQ(owners->changed, 0U);
    }
  }
}

}  // namespace
}  // namespace sr::test
