// The host is killed with SIGKILL between changes, undos and redos, and whatever had no answer is sent
// again to the next host: each takes effect once, and facts and log agree.
//
//   undo_kill_test --runs=500      deaths a store; a few without the option
#include <gtest/gtest.h>
#include <signal.h>

#include <map>
#include <random>
#include <thread>

#include "host/base/json.h"
#include "host/cli/scratch_folder.h"
#include "tests/arguments.h"
#include "tests/end_to_end/place.h"
#include "tests/plugins/stores/store_bench.h"

namespace sr::test {

int random_runs = 12;

namespace {

using host::Json;

class UndoKillTest : public ::testing::Test {
 protected:
  void use(Place place) {
    place_ = std::move(place);
    make_deployment(file_, {kAlerts, place_, "{ type: stdio }"});
  }

  // What is done next, and what it makes of the alert: undoing goes back as a person would expect.
  Json next_event() {
    const auto id = "e" + std::to_string(++events_);
    Json event{{"type", "event"}, {"id", id}};
    const auto choice = random_() % 4;
    if (choice == 0 && !undone_by_.empty()) {
      event.update(Json{{"kind", "undo"}, {"payload", {{"undo", "last"}}}});
      redone_by_.push_back(status_);
      status_ = undone_by_.back();
      undone_by_.pop_back();
    } else if (choice == 1 && !redone_by_.empty()) {
      event.update(Json{{"kind", "redo"}, {"payload", {{"redo", "last"}}}});
      undone_by_.push_back(status_);
      status_ = redone_by_.back();
      redone_by_.pop_back();
    } else {
      const bool open = status_ == "open";
      undone_by_.push_back(status_);
      redone_by_.clear();
      status_ = open ? "resolved" : "open";
      const char* action = open ? "resolve_alert" : "reopen_alert";
      event.update(Json{{"kind", "click"}, {"payload", {{"user_action", action}, {"alert_id", 2}}}});
    }
    return event;
  }

  // One host until it is killed, so long after its welcome, or after its first answer.
  void live(std::chrono::microseconds time, bool answers) {
    Child child({"run", file_});
    Json hello{{"type", "hello"}};
    if (!session_.empty()) hello.update(Json{{"session", session_}, {"token", token_}});
    child.try_say(hello.dump());
    std::jthread killer;
    const auto start_killer = [&] {
      if (killer.joinable()) return;
      killer = std::jthread([&child, time] {
        std::this_thread::sleep_for(time);
        child.signal(SIGKILL);
      });
    };
    while (const auto line = child.line()) {
      const auto message = Json::parse(*line, nullptr, false);
      if (!message.is_object()) continue;  // cut off in the middle of the line
      const auto type = message.value("type", std::string());
      ASSERT_NE(type, "error") << message.dump();
      if (type == "welcome") {
        session_ = message["session"];
        token_ = message["token"];
        if (!answers) start_killer();
      }
      const bool answered = type == "ack" && message["id"] == waiting_.value("id", "");
      if (answered) {
        EXPECT_TRUE(message["status"] == "accepted" || message["status"] == "duplicate") << message.dump();
        waiting_ = nullptr;
        ++acked_;
        start_killer();
      }
      if (type == "welcome" && !waiting_.is_null()) child.try_say(waiting_.dump());
      if (waiting_.is_null()) {
        waiting_ = next_event();
        child.try_say(waiting_.dump());
      }
    }
    if (killer.joinable()) killer.join();
    EXPECT_EQ(child.wait(), -SIGKILL) << child.err();
  }

  // Until what waits is answered.
  void finish() {
    Child child({"run", file_});
    child.say(Json{{"type", "hello"}, {"session", session_}, {"token", token_}}.dump());
    if (!waiting_.is_null()) child.say(waiting_.dump());
    while (!waiting_.is_null()) {
      const auto line = child.line();
      ASSERT_TRUE(line);
      const auto message = Json::parse(*line);
      if (message["type"] == "ack" && message["id"] == waiting_["id"]) waiting_ = nullptr;
    }
    child.end_of_input();
    EXPECT_EQ(child.wait(), 0) << child.err();
  }

  void kill_often() {
    for (int run = 0; run < random_runs && !HasFatalFailure(); ++run) {
      live(std::chrono::microseconds(random_() % 60'000), /*answers=*/run % 2 == 1);
    }
    finish();
    auto store = place_.open();
    ASSERT_OK(store);
    const auto rows = query(*store, "SELECT status FROM alerts WHERE id = 2");
    EXPECT_EQ(std::get<std::string>(rows.at(0).at(0)), status_);
    std::map<std::string, int> taken;
    int results = 0, kept = 0;
    for (const auto& entry : read_log(*store, session_)) {
      if (!entry.event_id.empty()) ++taken[entry.event_id];
      if (entry.kind == "result") ++results;
      if (entry.kind == "rows") ++kept;
    }
    for (const auto& [id, times] : taken) EXPECT_EQ(times, 1) << id;
    EXPECT_EQ(results, events_) << "each took effect";
    EXPECT_EQ(kept, events_);
    EXPECT_GT(acked_, 0);
    std::printf("%s: %d kills, %d changes, undos and redos, each done once\n", place_.type.c_str(), random_runs,
                events_);
  }

  const host::ScratchFolder folder_;
  const std::string file_ = (folder_.path() / "deployment.yaml").string();
  Place place_;
  std::mt19937 random_{20261129};
  std::string session_, token_;
  std::string status_ = "open";
  std::vector<std::string> undone_by_, redone_by_;  // what an undo, a redo makes of it
  Json waiting_;
  int events_ = 0, acked_ = 0;
};

TEST_F(UndoKillTest, Sqlite) {
  use(sqlite_place(folder_.path()));
  kill_often();
}

TEST_F(UndoKillTest, Postgres) {
  use(postgres_place());
  kill_often();
}

}  // namespace
}  // namespace sr::test

int main(int argc, char** argv) {
  return sr::test::run_tests(argc, argv, {{"runs", &sr::test::random_runs}});
}
