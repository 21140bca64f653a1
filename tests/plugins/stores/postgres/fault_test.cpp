// A server that is down, dies, is slow or read-only, and a database that others have changed: each
// has one outcome, and what was committed is there.
#include <signal.h>
#include <unistd.h>

#include <pqxx/pqxx>

#include "tests/plugins/stores/postgres/bench.h"

namespace sr::test {
namespace {

class PostgresFault : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = open_postgres(database_);
    ASSERT_OK(opened);
    store_ = *std::move(opened);
    ASSERT_OK(store_->run_script("CREATE TABLE t (id int PRIMARY KEY, x int); "
                                 "INSERT INTO t VALUES (1, 0), (2, 0)"));
    auto t = store_->begin(true);
    ASSERT_OK(t);
    ASSERT_OK(t->session_create({.id = "s", .fence = 1}));
    ASSERT_OK(t->log_append("s", 1, 0, std::vector{entry("event", "one", "a"),
                                                   entry("paint", "two"), entry("paint", "three")}));
    ASSERT_OK(t->snapshot_put("s", "model", 3, "state"));
    ASSERT_OK(t->commit());
  }
  // A whole turn: a fact and an entry, together.
  host::Status turn(const std::string& id) {
    auto t = store_->begin(true);
    if (!t) return t.error();
    const auto session = t->session_get("s");
    if (!session) return session.error();
    auto done = t->execute(owner("UPDATE t SET x = x + 1 WHERE id = 1"));
    if (!done) return done.error();
    auto status = t->log_append("s", 1, session->seq, std::vector{entry("event", "{}", id)});
    return status.ok() ? t->commit() : status;
  }
  std::int64_t count() { return number(*store_, "SELECT x FROM t WHERE id = 1"); }
  host::Status read_log() {
    auto t = store_->begin(false);
    if (!t) return t.error();
    return t->log_read("s", 0, [](host::LogEntry) { return true; });
  }

  PostgresServer& server_ = PostgresServer::instance();
  const std::string database_ = server_.fresh_database();
  std::optional<host::LoadedStore> store_;
};

TEST_F(PostgresFault, AServerThatIsNotThereIsSaidAtStart) {
  const auto opened =
      open_postgres(database_, {{"url", "postgresql:///x?host=/nowhere&user=app"}});
  EXPECT_FAILS(opened, SR_UNAVAILABLE, "cannot connect to the database");
  EXPECT_NE(why(opened).find("/nowhere"), std::string::npos) << why(opened);
}

TEST_F(PostgresFault, APasswordIsNeverSaid) {
  const auto opened = open_postgres(
      database_, {{"url", "postgresql://app:sesame@/x?host=/nowhere"}});
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(why(opened).find("sesame"), std::string::npos) << why(opened);
}

