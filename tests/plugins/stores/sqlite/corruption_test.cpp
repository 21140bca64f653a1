// Damage to stored data is found, named, and never passed on.
#include <fstream>

#include "tests/plugins/stores/sqlite/bench.h"

namespace sr::test {
namespace {

class Corruption : public testing::Test {
 protected:
  void SetUp() override {
    auto store = open();
    auto t = store.begin(true);
    ASSERT_OK(t);
    ASSERT_OK(t->session_create({.id = "s", .fence = 1}));
    ASSERT_OK(t->session_create({.id = "other", .fence = 1}));
    for (std::uint64_t seq = 0; seq < 4; ++seq) {
      auto e = entry("event", "body " + std::to_string(seq + 1), "id-" + std::to_string(seq));
      e.tokens = {1, 200, 40'000};
      e.vocabulary = "v";
      ASSERT_OK(t->log_append("s", 1, seq, std::vector{e}));
    }
    ASSERT_OK(t->log_append("other", 1, 0, std::vector{entry("event", "fine")}));
    ASSERT_OK(t->snapshot_put("s", "model", 4, "state"));
    ASSERT_OK(t->commit());
  }
  host::LoadedStore open() {
    auto opened = open_sqlite(file_);
    EXPECT_OK(opened);
    return *std::move(opened);
  }
  // Reading session s says SR_CORRUPT with these words; the other session is as it was.
  void expect_damage(const std::string& words) {
    auto store = open();
    auto t = store.begin(false);
    ASSERT_OK(t);
    const auto status = t->log_read("s", 0, [](host::LogEntry) { return true; });
    EXPECT_FAILS(status, SR_CORRUPT, words);
    EXPECT_NE(why(status).find("session \"s\""), std::string::npos) << why(status);
    auto u = store.begin(false);
    ASSERT_OK(u);
    EXPECT_OK(u->log_read("other", 0, [](host::LogEntry e) { return e.body == "fine"; }));
  }
  void harm(const std::string& sql) { Raw(file_).run(sql); }

  Folder folder_;
  const std::string file_ = folder_.file("facts.db");
};

// Entry k of session 1 has the id 2^32 + k.
TEST_F(Corruption, AChangedBodyIsFound) {
  harm("UPDATE sr_log SET body = 'body 9' WHERE id = 4294967296 + 3");
  expect_damage("at seq 3");
}

TEST_F(Corruption, ChangesToEveryOtherColumnAreFound) {
  for (const char* change : {"at = at + 1", "kind = 'paint'", "event_id = 'x'", "event_id = NULL",
                             "tokens = x'01'", "tokens = NULL", "vocabulary = 'w'",
                             "checksum = checksum + 1"}) {
    const auto column = std::string(change).substr(0, std::string(change).find(' '));
    Raw raw(file_);
    raw.run("CREATE TABLE kept AS SELECT " + column + " AS v FROM sr_log WHERE id = 4294967298");
    raw.run(std::string("UPDATE sr_log SET ") + change + " WHERE id = 4294967298");
    expect_damage("at seq 2");
    raw.run("UPDATE sr_log SET " + column + " = (SELECT v FROM kept) WHERE id = 4294967298");
    raw.run("DROP TABLE kept");
  }
}

TEST_F(Corruption, AMissingEntryIsFound) {
  harm("DELETE FROM sr_log WHERE id = 4294967296 + 2");
  expect_damage("at seq 2: the entry is missing");
}

TEST_F(Corruption, AMissingTailIsFound) {
  harm("DELETE FROM sr_log WHERE id = 4294967296 + 4");
  expect_damage("at seq 4: the log ends at 3");
}

TEST_F(Corruption, AnEntryBeyondTheRecordIsFound) {
  harm("UPDATE sr_sessions SET seq = 3 WHERE id = 's'");
  expect_damage("at seq 4: the log ends at 4");
}

TEST_F(Corruption, SwappedEntriesAreFound) {
  harm("UPDATE sr_log SET id = 99 WHERE id = 4294967297;"
       "UPDATE sr_log SET id = 4294967297 WHERE id = 4294967298;"
       "UPDATE sr_log SET id = 4294967298 WHERE id = 99");
  expect_damage("at seq 1");
}

TEST_F(Corruption, AnEntryOfAnotherSessionIsFound) {
  harm("DELETE FROM sr_log WHERE id = 4294967297;"
       "INSERT INTO sr_log SELECT 4294967297, at, kind, body, event_id, tokens, vocabulary, "
       "checksum FROM sr_log WHERE id = 8589934593");
  expect_damage("at seq 1");
}

TEST_F(Corruption, ADamagedSnapshotIsFound) {
  harm("UPDATE sr_snapshots SET data = x'00'");
  auto store = open();
  auto t = store.begin(false);
  ASSERT_OK(t);
  EXPECT_FAILS(t->snapshot_get("s", "model"), SR_CORRUPT, "session \"s\" at seq 4");
}

TEST_F(Corruption, ADamagedPageIsNeverTakenForData) {
  const auto size = std::filesystem::file_size(file_);
  for (std::uintmax_t at = 4096; at + 4096 <= size; at += 4096) {
    const auto copy = folder_.file("copy.db");
    std::filesystem::copy_file(file_, copy, std::filesystem::copy_options::overwrite_existing);
    {
      std::fstream f(copy, std::ios::in | std::ios::out | std::ios::binary);
      f.seekp(static_cast<std::streamoff>(at));
      f << std::string(4096, '\x5a');
    }
    auto store = open_sqlite(copy);
    if (!store) continue;  // refused at the door
    auto t = store->begin(false);
    if (!t) continue;
    std::uint64_t last = 0;
    const auto status = t->log_read("s", 0, [&](host::LogEntry e) {
      EXPECT_EQ(e.body, "body " + std::to_string(++last));
      return true;
    });
    if (!status.ok()) {
      EXPECT_EQ(status.error().code, SR_CORRUPT) << status.error().what;
    }
  }
}

TEST_F(Corruption, ATruncatedFileIsRefusedOrReportsDamage) {
  std::filesystem::resize_file(file_, std::filesystem::file_size(file_) / 2);
  auto store = open_sqlite(file_);
  if (!store) return;
  auto t = store->begin(false);
  if (!t) return;
  EXPECT_EQ(code_of(t->log_read("s", 0, [](host::LogEntry) { return true; })), SR_CORRUPT);
}

}  // namespace
}  // namespace sr::test
