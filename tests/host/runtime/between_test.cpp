// No screen stays stale: a screen is filled in one transaction and appended in another one, and what is
// committed between the two reaches it (docs/architecture.md, "Who holds the right to write").
#include <condition_variable>
#include <mutex>

#include "tests/host/runtime/stage.h"
#include "tests/plugins/stores/crashing/crashing_store.h"

namespace sr::host::test {
namespace {

const std::vector<std::string> kWatched{"stores.facts.type=crashing_sqlite",
                                        "stores.facts.watch_interval=10ms"};

// The next write transaction but `others` does not begin until it may; those after it do.
class Pause {
 public:
  explicit Pause(int others = 0) : others_(others) {
    crashing::look_on([this](std::string_view label) {
      if (label == "beginning") arrive();
      return true;
    });
  }
  ~Pause() {
    go_on();
    crashing::look_on({});
  }
  void wait() {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, kPatience, [&] { return arrived_; })) << "nothing is written";
  }
  void go_on() {
    std::unique_lock lock(mutex_);
    may_go_ = true;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !inside_; });
  }

 private:
  void arrive() {
    std::unique_lock lock(mutex_);
    if (others_-- != 0) return;
    arrived_ = inside_ = true;
    changed_.notify_all();
    changed_.wait(lock, [&] { return may_go_; });
    inside_ = false;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  int others_;
  bool arrived_ = false, inside_ = false, may_go_ = false;
};

class BetweenTest : public ::testing::Test {
 protected:
  // What another session or another program does while a turn of `tab` stands between its two
  // transactions; it is told before the turn goes on.
  using Change = std::function<void()>;
  Change another_session() {
    return [this] {
      other_.say(click("c1", 2));
      EXPECT_EQ(other_.hear_outcome("c1")["type"], "patch");
    };
  }
  Change another_program() {
    return [this] {
      OtherProgram(facts_.file()).run("UPDATE alerts SET status = 'resolved' WHERE id = 2");
      EXPECT_EQ(other_.hear()["type"], "patch");
    };
  }
  // The view is that of the log, and the screen that of the database.
  void expect_fresh(Tab& tab) {
    EXPECT_EQ(tab.hear_until("patch")["cause"], "");
    EXPECT_EQ(tab.status_of(2), "resolved");
    Tab again(stage_);
    again.come_back(tab.view(), /*resume=*/false);
    again.hear_until("snapshot");
    EXPECT_EQ(again.view().view(), tab.view().view());
  }

  void make_a_screen(const Change& change) {
    other_.open();
    Tab tab(stage_);
    tab.open();
    tab.say(command("s", "settings"));  // on which no alert is
    tab.hear_outcome("s");
    Pause pause;
    tab.say(command("a", "alerts"));
    pause.wait();
    change();
    pause.go_on();
    EXPECT_EQ(tab.hear_outcome("a")["type"], "patch");
    EXPECT_EQ(tab.status_of(2), "open");  // one state of the database, that at which it was filled
    expect_fresh(tab);
  }

  const Facts facts_;
  Stage stage_{facts_, kWatched};
  Tab other_{stage_};
};

TEST_F(BetweenTest, ATurnMakesAScreenAndAnotherSessionChangesIt) { make_a_screen(another_session()); }
TEST_F(BetweenTest, ATurnMakesAScreenAndAnotherProgramChangesIt) { make_a_screen(another_program()); }

TEST_F(BetweenTest, ANewSessionGetsItsFirstScreen) {
  other_.open();
  Pause pause(/*others=*/1);  // the session is made
  Tab tab(stage_);
  tab.say({{"type", "hello"}});
  pause.wait();
  another_session()();
  pause.go_on();
  EXPECT_EQ(tab.hear_outcome("open")["type"], "patch");
  EXPECT_EQ(tab.status_of(2), "open");
  expect_fresh(tab);
}

TEST_F(BetweenTest, ARepaintIsUnderWay) {
  other_.open();
  Tab tab(stage_);
  tab.open();
  Pause pause(/*others=*/1);  // the click
  other_.say(click("c0", 3));
  other_.hear_outcome("c0");
  pause.wait();
  another_session()();
  pause.go_on();
  EXPECT_EQ(tab.hear_until("patch")["cause"], "");
  EXPECT_EQ(tab.status_of(3), "resolved");
  EXPECT_EQ(tab.status_of(2), "open");
  expect_fresh(tab);
}

TEST_F(BetweenTest, ASessionThatComesBackIsRepainted) {
  other_.open();
  wire::ClientView view;
  {
    Stage elsewhere(facts_, kWatched);
    Tab tab(elsewhere);
    tab.open();
    view = tab.view();
  }
  OtherProgram(facts_.file()).run("UPDATE alerts SET status = 'resolved' WHERE id = 3");
  other_.hear_until("patch");
  Tab tab(stage_);
  Pause pause(/*others=*/1);  // the session is claimed
  tab.come_back(view, /*resume=*/true);
  pause.wait();
  another_session()();
  pause.go_on();
  tab.hear_until("patch");
  EXPECT_EQ(tab.status_of(3), "resolved");
  EXPECT_EQ(tab.status_of(2), "open");
  expect_fresh(tab);
}

}  // namespace
}  // namespace sr::host::test
