// Changes made by others are told, one's own are not.
#include <condition_variable>
#include <mutex>

#include "tests/plugins/stores/sqlite/bench.h"

namespace sr::test {
namespace {

// Counts reports and waits for them.
class Reports {
 public:
  std::function<void(std::string_view)> sink() {
    return [this](std::string_view table) {
      const std::lock_guard lock(mutex_);
      EXPECT_EQ(table, "");
      ++count_;
      came_.notify_all();
    };
  }
  bool wait_for(int wanted) {
    std::unique_lock lock(mutex_);
    return came_.wait_for(lock, std::chrono::seconds(20), [&] { return count_ >= wanted; });
  }
  int count() {
    const std::lock_guard lock(mutex_);
    return count_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  int count_ = 0;
};

class Watch : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = open_sqlite(folder_.file("facts.db"), {{"checkpoint_pages", "10"}});
    ASSERT_OK(opened);
    store_ = *std::move(opened);
    ASSERT_OK(store_->run_script("CREATE TABLE a (x)"));
  }
  Folder folder_;
  std::optional<host::LoadedStore> store_;
};

TEST_F(Watch, ACommitOfAnotherProcessIsReported) {
  Reports reports;
  ASSERT_OK(store_->watch(reports.sink()));
  Raw other(folder_.file("facts.db"));
  other.run("INSERT INTO a VALUES (1)");
  EXPECT_TRUE(reports.wait_for(1));
  other.run("INSERT INTO a VALUES (2)");
  EXPECT_TRUE(reports.wait_for(2));
  ASSERT_OK(store_->watch(nullptr));
}

TEST_F(Watch, OwnCommitsAreNotReportedEvenWhenTheLogIsCheckpointed) {
  Reports reports;
  ASSERT_OK(store_->watch(reports.sink()));
  for (int i = 0; i < 200; ++i) {
    change(*store_, {"INSERT INTO a VALUES (zeroblob(20000))"});
  }
  EXPECT_EQ(reports.count(), 0);
  // The next report is the one of the next change from outside: none was on its way.
  Raw(folder_.file("facts.db")).run("INSERT INTO a VALUES (1)");
  EXPECT_TRUE(reports.wait_for(1));
  EXPECT_EQ(reports.count(), 1);
}

TEST_F(Watch, StopsAndStartsAgain) {
  Reports first;
  ASSERT_OK(store_->watch(first.sink()));
  ASSERT_OK(store_->watch(nullptr));
  ASSERT_OK(store_->watch(nullptr));
  Raw other(folder_.file("facts.db"));
  other.run("INSERT INTO a VALUES (1)");
  Reports second;
  ASSERT_OK(store_->watch(second.sink()));
  other.run("INSERT INTO a VALUES (2)");
  EXPECT_TRUE(second.wait_for(1));
  EXPECT_EQ(first.count(), 0);
  EXPECT_EQ(second.count(), 1);
}

}  // namespace
}  // namespace sr::test
