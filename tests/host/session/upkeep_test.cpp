// Snapshots of what a model has read, and rebases before it can hold no more.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <utility>

#include "host/session/catch_up.h"
#include "host/session/upkeep.h"
#include "tests/host/turn/world.h"

namespace sr::host::testing {
namespace {

void clicks(World& w, int count) {
  static int n = 0;
  for (int i = 0; i < count; ++i) {
    const auto outcome = w.turn(click("u" + std::to_string(++n),
                                      i % 2 == 0 ? "resolve_alert" : "reopen_alert", 2));
    ASSERT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
  }
}

std::string sql(World& w, const std::string& statement) {
  sqlite3* db = nullptr;
  EXPECT_EQ(sqlite3_open((w.folder / "facts.db").string().c_str(), &db), SQLITE_OK);
  std::string out;
  const auto take = [](void* to, int, char** values, char**) {
    *static_cast<std::string*>(to) = values[0] == nullptr ? "" : values[0];
    return 0;
  };
  EXPECT_EQ(sqlite3_exec(db, statement.c_str(), take, &out, nullptr), SQLITE_OK);
  sqlite3_close(db);
  return out;
}

// As a host does that has just started.
std::size_t begin_again(World& w) {
  w.session.models.clear();
  EXPECT_TRUE(w.loop.run(catch_up(*w.engine, w.model(), w.session)).ok());
  return w.session.models.at("main").unread.size();
}

int rebases(World& w) {
  const auto log = w.log();
  return static_cast<int>(std::count_if(log.begin(), log.end(),
                                        [](const LogEntry& e) { return e.kind == "rebase"; }));
}

TEST(Upkeep, ASnapshotSparesTheModelMostOfTheLog) {
  World w;
  const auto whole = begin_again(w);
  w.state_of(w.session);
  clicks(w, 30);
  const auto state = w.state_of(w.session);
  EXPECT_EQ(state, w.replayed(w.session));
  const auto saved = std::stoull("0" + sql(w, "SELECT seq FROM sr_snapshots"));
  EXPECT_GT(saved, 10u);
  EXPECT_LE(saved, w.session.seq);
  const auto rest = begin_again(w);
  EXPECT_EQ(w.state_of(w.session), state);
  EXPECT_LT(rest, 3000u);
  w.session.models.clear();
  EXPECT_TRUE(w.loop.run(start_sequence(w.model(), w.session, w.log())).ok());
  EXPECT_GT(w.session.models.at("main").unread.size(), rest + whole);
}

TEST(Upkeep, ADamagedSnapshotCostsOnlyReading) {
  World w;
  clicks(w, 30);
  const auto state = w.state_of(w.session);
  ASSERT_EQ(sql(w, "SELECT count(*) FROM sr_snapshots"), "1");
  sql(w, "UPDATE sr_snapshots SET data = x'00'");
  EXPECT_GT(begin_again(w), 3000u);
  EXPECT_EQ(w.state_of(w.session), state);
}

TEST(Upkeep, ASnapshotOfAnotherModelIsNotUsed) {
  World w;
  clicks(w, 30);
  const auto state = w.state_of(w.session);
  sql(w, "UPDATE sr_snapshots SET fingerprint = 'other'");
  EXPECT_GT(begin_again(w), 3000u);
  EXPECT_EQ(w.state_of(w.session), state);
}

TEST(Upkeep, ACrowdedSequenceIsRebasedAndTheSessionGoesOn) {
  World w({.backend = {{"context", "8000"}}, .rules = {}, .change_app = {}});
  clicks(w, 80);
  EXPECT_GT(rebases(w), 1);
  const auto& carried = w.session.models.at("main");
  EXPECT_LE(carried.length, 8000u);
  EXPECT_EQ(carried.length, w.model().scheduler.backend().length(carried.sequence->get()));
  // The carried state is the replayed one, whether from the rebase or from a snapshot after it.
  const auto state = w.state_of(w.session);
  EXPECT_EQ(state, w.replayed(w.session));
  begin_again(w);
  EXPECT_EQ(w.state_of(w.session), state);
  // An edit still finds the screen, and the log's ends are joined.
  EXPECT_EQ(w.turn(command("more", "critical alerts")).ending, Ending::kPainted);
  EXPECT_EQ(w.log().back().seq, w.session.seq);
}

TEST(Upkeep, ACommandThatWouldNotBeReadWholeIsRefused) {
  World w({.backend = {{"context", "8000"}}, .rules = {}, .change_app = {}});
  const auto outcome = w.turn(command("c1", "resolve 2 " + std::string(2000, 'z')));
  EXPECT_EQ(outcome.ending, Ending::kNotAllowed);
  EXPECT_EQ(outcome.message, "this is longer than what can be read at once; say it shorter, or put long texts into a form");
  EXPECT_EQ(w.statuses(), R"(["open","open","open"])");
  EXPECT_EQ(w.turn(command("c2", "resolve 2 " + std::string(200, 'z'))).ending, Ending::kPainted);
  EXPECT_EQ(w.statuses(), R"(["open","resolved","open"])");
}

TEST(Upkeep, ASessionOutlivesLongMessages) {
  World w({.backend = {{"context", "8000"}}, .rules = {}, .change_app = {}});
  for (int i = 0; i < 20; ++i) {
    const auto id = "long" + std::to_string(i);
    EXPECT_EQ(w.turn(command(id, "zzz " + std::string(64000, 'z'))).ending, Ending::kNotAllowed);
    EXPECT_EQ(w.turn(click(id + " and on", i % 2 ? "reopen_alert" : "resolve_alert", 2)).ending, Ending::kPainted);
  }
  EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));
}

