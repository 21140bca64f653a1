// The file goes while the store has it open: nothing more is taken, and nothing that was
// acknowledged is only in a file that nobody can open any more.
#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "tests/plugins/stores/sqlite/turns.h"

namespace sr::test {
namespace {

namespace fs = std::filesystem;

class Gone : public testing::Test {
 protected:
  Gone() {
    fs::create_directory(folder_.path() / "data");
    store_ = open_sqlite(file_);
    EXPECT_OK(*store_);
    EXPECT_OK(make_turns(**store_));
    EXPECT_OK(run_turn(**store_));
  }
  void expect_nothing_is_taken(const std::string& words) {
    EXPECT_FAILS((*store_)->begin(true), SR_UNAVAILABLE, words);
    EXPECT_FAILS((*store_)->begin(false), SR_UNAVAILABLE, words);
    EXPECT_FAILS((*store_)->ready(), SR_UNAVAILABLE, words);
  }
  void expect_all_is_well(std::int64_t turns) {
    EXPECT_OK((*store_)->ready());
    const auto next = run_turn(**store_);
    ASSERT_OK(next);
    EXPECT_EQ(number(**store_, "SELECT n FROM turns"), turns + 1);
  }

  Folder folder_;
  const std::string file_ = folder_.file("data/facts.db");
  std::optional<host::Result<host::LoadedStore>> store_;
};

TEST_F(Gone, DeletedAndPutBackFromElsewhere) {
  fs::rename(file_, folder_.file("aside"));
  expect_nothing_is_taken("facts.db is not there any more");
  fs::rename(folder_.file("aside"), file_);
  expect_all_is_well(1);
}

TEST_F(Gone, Replaced) {
  fs::rename(file_, folder_.file("aside"));
  fs::copy_file(folder_.file("aside"), file_);
  expect_nothing_is_taken("is not the file any more that this host has open");
  fs::rename(folder_.file("aside"), file_);
  expect_all_is_well(1);
}

TEST_F(Gone, ItsWriteAheadLogOrItsIndex) {
  for (const auto* end : {"-wal", "-shm"}) {
    fs::rename(file_ + end, folder_.file("aside"));
    expect_nothing_is_taken(std::string("facts.db") + end + " is not there any more");
    std::ofstream(file_ + end) << "";
    expect_nothing_is_taken("is not the file any more");
    fs::rename(folder_.file("aside"), file_ + end);
  }
  expect_all_is_well(1);
}

TEST_F(Gone, ItsFolder) {
  fs::rename(folder_.path() / "data", folder_.path() / "elsewhere");
  expect_nothing_is_taken("is not there any more");
  fs::rename(folder_.path() / "elsewhere", folder_.path() / "data");
  expect_all_is_well(1);
}

TEST_F(Gone, InTheMiddleOfATransaction) {
  auto t = (*store_)->begin(true);
  ASSERT_OK(t);
  ASSERT_OK(t->execute(owner("UPDATE turns SET n = 7")));
  fs::rename(file_, folder_.file("aside"));
  EXPECT_FAILS(t->commit(), SR_UNAVAILABLE, "is not there any more");
  expect_nothing_is_taken("is not there any more");
}

TEST_F(Gone, AnotherStoreBeginsWithWhatIsThere) {
  fs::rename(file_, folder_.file("aside"));
  fs::rename(file_ + "-wal", folder_.file("aside-wal"));
  fs::remove(file_ + "-shm");
  expect_nothing_is_taken("is not there any more");
  auto fresh = open_sqlite(file_);
  ASSERT_OK(fresh);
  EXPECT_OK(make_turns(*fresh));
  EXPECT_OK(run_turn(*fresh));
  expect_nothing_is_taken("is not the file any more");
  fresh = open_sqlite(folder_.file("aside"));
  ASSERT_OK(fresh);
  EXPECT_EQ(number(*fresh, "SELECT n FROM turns"), 1);  // what was acknowledged
}

TEST(Private, FilesAreForTheirOwnerOnlyWhateverTheUmask) {
  const auto before = ::umask(0);
  Folder folder;
  const auto file = folder.file("facts.db");
  auto store = open_sqlite(file);
  ASSERT_OK(store);
  ASSERT_OK(make_turns(*store));
  ::umask(before);
  for (const auto* end : {"", "-wal", "-shm"}) {
    EXPECT_EQ(fs::status(file + end).permissions(), fs::perms(0600)) << end;
  }
}

TEST(Private, AFileThatWasThereKeepsItsRights) {
  Folder folder;
  const auto file = folder.file("facts.db");
  std::ofstream(file) << "";
  fs::permissions(file, fs::perms(0640));
  auto store = open_sqlite(file);
  ASSERT_OK(store);
  EXPECT_EQ(fs::status(file).permissions(), fs::perms(0640));
  EXPECT_EQ(fs::status(file + "-wal").permissions(), fs::perms(0640));
}

TEST(Lock, IsBlamedOnWhoHasIt) {
  Folder folder;
  const auto file = folder.file("facts.db");
  auto store = open_sqlite(file);
  ASSERT_OK(store);
  ASSERT_OK(make_turns(*store));
  {
    auto own = store->begin(true);
    ASSERT_OK(own);
    EXPECT_FAILS(store->begin(true), SR_UNAVAILABLE, "another transaction of this process");
  }
  Raw stranger(file);
  stranger.run("BEGIN IMMEDIATE");
  // Two that wait at the same time: one for the stranger, one behind the other.
  std::string one, two;
  std::thread beside([&] { one = why(store->begin(true)); });
  two = why(store->begin(true));
  beside.join();
  EXPECT_NE(one.find("locked by another process"), std::string::npos) << one;
  EXPECT_NE(two.find("locked by another process"), std::string::npos) << two;
}

TEST(Commit, OfABrokenRuleIsTheStatementsFaultAndLeavesNothingOpen) {
  Folder folder;
  auto store = open_sqlite(folder.file("facts.db"));
  ASSERT_OK(store);
  ASSERT_OK(store->run_script("CREATE TABLE p (x INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p "
                              "DEFERRABLE INITIALLY DEFERRED)"));
  auto t = store->begin(true);
  ASSERT_OK(t);
  ASSERT_OK(t->execute(owner("INSERT INTO c VALUES (1)")));
  EXPECT_FAILS(t->commit(), SR_INVALID_ARGUMENT, "a row would point to one that is not there");
  change(*store, {"INSERT INTO p VALUES (1)", "INSERT INTO c VALUES (1)"});
  EXPECT_EQ(number(*store, "SELECT count(*) FROM c"), 1);
}

}  // namespace
}  // namespace sr::test
