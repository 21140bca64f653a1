// What a change of a table reaches, as PostgreSQL's catalogs and the texts of functions tell.
#include <algorithm>

#include "tests/plugins/stores/postgres/bench.h"

namespace sr::test {
namespace {

using Edges = std::vector<std::string>;

class PostgresDependencies : public testing::Test {
 protected:
  // "a writes b", "a is shown by v", in order.
  Edges edges_after(const std::string& script) {
    EXPECT_OK(store_);
    EXPECT_OK(store_->run_script(script));
    const auto found = store_->dependencies();
    EXPECT_OK(found);
    Edges out;
    for (const auto& d : *found) out.push_back(d.from + (d.shows ? " is shown by " : " writes ") + d.to);
    std::sort(out.begin(), out.end());
    return out;
  }

  const std::string database_ = PostgresServer::instance().fresh_database();
  host::Result<host::LoadedStore> store_ = open_postgres(database_);
};

TEST_F(PostgresDependencies, ViewsRulesAndWhatIsWrittenThrough) {
  EXPECT_EQ(edges_after("CREATE TABLE a (x int, y int); CREATE TABLE b (x int);"
                        "CREATE VIEW plain AS SELECT x FROM a;"
                        "CREATE VIEW both_of AS SELECT a.x FROM a JOIN b USING (x);"
                        "CREATE MATERIALIZED VIEW kept AS SELECT x FROM a; CREATE VIEW of_kept AS SELECT x FROM kept;"
                        "CREATE RULE r AS ON DELETE TO b DO ALSO DELETE FROM a"),
            (Edges{"a is shown by both_of", "a is shown by plain", "b is shown by both_of", "b writes a",
                   "kept is shown by of_kept", "plain writes a"}));
}

TEST_F(PostgresDependencies, ForeignKeysPartitionsAndPolicies) {
  EXPECT_EQ(edges_after("CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p int REFERENCES p ON DELETE CASCADE);"
                        "CREATE TABLE d (p int REFERENCES p);"
                        "CREATE TABLE t (n int) PARTITION BY LIST (n); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);"
                        "CREATE POLICY q ON d USING (p IN (SELECT n FROM t))"),
            (Edges{"p writes c", "t is shown by d", "t writes t1", "t1 is shown by t"}));
}

TEST_F(PostgresDependencies, FunctionsByTheirTexts) {
  EXPECT_EQ(
      edges_after("CREATE TABLE a (x int); CREATE TABLE \"B b\" (x int); CREATE TABLE c (x int);"
                  "CREATE TABLE d (x int); CREATE TABLE e (x int); CREATE TABLE f (x int);"
                  "CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.x := 1; RETURN NEW; END';"
                  "CREATE FUNCTION deeper() RETURNS void LANGUAGE sql AS 'INSERT INTO \"B b\" VALUES (1)';"
                  "CREATE FUNCTION deep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM Deeper(); RETURN NEW; END';"
                  "CREATE FUNCTION any_table() RETURNS trigger LANGUAGE plpgsql AS "
                  "'BEGIN EXECUTE ''DELETE FROM '' || TG_ARGV[0]; RETURN NEW; END';"
                  "CREATE FUNCTION looks() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM e';"
                  "CREATE FUNCTION modern() RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT count(*) FROM f; END;"
                  "CREATE FUNCTION constant() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';"
                  "CREATE TRIGGER t1 BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION stamp();"
                  "CREATE TRIGGER t2 AFTER UPDATE ON a FOR EACH ROW EXECUTE FUNCTION deep();"
                  "CREATE TRIGGER t3 AFTER UPDATE ON c FOR EACH ROW EXECUTE FUNCTION any_table('d');"
                  "CREATE TRIGGER t4 AFTER UPDATE ON d FOR EACH ROW EXECUTE FUNCTION any_table('a');"
                  "ALTER TABLE d DISABLE TRIGGER t4;"
                  "CREATE VIEW v AS SELECT looks() + modern() + constant() AS n"),
      (Edges{"a writes B b", "c writes ", "e is shown by v", "f is shown by v"}));
}

TEST_F(PostgresDependencies, TablesOfOtherSchemasOnTheWay) {
  auto& server = PostgresServer::instance();
  EXPECT_EQ(edges_after("CREATE SCHEMA other; CREATE TABLE other.base (x int);"
                        "CREATE VIEW shown AS SELECT x, 1 AS one FROM other.base GROUP BY x"),
            Edges{"other.base is shown by shown"});
  std::string heard;
  std::mutex mutex;
  std::condition_variable woken;
  ASSERT_OK(store_->watch([&](std::string_view table) {
    const std::lock_guard lock(mutex);
    heard = table;
    woken.notify_one();
  }));
  server.run(database_, "INSERT INTO other.base VALUES (1)");
  std::unique_lock lock(mutex);
  EXPECT_TRUE(woken.wait_for(lock, std::chrono::seconds(60), [&] { return !heard.empty(); }));
  EXPECT_EQ(heard, "other.base");
  lock.unlock();
  ASSERT_OK(store_->watch(nullptr));
}

TEST_F(PostgresDependencies, ReadySaysWhetherAChangeCouldBeKept) {
  auto& server = PostgresServer::instance();
  ASSERT_OK(store_);
  EXPECT_OK(store_->ready());
  server.run(database_, "ALTER DATABASE \"" + database_ + "\" SET default_transaction_read_only = on");
  auto fresh = open_postgres(database_);
  if (fresh.ok()) {
    EXPECT_FAILS(fresh->ready(), SR_UNAVAILABLE, "read-only");
  }
  server.stop();
  EXPECT_FAILS(store_->ready(), SR_UNAVAILABLE, "connect");
  server.start();
}

}  // namespace
}  // namespace sr::test
