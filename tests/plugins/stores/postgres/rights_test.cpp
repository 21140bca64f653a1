// The roles that statements run as: few, shared by hosts, given other rights when they are free.
#include <thread>

#include "tests/plugins/stores/postgres/bench.h"

namespace sr::test {
namespace {

class PostgresRights : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK(open(store_, {{"roles", "3"}, {"role_prefix", "sr_few_"}}));
    ASSERT_OK(store_->run_script("CREATE TABLE t (a int, b int, c int, d int, e int); "
                                 "INSERT INTO t VALUES (1, 2, 3, 4, 5)"));
  }
  host::Status open(std::optional<host::LoadedStore>& into, const Options& more) {
    auto opened = open_postgres(database_, more);
    if (!opened) return opened.error();
    into = *std::move(opened);
    return {};
  }
  static host::Statement reading(const std::string& column) {
    return binding("SELECT " + column + " FROM t", {{"t", column, SR_GRANT_SELECT}});
  }
  static sr_code read(host::LoadedStore& store, const std::string& column,
                      const std::string& granted) {
    auto t = store.begin(false);
    EXPECT_OK(t);
    return code_of(t->execute(binding("SELECT " + column + " FROM t",
                                      {{"t", granted, SR_GRANT_SELECT}})));
  }

  const std::string database_ = PostgresServer::instance().fresh_database();
  std::optional<host::LoadedStore> store_;
};

TEST_F(PostgresRights, FewRolesServeManyKindsOfStatements) {
  for (int round = 0; round < 2; ++round) {
    for (const char* column : {"a", "b", "c", "d", "e"}) {
      EXPECT_EQ(read(*store_, column, column), SR_OK) << column;
      EXPECT_EQ(read(*store_, column, column[0] == 'a' ? "b" : "a"), SR_DENIED) << column;
    }
  }
  EXPECT_EQ(PostgresServer::instance().text(
                database_, "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'sr_few_%'"), "3");
}

TEST_F(PostgresRights, TwoHostsShareThemAndTakeNoneThatTheOtherUses) {
  std::optional<host::LoadedStore> other;
  ASSERT_OK(open(other, {{"roles", "3"}, {"role_prefix", "sr_few_"}}));
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(read(*store_, "a", "a"), SR_OK);
    EXPECT_EQ(read(*other, "a", "a"), SR_OK);
    EXPECT_EQ(read(*other, "b", "b"), SR_OK);
    EXPECT_EQ(read(*other, "b", "a"), SR_DENIED);
    EXPECT_EQ(read(*store_, "b", "b"), SR_OK);
  }
  // Both hold two of the three; the third goes from one to the other.
  EXPECT_EQ(read(*store_, "c", "c"), SR_OK);
  EXPECT_EQ(read(*store_, "d", "d"), SR_OK);
  EXPECT_EQ(read(*other, "a", "a"), SR_OK);
  EXPECT_EQ(read(*other, "a", "b"), SR_DENIED);
}

TEST_F(PostgresRights, ManyThreadsAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int k = 0; k < 20; ++k) {
        const std::string column(1, static_cast<char>('a' + (i + k) % 5));
        auto t = store_->begin(false);
        if (!t) { ++wrong; continue; }
        const auto done = t->execute(reading(column));
        // Three roles for four threads: one may have to come back.
        if (!done && done.error().code != SR_UNAVAILABLE) ++wrong;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(PostgresRights, ALoginThatMayNotMakeRolesIsToldWhatToDo) {
  std::optional<host::LoadedStore> other;
  const auto status = open(other, {{"role_prefix", "sr_never_"}, {"admin_url", ""}});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().option, "admin_url");
  EXPECT_NE(status.error().what.find("store init"), std::string::npos) << status.error().what;
}

TEST_F(PostgresRights, OnceTheRolesAreThereNoAdministratorIsNeeded) {
  std::optional<host::LoadedStore> other;
  ASSERT_OK(open(other, {{"roles", "3"}, {"role_prefix", "sr_few_"}, {"admin_url", ""}}));
  EXPECT_EQ(read(*other, "a", "a"), SR_OK);
}

TEST_F(PostgresRights, AScratchStoreLeavesNothingBehind) {
  const auto schemas = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'scratch%'";
  {
    std::optional<host::LoadedStore> other;
    ASSERT_OK(open(other, {{"roles", "3"}, {"role_prefix", "sr_few_"}, {"scratch", "true"}}));
    ASSERT_OK(other->run_script("CREATE TABLE t (a int); INSERT INTO t VALUES (7)"));
    EXPECT_EQ(number(*other, "SELECT a FROM t"), 7);
    EXPECT_EQ(read(*other, "a", "a"), SR_OK);
    EXPECT_EQ(PostgresServer::instance().text(database_, schemas), "2");
  }
  EXPECT_EQ(PostgresServer::instance().text(database_, schemas), "0");
  EXPECT_EQ(number(*store_, "SELECT a FROM t"), 1);
}

}  // namespace
}  // namespace sr::test
