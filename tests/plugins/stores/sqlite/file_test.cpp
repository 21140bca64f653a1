// The file itself: missing, foreign, read-only, locked, of another format, full.
#include <unistd.h>

#include <fstream>

#include "tests/plugins/stores/sqlite/bench.h"
#include "tests/plugins/stores/sqlite/faulty_vfs.h"

namespace sr::test {
namespace {

class File : public testing::Test {
 protected:
  Folder folder_;
  const std::string file_ = folder_.file("facts.db");

  void expect_refused(const std::string& path, const std::string& words) {
    const auto opened = open_sqlite(path);
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().option, "path");
    EXPECT_NE(opened.error().what.find(words), std::string::npos) << opened.error().what;
  }
  void make() {
    auto store = open_sqlite(file_);
    ASSERT_OK(store);
    ASSERT_OK(store->run_script("CREATE TABLE a (x); INSERT INTO a VALUES (1)"));
  }
};

TEST_F(File, AnUnusablePathIsBlamedOnItsOption) {
  expect_refused(folder_.file("no/such/facts.db"), "does not exist");
  expect_refused(folder_.path().string(), "is a folder");
  std::ofstream(file_) << std::string(5000, 'x');
  expect_refused(file_, "is not a SQLite database");
}

TEST_F(File, AReadOnlyFileIsRefused) {
  make();
  std::filesystem::permissions(folder_.path(), std::filesystem::perms(0755));
  std::filesystem::permissions(file_, std::filesystem::perms(0444));
  const bool root = ::geteuid() == 0;
  if (root) {  // who may write to everything
    ASSERT_EQ(::seteuid(65534), 0);
  }
  expect_refused(file_, "read-only");
  if (root) {
    ASSERT_EQ(::seteuid(0), 0);
  }
}

TEST_F(File, ADatabaseThatExistsKeepsItsTables) {
  Raw(file_).run("CREATE TABLE mine (x TEXT); INSERT INTO mine VALUES ('kept')");
  auto store = open_sqlite(file_);
  ASSERT_OK(store);
  EXPECT_EQ(query(*store, "SELECT x FROM mine")[0][0], host::Value("kept"));
}

TEST_F(File, AnotherFormatIsRefusedAndLeftAlone) {
  make();
  Raw(file_).run("UPDATE sr_meta SET value = '2'");
  expect_refused(file_, "has store format 2; this State Runtime reads format 1");
  EXPECT_EQ(Raw(file_).text("SELECT value FROM sr_meta"), "2");
  Raw(file_).run("DELETE FROM sr_meta");
  expect_refused(file_, "has store format none");
}

TEST_F(File, TwoStoresShareAFile) {
  auto first = open_sqlite(file_);
  auto second = open_sqlite(file_);
  ASSERT_OK(first);
  ASSERT_OK(second);
  change(*first, {"CREATE TABLE a (x)"});
  change(*second, {"INSERT INTO a VALUES (5)"});
  EXPECT_EQ(number(*first, "SELECT x FROM a"), 5);
  auto writing = first->begin(true);
  ASSERT_OK(writing);
  EXPECT_FAILS(second->begin(true), SR_UNAVAILABLE, "locked by another process; waited 200 ms");
}

TEST_F(File, ALockOfAnotherProcessIsWaitedForAndTold) {
  make();
  std::optional<Process> other(std::in_place, [&](const Process::Ready& ready) {
    Raw raw(file_);
    raw.run("BEGIN IMMEDIATE; INSERT INTO a VALUES (2)");
    ready();
    for (;;) ::pause();
  });
  auto store = open_sqlite(file_);
  ASSERT_OK(store);
  EXPECT_FAILS(store->begin(true), SR_UNAVAILABLE,
               "the database is locked by another process; waited 200 ms");
  EXPECT_EQ(number(*store, "SELECT count(*) FROM a"), 1);  // reading goes on
  other->kill();
  change(*store, {"INSERT INTO a VALUES (3)"});
  EXPECT_EQ(number(*store, "SELECT sum(x) FROM a"), 4);
}

TEST_F(File, AFullDiskRefusesTheCommitAndTheStoreGoesOn) {
  make();
  auto store = open_sqlite(file_);
  ASSERT_OK(store);
  {
    const FaultyVfs::Fault fault({.after = 0, .write_code = SQLITE_FULL});
    auto t = store->begin(true);
    ASSERT_OK(t);
    ASSERT_OK(t->execute(owner("INSERT INTO a VALUES (2)")));
    EXPECT_FAILS(t->commit(), SR_UNAVAILABLE, "no space");
  }
  EXPECT_EQ(number(*store, "SELECT count(*) FROM a"), 1);
  change(*store, {"INSERT INTO a VALUES (3)"});
  EXPECT_EQ(number(*store, "SELECT count(*) FROM a"), 2);
}

TEST_F(File, ReadersBeyondThePoolWaitAndAreTold) {
  auto store = open_sqlite(file_, {{"connections", "2"}});
  ASSERT_OK(store);
  std::optional one(store->begin(false));
  const auto two = store->begin(false);
  EXPECT_FAILS(store->begin(false), SR_UNAVAILABLE, "raise `connections`");
  one.reset();
  EXPECT_OK(store->begin(false));
}

TEST_F(File, TextThatIsNoUtf8ArrivesMended) {
  make();
  auto store = open_sqlite(file_);
  ASSERT_OK(store);
  EXPECT_EQ(query(*store, "SELECT CAST(x'61ff62' AS TEXT)")[0][0], host::Value("a\xEF\xBF\xBD""b"));
}

}  // namespace
}  // namespace sr::test