TEST_F(PostgresFault, AServerThatDiesInTheMiddleOfATurnLosesOnlyThatTurn) {
  ASSERT_OK(turn("b"));
  {
    auto t = store_->begin(true);
    ASSERT_OK(t);
    ASSERT_OK(t->execute(owner("UPDATE t SET x = 99 WHERE id = 1")));
    server_.stop();
    EXPECT_FAILS(t->execute(owner("SELECT 1")), SR_UNAVAILABLE, "lost the connection");
    EXPECT_FALSE(t->commit().ok());
  }
  EXPECT_EQ(code_of(turn("c")), SR_UNAVAILABLE);
  const auto again = turn("c");  // too early for another attempt to connect
  EXPECT_FAILS(again, SR_UNAVAILABLE, "the next attempt is in");
  server_.start();
  host::Status status;
  for (int tries = 0; tries < 200; ++tries) {
    status = turn("c");
    if (status.ok() || status.error().code != SR_UNAVAILABLE) break;
    ::usleep(50'000);
  }
  ASSERT_OK(status);
  EXPECT_EQ(count(), 2);
  EXPECT_OK(read_log());
}

TEST_F(PostgresFault, ConnectionsThatTheServerClosedMeanwhileAreReplaced) {
  ASSERT_OK(turn("b"));
  server_.run(database_, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" +
                             database_ + "' AND pid <> pg_backend_pid()");
  ASSERT_OK(turn("c"));
  auto t = store_->begin(false);  // rights were held by a connection that is gone, too
  ASSERT_OK(t);
  EXPECT_OK(t->execute(binding("SELECT x FROM t", {{"t", "x", SR_GRANT_SELECT}})));
}

TEST_F(PostgresFault, ACommitThatTheConnectionDidNotSurviveIsNotCalledDone) {
  auto t = store_->begin(true);
  ASSERT_OK(t);
  ASSERT_OK(t->execute(owner("UPDATE t SET x = 99 WHERE id = 1")));
  server_.run(database_, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" +
                             database_ + "' AND state = 'idle in transaction'");
  EXPECT_FAILS(t->commit(), SR_UNAVAILABLE, "whether it was done");
  EXPECT_EQ(count(), 0);
}

// Statements have their own limits at the server, which ends nothing when it does not run.
TEST_F(PostgresFault, AFrozenServerIsGivenUpInTimeAndUsedAgainLater) {
  auto opened = open_postgres(
      database_, {{"answer_timeout", "200ms"}, {"statement_timeout", "300ms"},
                  {"connect_timeout", "1s"}});
  ASSERT_OK(opened);
  store_ = *std::move(opened);
  ASSERT_OK(turn("b"));
  auto t = store_->begin(true);
  ASSERT_OK(t);
  ASSERT_OK(t->execute(owner("UPDATE t SET x = 99 WHERE id = 1")));
  auto committing = store_->begin(true);
  ASSERT_OK(committing);
  ASSERT_OK(committing->execute(owner("UPDATE t SET x = 99 WHERE id = 2")));
  server_.freeze();
  EXPECT_FAILS(t->execute(owner("SELECT 1")), SR_UNAVAILABLE,
               "no answer from the database server for 500 ms");
  t->rollback();
  EXPECT_FAILS(committing->commit(), SR_UNAVAILABLE, "whether it was done");
  EXPECT_EQ(code_of(turn("c")), SR_UNAVAILABLE);  // nor does anybody answer a new connection
  EXPECT_EQ(code_of(turn("c")), SR_UNAVAILABLE);
  server_.thaw();
  host::Status status;
  for (int tries = 0; tries < 200; ++tries) {
    status = turn("c");
    if (status.ok() || status.error().code != SR_UNAVAILABLE) break;
    ::usleep(50'000);
  }
  ASSERT_OK(status);
  EXPECT_EQ(count(), 2);
  EXPECT_OK(read_log());
}

TEST_F(PostgresFault, AFrozenConnectionKeepsItsRowsUntilItGoesOn) {
  auto opened = open_postgres(database_, {{"answer_timeout", "200ms"}});
  ASSERT_OK(opened);
  store_ = *std::move(opened);
  auto t = store_->begin(true);
  ASSERT_OK(t);
  ASSERT_OK(t->execute(owner("UPDATE t SET x = 99 WHERE id = 1")));
  const auto asked = t->execute(owner("SELECT pg_backend_pid()"));
  ASSERT_OK(asked);
  const auto server_process = static_cast<pid_t>(std::get<std::int64_t>(asked->returned.rows[0][0]));
  ASSERT_EQ(::kill(server_process, SIGSTOP), 0);
  EXPECT_FAILS(t->execute(owner("SELECT 1")), SR_UNAVAILABLE, "no answer from the database server");
  t->rollback();
  EXPECT_FAILS(turn("b"), SR_UNAVAILABLE, "waited 300 ms");  // for the row that it still holds
  ASSERT_EQ(::kill(server_process, SIGCONT), 0);
  host::Status status;
  for (int tries = 0; tries < 200; ++tries) {
    status = turn("b");
    if (status.ok() || status.error().code != SR_UNAVAILABLE) break;
    ::usleep(10'000);
  }
  ASSERT_OK(status);
  EXPECT_EQ(count(), 1);
}

TEST_F(PostgresFault, AScriptMayTakeLongerThanAnyStatement) {
  auto opened = open_postgres(database_, {{"answer_timeout", "50ms"}, {"lock_timeout", "50ms"},
                                          {"statement_timeout", "50ms"}});
  ASSERT_OK(opened);
  EXPECT_OK(opened->run_script("SELECT pg_sleep(0.4)"));
  auto t = opened->begin(false);
  ASSERT_OK(t);
  EXPECT_FAILS(t->execute(owner("SELECT pg_sleep(0.4)")), SR_DEADLINE, "longer than 50 ms");
}

TEST_F(PostgresFault, ARowThatAnotherProgramHoldsIsWaitedForAndThenGivenUp) {
  pqxx::connection other(server_.url(database_, "postgres"));
  pqxx::work work(other);
  work.exec("UPDATE t SET x = 5 WHERE id = 1");
  EXPECT_FAILS(turn("b"), SR_UNAVAILABLE, "waited 300 ms");
  work.abort();
  EXPECT_OK(turn("b"));
}

TEST_F(PostgresFault, RowsThatAreLookedAtBeforeAChangeAreKeptFromOthers) {
  auto turn = store_->begin(true);
  ASSERT_OK(turn);
  ASSERT_OK(turn->execute(action("SELECT id, x FROM t WHERE id = 1", {{"t", "", SR_GRANT_SELECT | SR_GRANT_UPDATE}})));
  pqxx::connection other(server_.url(database_, "postgres"));
  pqxx::work work(other);
  work.exec("SET lock_timeout = 100");
  EXPECT_THROW(work.exec("UPDATE t SET x = 5 WHERE id = 1"), pqxx::sql_error);
}

TEST_F(PostgresFault, TooManyTransactionsAtOnceAreToldWhichOptionToRaise) {
  auto small = open_postgres(database_, {{"connections", "2"}});
  ASSERT_OK(small);
  auto first = small->begin(false);
  auto second = small->begin(false);
  ASSERT_OK(first);
  ASSERT_OK(second);
  EXPECT_FAILS(small->begin(false), SR_UNAVAILABLE, "raise `connections`");
  first->rollback();
  EXPECT_OK(small->begin(false));
}

TEST_F(PostgresFault, AReadOnlyDatabaseIsReadAndNotWritten) {
  server_.run("postgres", "ALTER DATABASE " + database_ + " SET default_transaction_read_only = on");
  auto opened = open_postgres(database_);
  ASSERT_OK(opened);
  EXPECT_FAILS(opened->begin(true), SR_UNAVAILABLE, "read-only");
  auto t = opened->begin(false);
  ASSERT_OK(t);
  EXPECT_OK(t->execute(owner("SELECT x FROM t")));
}

TEST_F(PostgresFault, AFullDiskHalfWritesNothingAndIsWrittenToAgain) {
  SmallLog disk(server_, database_);
  if (!disk.mounted()) GTEST_SKIP() << "needs the right to mount a small file system";
  ASSERT_OK(turn("first"));
  disk.fill();
  host::Status status;
  int done = 0;  // the pages that the table has already hold a few more
  for (; done < 10'000; ++done) {
    status = turn("filling " + std::to_string(done));
    if (!status.ok()) break;
  }
  EXPECT_FAILS(status, SR_UNAVAILABLE, "found no space on the database server; free some");
  EXPECT_EQ(count(), 1 + done);
  EXPECT_OK(read_log());
  disk.empty();
  EXPECT_OK(turn("filling " + std::to_string(done)));
  EXPECT_EQ(count(), 2 + done);
  EXPECT_OK(read_log());
}

TEST_F(PostgresFault, ATableThatIsMadeAnewUnderAHostIsOpenedAgain) {
  const auto reading = binding("SELECT x FROM t", {{"t", "x", SR_GRANT_SELECT}});
  const auto read = [&] {
    auto t = store_->begin(false);
    EXPECT_OK(t);
    return code_of(t->execute(reading));
  };
  EXPECT_EQ(read(), SR_OK);
  ASSERT_OK(store_->run_script("ALTER TABLE t RENAME COLUMN x TO y"));
  EXPECT_EQ(read(), SR_INVALID_ARGUMENT);
  ASSERT_OK(store_->run_script("DROP TABLE t; CREATE TABLE t (id int, x text); "
                               "INSERT INTO t VALUES (1, 'new')"));
  EXPECT_EQ(read(), SR_DENIED);
  EXPECT_EQ(read(), SR_OK);
  ASSERT_OK(store_->run_script("DROP TABLE t"));
  EXPECT_EQ(read(), SR_INVALID_ARGUMENT);
}

TEST_F(PostgresFault, ADamagedLogNamesSessionAndPlace) {
  const std::pair<const char*, const char*> damages[] = {
      {"UPDATE state_runtime.log SET body = 'twO' WHERE seq = 2", "at seq 2"},
      {"UPDATE state_runtime.log SET at = at + 1 WHERE seq = 1", "at seq 1"},
      {"UPDATE state_runtime.log SET tokens = '\\x01' WHERE seq = 3", "at seq 3"},
      {"DELETE FROM state_runtime.log WHERE seq = 2", "at seq 2"},
      {"DELETE FROM state_runtime.log WHERE seq = 3", "at seq 3"},
      {"UPDATE state_runtime.log SET seq = 9 WHERE seq = 3", "at seq 3"}};
  for (const auto& [damage, where] : damages) {
    server_.run(database_, "CREATE TABLE IF NOT EXISTS kept AS SELECT * FROM state_runtime.log");
    server_.run(database_, std::string("ALTER TABLE state_runtime.log DROP CONSTRAINT IF EXISTS "
                                       "log_pkey; ") + damage);
    EXPECT_FAILS(read_log(), SR_CORRUPT, where);
    EXPECT_NE(why(read_log()).find("session \"s\""), std::string::npos);
    server_.run(database_, "DELETE FROM state_runtime.log; "
                           "INSERT INTO state_runtime.log SELECT * FROM kept");
  }
  EXPECT_OK(read_log());
}

TEST_F(PostgresFault, ADamagedSnapshotSaysToReadTheLog) {
  server_.run(database_, "UPDATE state_runtime.snapshots SET data = 'stale'");
  auto t = store_->begin(false);
  ASSERT_OK(t);
  EXPECT_FAILS(t->snapshot_get("s", "model"), SR_CORRUPT, "read the log again");
}

TEST_F(PostgresFault, ADatabaseOfAnotherFormatIsLeftAlone) {
  server_.run(database_, "UPDATE state_runtime.meta SET value = '2' WHERE name = 'format'");
  const auto opened = open_postgres(database_);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().option, "schema");
  EXPECT_NE(why(opened).find("store format 2"), std::string::npos) << why(opened);
}

TEST_F(PostgresFault, ALoginThatMayNotMakeTablesIsToldWhoCan) {
  const auto foreign = server_.fresh_database();
  server_.run("postgres", "ALTER DATABASE " + foreign + " OWNER TO postgres");
  const auto opened = open_postgres(foreign);
  ASSERT_FALSE(opened.ok());
  EXPECT_NE(why(opened).find("OWNER TO"), std::string::npos) << why(opened);
}

}  // namespace
}  // namespace sr::test
