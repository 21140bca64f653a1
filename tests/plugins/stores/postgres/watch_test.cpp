// Changes made by others are told, one's own are not.
#include <condition_variable>
#include <mutex>
#include <set>

#include "tests/plugins/stores/postgres/bench.h"

namespace sr::test {
namespace {

// Collects reports and waits for them.
class Reports {
 public:
  std::function<void(std::string_view)> sink() {
    return [this](std::string_view table) {
      const std::lock_guard lock(mutex_);
      tables_.emplace(table);
      came_.notify_all();
    };
  }
  bool wait_for(const std::string& table) {
    std::unique_lock lock(mutex_);
    return came_.wait_for(lock, std::chrono::seconds(30), [&] { return tables_.contains(table); });
  }
  bool has(const std::string& table) {
    const std::lock_guard lock(mutex_);
    return tables_.contains(table);
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::set<std::string> tables_;
};

class PostgresWatch : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = open_postgres(database_);
    ASSERT_OK(opened);
    store_ = *std::move(opened);
    ASSERT_OK(store_->run_script("CREATE TABLE a (x int); CREATE TABLE b (x int)"));
  }
  PostgresServer& server_ = PostgresServer::instance();
  const std::string database_ = server_.fresh_database();
  std::optional<host::LoadedStore> store_;
};

TEST_F(PostgresWatch, AChangeByAnotherProgramIsReportedWithItsTable) {
  Reports reports;
  ASSERT_OK(store_->watch(reports.sink()));
  server_.run(database_, "INSERT INTO a VALUES (1)");
  EXPECT_TRUE(reports.wait_for("a"));
  EXPECT_FALSE(reports.has("b"));
  server_.run(database_, "TRUNCATE b");
  EXPECT_TRUE(reports.wait_for("b"));
  ASSERT_OK(store_->watch(nullptr));
}

TEST_F(PostgresWatch, AnotherHostsCommitIsReportedAndOnesOwnIsNot) {
  Reports reports;
  ASSERT_OK(store_->watch(reports.sink()));
  auto other = open_postgres(database_);
  ASSERT_OK(other);
  change(*store_, {"INSERT INTO a VALUES (1)"});
  change(*other, {"INSERT INTO b VALUES (1)"});
  EXPECT_TRUE(reports.wait_for("b"));
  EXPECT_FALSE(reports.has("a"));
}

TEST_F(PostgresWatch, NothingIsNotifiedInsideATurnsTransaction) {
  Reports reports;
  ASSERT_OK(store_->watch(reports.sink()));  // makes the triggers
  auto t = store_->begin(true);
  ASSERT_OK(t);
  ASSERT_OK(t->execute(owner("INSERT INTO a VALUES (1)")));
  // A transaction that notifies has a number; the trigger would have been run by now.
  const auto queue = t->execute(owner("SELECT pg_notification_queue_usage() AS used, "
                                      "(SELECT count(*) FROM pg_listening_channels()) AS channels"));
  ASSERT_OK(queue);
  EXPECT_EQ(queue->returned.rows[0][0], host::Value(0.0));
  ASSERT_OK(t->commit());
  server_.run(database_, "INSERT INTO b VALUES (1)");
  EXPECT_TRUE(reports.wait_for("b"));
  EXPECT_FALSE(reports.has("a"));
}

TEST_F(PostgresWatch, AfterTheConnectionWasLostAnyTableMayHaveChanged) {
  Reports reports;
  ASSERT_OK(store_->watch(reports.sink()));
  server_.stop();
  server_.start();
  EXPECT_TRUE(reports.wait_for(""));
  server_.run(database_, "INSERT INTO a VALUES (1)");
  EXPECT_TRUE(reports.wait_for("a"));
}

TEST_F(PostgresWatch, StopsAndStartsAgain) {
  Reports first;
  ASSERT_OK(store_->watch(first.sink()));
  ASSERT_OK(store_->watch(nullptr));
  ASSERT_OK(store_->watch(nullptr));
  server_.run(database_, "INSERT INTO a VALUES (1)");
  Reports second;
  ASSERT_OK(store_->watch(second.sink()));
  server_.run(database_, "INSERT INTO b VALUES (1)");
  EXPECT_TRUE(second.wait_for("b"));
  EXPECT_FALSE(first.has("a"));
  EXPECT_FALSE(second.has("a"));
}

}  // namespace
}  // namespace sr::test
