// A database that cannot be written: the event is not acknowledged, nothing is half-written, and
// the same event is taken once the trouble is over.
#include <sys/mount.h>
#include <unistd.h>

#include <atomic>
#include <fstream>

#include "tests/host/runtime/stage.h"
#include "tests/plugins/stores/crashing/crashing_store.h"

namespace sr::host::test {
namespace {

namespace fs = std::filesystem;
constexpr const char* kStatusOfTwo = "SELECT status FROM alerts WHERE id = 2";

// Says the click and expects that it is not taken; then ends the trouble and says it again.
void is_taken_only_after(Stage& stage, Tab& tab, const std::function<void()>& end_trouble) {
  const auto kinds = stage.kinds(tab.view().session());
  for (int i = 0; i < 2; ++i) {
    tab.say(click("c1", 2));
    const auto error = tab.hear();  // and no ack before it
    EXPECT_EQ(error["type"], "error") << error.dump();
    EXPECT_EQ(error.value("code", ""), "store_unavailable");
    EXPECT_EQ(error.value("id", ""), "c1");
    EXPECT_EQ(error.value("retryable", false), true);
  }
  EXPECT_EQ(stage.kinds(tab.view().session()), kinds);
  EXPECT_EQ(stage.rows(kStatusOfTwo), Json::parse(R"([["open"]])"));
  EXPECT_EQ(tab.status_of(2), "open");
  end_trouble();
  tab.say(click("c1", 2));
  EXPECT_EQ(tab.hear()["status"], "accepted");
  tab.hear_outcome("c1");
  EXPECT_EQ(tab.status_of(2), "resolved");
  EXPECT_EQ(stage.kinds(tab.view().session()), kinds + " event action result rows shown paint");
}

TEST(Store, LockedByAnotherProgram) {
  const Facts facts;
  Stage stage(facts, {"stores.facts.lock_timeout=20ms"});
  Tab tab(stage);
  tab.open();
  OtherProgram other(facts.file());
  other.run("BEGIN IMMEDIATE");
  Tab newcomer(stage);
  newcomer.say({{"type", "hello"}});
  EXPECT_EQ(newcomer.hear()["code"], "store_unavailable");
  is_taken_only_after(stage, tab, [&] { other.run("ROLLBACK"); });
  newcomer.open();
}

// Asks /readyz until it says so; what it says of the store then.
Json store_check(Stage& stage, bool ready) {
  Json body;
  for (const auto start = Clock::now(); ms_since(start) < 60'000;) {
    const auto report = stage.runtime().health().report();
    body = report.body["checks"]["store"];
    if (report.ready == ready) return body;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  ADD_FAILURE() << "/readyz goes on saying " << body.dump();
  return body;
}

// The trouble lasts longer than from one question to the store to the next, and ends unseen.
void is_not_ready_while(Stage& stage, Tab& tab, const std::string& words,
                        const std::function<void()>& end_trouble) {
  tab.say(click("c1", 2));
  EXPECT_EQ(tab.hear().value("code", ""), "store_unavailable");
  for (const auto start = Clock::now(); ms_since(start) < 5000;) {
    const auto report = stage.runtime().health().report();
    ASSERT_FALSE(report.ready) << report.body.dump();
    const auto message = report.body["checks"]["store"]["message"].get<std::string>();
    ASSERT_NE(message.find(words), std::string::npos) << message;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  end_trouble();
  EXPECT_EQ(store_check(stage, true)["ok"], true);
  tab.say(click("c1", 2));
  EXPECT_EQ(tab.hear()["status"], "accepted");
}

TEST(Store, LockedByAnotherProgramIsNotReady) {
  const Facts facts;
  Stage stage(facts, {"stores.facts.lock_timeout=20ms"});
  Tab tab(stage);
  tab.open();
  OtherProgram other(facts.file());
  other.run("BEGIN IMMEDIATE");
  is_not_ready_while(stage, tab, "locked by another process", [&] { other.run("ROLLBACK"); });
}

TEST(Store, WhoseLogIsGoneIsNotReady) {
  const Facts facts;
  Stage stage(facts);
  Tab tab(stage);
  tab.open();
  OtherProgram other(facts.file());
  other.run("ALTER TABLE sr_log RENAME TO gone");
  is_not_ready_while(stage, tab, "no such table", [&] { other.run("ALTER TABLE gone RENAME TO sr_log"); });
}

TEST(Store, LockedWhenTheFirstScreenIsMadeSaysSo) {
  const Facts facts;
  Stage stage(facts, {"stores.facts.lock_timeout=20ms", "backends.main.latency_us=100"});
  Tab tab(stage);
  tab.say({{"type", "hello"}});
  tab.hear_until("snapshot");
  OtherProgram other(facts.file());
  other.run("BEGIN IMMEDIATE");
  auto message = tab.hear();
  if (message["type"] == "patch") GTEST_SKIP() << "the screen was there before the lock";
  EXPECT_EQ(message["code"], "store_unavailable");
  other.run("ROLLBACK");
  tab.say(command("c1", "home"));
  EXPECT_EQ(tab.hear_outcome("c1")["type"], "patch");
}

// Every connection of the store that is open already goes on being allowed to write, so the
// trouble is one of the whole file system.
class FullDisk {
 public:
  FullDisk(const fs::path& folder, const char* size) : folder_(folder) {
    mounted_ = ::mount("tmpfs", folder.c_str(), "tmpfs", 0, (std::string("size=") + size).c_str()) == 0;
  }
  ~FullDisk() {
    if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }
  void fill() {
    std::ofstream file(folder_ / "ballast", std::ios::binary);
    const std::string block(4096, 'x');
    while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  void empty() { fs::remove(folder_ / "ballast"); }

 private:
  fs::path folder_;
  bool mounted_ = false;
};

TEST(Store, OnAFullDisk) {
  const Facts facts;
  FullDisk disk(facts.folder(), "8m");
  if (!disk.mounted()) GTEST_SKIP() << "needs the right to mount a small file system";
  Stage stage(facts);
  Tab tab(stage);
  tab.open();
  disk.fill();
  is_taken_only_after(stage, tab, [&] { disk.empty(); });
}

TEST(Store, OfAFileThatIsReadOnly) {
  const Facts facts;
  {
    Stage stage(facts);
  }
  if (::geteuid() == 0) GTEST_SKIP() << "root may write to files that are read-only";
  fs::permissions(facts.file(), fs::perms::owner_read);
  try {
    Stage stage(facts);
    Tab tab(stage);
    tab.say({{"type", "hello"}});
    EXPECT_EQ(tab.hear()["code"], "store_unavailable");
  } catch (const std::exception& refused) {
    EXPECT_NE(std::string(refused.what()).find("read-only"), std::string::npos) << refused.what();
  }
}

// Whatever the administrator changes, a turn says what and goes on once it is changed back.
TEST(Store, WhoseTablesAreChangedSaysWhatIsGone) {
  struct Change {
    const char *there, *back, *words;
  };
  const Change changes[] = {
      {"ALTER TABLE alerts RENAME COLUMN status TO state",
       "ALTER TABLE alerts RENAME COLUMN state TO status", "alerts.status is gone"},
      {"ALTER TABLE alerts RENAME TO old_alerts", "ALTER TABLE old_alerts RENAME TO alerts",
       "the table alerts is gone"}};
  for (const auto& [there, back, words] : changes) {
    SCOPED_TRACE(there);
    const Facts facts;
    Stage stage(facts);
    Tab tab(stage);
    tab.open();
    OtherProgram other(facts.file());
    other.run(there);
    const auto kinds = stage.kinds(tab.view().session());
    tab.say(click("c1", 2));
    const auto error = tab.hear();  // and no ack before it
    EXPECT_EQ(error.value("code", ""), "store_unavailable") << error.dump();
    EXPECT_EQ(error.value("retryable", false), true);
    const auto message = error.value("message", "");
    EXPECT_NE(message.find("the database was changed while this host runs"), std::string::npos)
        << message;
    EXPECT_NE(message.find(words), std::string::npos) << message;
    EXPECT_NE(message.find("restart the host"), std::string::npos) << message;
    EXPECT_EQ(stage.kinds(tab.view().session()), kinds);
    other.run(back);
    tab.say(click("c1", 2));
    EXPECT_EQ(tab.hear_until("ack")["status"], "accepted");
    tab.hear_outcome("c1");
    EXPECT_EQ(tab.status_of(2), "resolved");
  }
}

TEST(Store, ThatGetsAnotherColumnGoesOn) {
  const Facts facts;
  Stage stage(facts);
  Tab tab(stage);
  tab.open();
  OtherProgram(facts.file()).run("ALTER TABLE alerts ADD COLUMN note TEXT");
  tab.say(click("c1", 2));
  EXPECT_EQ(tab.hear_until("ack")["status"], "accepted");
  tab.hear_outcome("c1");
  EXPECT_EQ(tab.status_of(2), "resolved");
}

// A session is never shown, or gone on with, from a log that is not what was written.
TEST(Store, WithADamagedEntryOpensEveryOtherSession) {
  const Facts facts;
  wire::ClientView damaged, whole;
  {
    Stage stage(facts);
    Tab one(stage), two(stage);
    one.open();
    two.open();
    damaged = one.view();
    whole = two.view();
  }
  OtherProgram(facts.file()).run(
      "UPDATE sr_log SET body = replace(body, 'open', 'oqen') WHERE kind = 'paint' AND id / 4294967296 "
      "= (SELECT number FROM sr_sessions WHERE id = '" + damaged.session() + "')");
  Stage stage(facts);
  Tab one(stage), two(stage);
  one.say(hello_for(damaged, /*resume=*/false));
  const auto error = one.hear();
  EXPECT_EQ(error["code"], "internal") << error.dump();
  EXPECT_EQ(error["retryable"], false);
  EXPECT_NE(error["message"].get<std::string>().find("is damaged at seq"), std::string::npos);
  two.come_back(whole, /*resume=*/false);
  EXPECT_EQ(two.hear_until("snapshot")["seq"], whole.seq());
  two.say(click("c1", 2));
  EXPECT_EQ(two.hear_until("ack")["status"], "accepted");
  one.open();  // whoever lost a session gets a new one
}

// The event is in the log and done, and nobody here knows of it: the log is ahead of the session in memory.
TEST(Store, ThatKeptAChangeWithoutSayingSoIsReadAgain) {
  const Facts facts;
  Stage stage(facts, {"stores.facts.type=crashing_sqlite"});
  Tab tab(stage);
  tab.open();
  const auto kinds = stage.kinds(tab.view().session());
  crashing::look_on([lost = std::make_shared<std::atomic<bool>>(false)](std::string_view label) {
    return label != "committed" || lost->exchange(true);
  });
  tab.say(click("c1", 2));
  const auto error = tab.hear();
  EXPECT_EQ(error.value("code", ""), "store_unavailable") << error.dump();
  EXPECT_EQ(error.value("retryable", false), true);
  crashing::look_on({});
  tab.say(click("c1", 2));
  const auto ack = tab.hear();
  EXPECT_EQ(ack.value("status", ""), "duplicate") << ack.dump();
  // It is told how the event ended, and then to come back: the view here is not that of the log.
  EXPECT_EQ(tab.hear_outcome("c1")["type"], "patch");
  EXPECT_TRUE(tab.hears_end());

  Tab back(stage);
  back.come_back(tab.view(), /*resume=*/true);
  EXPECT_EQ(back.hear()["mode"], "resume");
  EXPECT_EQ(back.hear()["cause"], "c1");
  EXPECT_EQ(back.status_of(2), "resolved");
  back.say(click("c2", 3));
  EXPECT_EQ(back.hear_until("ack")["status"], "accepted");
  back.hear_outcome("c2");
  EXPECT_EQ(back.status_of(3), "resolved");
  EXPECT_EQ(stage.kinds(back.view().session()),
            kinds + " event action result rows shown paint event action result rows shown paint");
}

// max_page_count is a setting of one connection; a trigger that fails does the same to every one.
TEST(Store, ThatFailsInTheMiddleOfATurn) {
  const Facts facts;
  Stage stage(facts);
  Tab tab(stage);
  tab.open();
  const auto kinds = stage.kinds(tab.view().session());
  OtherProgram(facts.file()).run(
      "CREATE TRIGGER stop AFTER UPDATE ON alerts BEGIN SELECT RAISE(ABORT, 'not now'); END");
  tab.say(click("c1", 2));
  EXPECT_EQ(tab.hear()["status"], "rejected");
  const auto error = tab.hear();
  EXPECT_EQ(error["code"], "not_allowed");
  EXPECT_NE(error["message"].get<std::string>().find("not now"), std::string::npos) << error.dump();
  EXPECT_EQ(stage.rows(kStatusOfTwo), Json::parse(R"([["open"]])"));
  EXPECT_EQ(stage.kinds(tab.view().session()), kinds + " event action refusal action refusal");
}

}  // namespace
}  // namespace sr::host::test