TEST(Upkeep, WhileEventsWaitARebaseIsReadASliceATurn) {
  World w({.backend = {{"context", "8000"}}, .rules = {}, .change_app = {}});
  int asked = 0;  // the next event comes while the model reads
  w.someone_waits = [&asked] { return asked++ % 2 == 1; };
  std::size_t turns_beside = 0;
  for (int i = 0; i < 80; ++i) {
    clicks(w, 2);
    const auto& carried = w.session.models.at("main");
    turns_beside += carried.successor ? 1 : 0;
    EXPECT_LE(carried.length, 8000u);
    EXPECT_EQ(carried.length, w.model().scheduler.backend().length(carried.sequence->get()));
  }
  EXPECT_GT(turns_beside, 2u);
  EXPECT_GT(rebases(w), 1);
  w.someone_waits = [] { return false; };
  clicks(w, 2);
  EXPECT_FALSE(w.session.models.at("main").successor.has_value());
  EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));
}

TEST(Upkeep, UnderLoadThatNeverPausesASequenceIsRebasedAllTheSame) {
  World w({.backend = {{"context", "8000"}}, .rules = {}, .change_app = {}});
  w.someone_waits = [] { return true; };
  std::size_t unread = 0, turns_beside = 0;
  for (int i = 0; i < 160; ++i) {
    clicks(w, 1);
    const auto& carried = w.session.models.at("main");
    unread += carried.unread.empty() ? 0 : 1;
    turns_beside += carried.successor ? 1 : 0;
    EXPECT_LE(carried.length + carried.unread.size(), 8000u);
  }
  EXPECT_GT(unread, 100u);  // it goes in with the next event
  EXPECT_GT(turns_beside, 2u);
  EXPECT_GT(rebases(w), 1);
  w.someone_waits = [] { return false; };
  clicks(w, 2);
  EXPECT_FALSE(w.session.models.at("main").successor.has_value());
  EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));
}

TEST(Upkeep, ASuccessorThatCannotGoOnIsMadeAgainFromTheLog) {
  World w({.backend = {{"context", "8000"}}, .rules = {}, .change_app = {}});
  bool hidden = false;  // the log, in the turn after that of the rebase
  w.someone_waits = [&w, &hidden] {
    const auto& next = w.session.models.at("main").successor;
    if (!next || hidden) return false;
    if (next->read_seq == w.session.seq) return true;
    sql(w, "ALTER TABLE sr_log RENAME TO sr_hidden");
    hidden = true;
    return false;
  };
  for (int turns = 0; turns < 40 && !hidden; ++turns) clicks(w, 1);
  ASSERT_TRUE(hidden);
  sql(w, "ALTER TABLE sr_hidden RENAME TO sr_log");
  EXPECT_EQ(w.session.models.size(), 0u);
  clicks(w, 1);
  EXPECT_EQ(rebases(w), 1);
  EXPECT_LT(w.session.models.at("main").length, 4000u);
  EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));
}

TEST(Upkeep, ARebaseThatCannotBeLoggedIsNotTriedAgainAtOnce) {
  World w({.backend = {{"context", "8000"}}, .rules = {}, .change_app = {}});
  sql(w, "CREATE TRIGGER no_rebase BEFORE INSERT ON sr_log WHEN NEW.kind = 'rebase' "
         "BEGIN SELECT raise(ABORT, 'no'); END");
  int tries = 0;
  for (int turns = 0; turns < 20 && tries == 0; ++turns) {
    clicks(w, 1);
    tries += w.session.models.at("main").begun_length > 4000 ? 1 : 0;
  }
  ASSERT_EQ(tries, 1);
  EXPECT_FALSE(rebase_due(w.model(), w.session));
  EXPECT_EQ(rebases(w), 0);
  sql(w, "DROP TRIGGER no_rebase");
  for (int turns = 0; turns < 20 && rebases(w) == 0; ++turns) clicks(w, 1);
  EXPECT_EQ(rebases(w), 1);
  EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));
}

TEST(Upkeep, ARebaseThatCannotBeReadIsDamageThatNamesItsPlace) {
  LogEntry entry;
  entry.seq = 7;
  for (const char* body : {"", "[]", "{}", R"({"prefix":[]})", R"({"prefix":[1]})",
                           R"({"prefix":[{"kind":"app"}]})", R"({"prefix":[{"kind":"app","body":{}}]})"}) {
    entry.body = body;
    const auto prefix = rebase_prefix(entry);
    ASSERT_FALSE(prefix.ok()) << body;
    EXPECT_EQ(prefix.error().code, SR_CORRUPT);
    EXPECT_NE(prefix.error().what.find("entry 7"), std::string::npos);
  }
  entry.body = R"({"prefix":[{"kind":"app","body":"{}"},{"kind":"shown","body":"{}"}]})";
  const auto prefix = rebase_prefix(entry);
  ASSERT_TRUE(prefix.ok());
  EXPECT_EQ(prefix->size(), 2u);
}

}  // namespace
}  // namespace sr::host::testing
