// The store cannot commit, or the session is another host's: nothing is logged, nothing is
// changed, and the same event may come again.
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include "host/session/open.h"
#include "tests/host/turn/world.h"

namespace sr::host::testing {
namespace {

// Another process, as far as SQLite can tell.
class Stranger {
 public:
  explicit Stranger(const std::filesystem::path& file) { sqlite3_open(file.c_str(), &db_); }
  ~Stranger() { sqlite3_close(db_); }
  void run(const char* sql) {
    char* why = nullptr;
    EXPECT_EQ(sqlite3_exec(db_, sql, nullptr, nullptr, &why), SQLITE_OK) << why;
  }

 private:
  sqlite3* db_ = nullptr;
};

// No file of this process may grow.
class FullDisk {
 public:
  FullDisk() {
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    auto none = before_;
    none.rlim_cur = 0;
    setrlimit(RLIMIT_FSIZE, &none);
  }
  ~FullDisk() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

void expect_untouched(World& w, const std::vector<std::string>& log) {
  EXPECT_EQ(w.lines(1), log);
  EXPECT_EQ(w.statuses(), R"(["open","open","open"])");
  EXPECT_EQ(w.session.seq, 5U);
  EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));
}

TEST(Unavailable, LockedByAnotherProcess) {
  World w;
  const auto log = w.lines(1);
  Stranger stranger(w.folder / "facts.db");
  stranger.run("BEGIN IMMEDIATE");
  const auto outcome = w.turn(click("c1", "resolve_alert", 2));
  EXPECT_EQ(outcome.ending, Ending::kUnavailable);
  EXPECT_NE(outcome.message.find("locked"), std::string::npos) << outcome.message;
  EXPECT_EQ(outcome.seq, 0U);
  EXPECT_EQ(outcome.hash, "");
  EXPECT_TRUE(outcome.touched.none());
  expect_untouched(w, log);
  stranger.run("COMMIT");
  const auto again = w.turn(click("c1", "resolve_alert", 2));
  EXPECT_EQ(again.ending, Ending::kPainted);
  EXPECT_EQ(again.seq, 6U);
  EXPECT_EQ(w.statuses(), R"(["open","resolved","open"])");
}

TEST(Unavailable, NoSpaceForTheCommit) {
  World w;
  const auto log = w.lines(1);
  {
    const FullDisk full;
    const auto outcome = w.turn(click("c1", "resolve_alert", 2));
    EXPECT_EQ(outcome.ending, Ending::kUnavailable) << outcome.message;
    EXPECT_EQ(outcome.hash, "");
    EXPECT_TRUE(outcome.touched.none());
    EXPECT_EQ(outcome.painted, 5U);
  }
  expect_untouched(w, log);
  EXPECT_EQ(w.turn(click("c1", "resolve_alert", 2)).ending, Ending::kPainted);
}

TEST(Unavailable, ARefusalThatCannotBeLoggedIsNoAnswerEither) {
  World w({{{"misbehave", "wrong_output"},
            {"misbehave_on", "resolve_alert"},
            {"misbehave_times", "2"},
            {"misbehave_say", R"({"kind":"sql","sql":"DROP TABLE alerts"})"}},
           "",
           [](App& app) { app.policy.grammar = false; }});
  const auto log = w.lines(1);
  {
    Stranger stranger(w.folder / "facts.db");
    stranger.run("BEGIN IMMEDIATE");
    const auto outcome = w.turn(click("c1", "resolve_alert", 2));
    EXPECT_EQ(outcome.ending, Ending::kUnavailable);
    EXPECT_EQ(outcome.seq, 0U);
  }
  expect_untouched(w, log);
  EXPECT_EQ(w.turn(click("c1", "resolve_alert", 2)).ending, Ending::kPainted);
}

TEST(Unavailable, TheSessionIsAnotherHosts) {
  World w;
  const auto log = w.lines(1);
  auto taken = restore_session(w.facts->store(), w.app, w.engine->guard, w.session.id, "the token");
  ASSERT_TRUE(taken.ok());
  const auto outcome = w.turn(click("c1", "resolve_alert", 2));
  EXPECT_EQ(outcome.ending, Ending::kLostSession);
  expect_untouched(w, log);
  EXPECT_EQ(w.repaint(w.session, "").ending, Ending::kPainted);  // nothing to say
  EXPECT_EQ(w.turn(taken->session, click("c1", "resolve_alert", 2)).ending, Ending::kPainted);
  EXPECT_EQ(w.repaint(w.session, "").ending, Ending::kLostSession);
}

}  // namespace
}  // namespace sr::host::testing
