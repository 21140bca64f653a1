// The host is killed with SIGKILL, again and again, at every labelled point and at random moments
// under load, on both stores. After each death the log and the facts are compared with what was
// acknowledged; what was not acknowledged is sent again to the next host.
//
//   kill_test --runs=2000      random moments a store; a few without the option
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <thread>

#include "host/base/json.h"
#include "host/cli/replay_command.h"
#include "host/cli/scratch_folder.h"
#include "tests/arguments.h"
#include "tests/end_to_end/place.h"
#include "tests/plugins/stores/store_bench.h"

namespace sr::test {

int random_runs = 6;

namespace {

using host::Json;
constexpr std::size_t kAtOnce = 8;        // events that are under way together
constexpr int kRunsOfASession = 40;       // then another one, so that logs stay short
constexpr int kMostEvents = 400;          // of one run: the label is reached long before

class KillTest : public ::testing::Test {
 protected:
  // What is known of the running session, from outside.
  struct Client {
    std::string session, token;
    std::set<std::string> acked;
    std::vector<std::string> unanswered;  // in the order in which they were sent
    int runs = 0;
  };
  struct Count {
    int kills = 0, looked = 0, acked = 0, twice = 0, views = 0, resent = 0;
  };

  void use(Place place) {
    place_ = std::move(place);
    make_deployment(file_,
                    {kCounter, place_, "{ type: stdio }", "crashing_", SR_CRASHING_DIR});
  }

  // When a host that does not die by itself is killed: so long after it began, or after its welcome.
  struct Kill {
    std::chrono::microseconds after;
    bool from_welcome;
  };

  // One host until it dies, at a label or as `kill` says.
  void live(const std::vector<std::string>& set, std::optional<Kill> kill) {
    Arguments start{"run", file_};
    for (const auto& value : set) {
      start.push_back("--set");
      start.push_back(value);
    }
    Child child(start);
    std::jthread killer;
    const auto start_killer = [&] {
      killer = std::jthread([&child, time = kill->after] {
        std::this_thread::sleep_for(time);
        child.signal(SIGKILL);
      });
    };
    if (kill && !kill->from_welcome) start_killer();
    Json hello{{"type", "hello"}};
    if (!client_.session.empty()) {
      hello["session"] = client_.session;
      hello["token"] = client_.token;
    }
    child.try_say(hello.dump());
    int sent = 0;
    auto under_way = client_.unanswered;
    for (const auto& id : under_way) {
      child.try_say(mark_click(std::stoi(id.substr(1))).dump());
      ++count_.resent;
    }
    while (const auto line = child.line()) {
      const auto message = Json::parse(*line, nullptr, false);
      take(message, under_way);
      const bool welcome = message.is_object() && message.value("type", "") == "welcome";
      if (welcome && kill && kill->from_welcome) start_killer();
      while (!client_.session.empty() && under_way.size() < kAtOnce && sent < kMostEvents) {
        const auto id = mark_id(++marks_);
        under_way.push_back(id);
        client_.unanswered.push_back(id);
        if (!child.try_say(mark_click(marks_).dump())) break;
        ++sent;
      }
      if (under_way.empty() && sent >= kMostEvents) child.signal(SIGKILL);
    }
    if (killer.joinable()) killer.join();
    const int status = child.wait();
    EXPECT_EQ(status, -SIGKILL) << child.err();
    ++count_.kills;
  }

  void take(const Json& m, std::vector<std::string>& under_way) {
    if (!m.is_object()) return;  // it was cut off in the middle of the line
    const auto type = m.value("type", std::string());
    if (type == "welcome") {
      client_.session = m["session"];
      client_.token = m["token"];
    }
    if (type == "snapshot" && !expected_hash_.empty()) {
      EXPECT_EQ(m["hash"], expected_hash_);
      expected_hash_.clear();
    }
    EXPECT_FALSE(type == "error") << m.dump();
    if (type != "ack") return;
    EXPECT_TRUE(m["status"] == "accepted" || m["status"] == "duplicate") << m.dump();
    const std::string id = m["id"];
    client_.acked.insert(id);
    std::erase(client_.unanswered, id);
    std::erase(under_way, id);
  }

  // What must hold after every death.
  void check() {
    if (client_.session.empty()) return;  // nothing was promised yet
    ++count_.looked;
    auto store = place_.open();
    ASSERT_OK(store);
    const auto log = read_log(*store, client_.session);
    std::set<std::string> logged, effective;
    std::string last;
    for (const auto& entry : log) {
      if (entry.kind == "event") logged.insert(last = entry.event_id);
      if (entry.kind == "result") effective.insert(last);
    }
    for (const auto& id : client_.acked) EXPECT_TRUE(logged.contains(id)) << id << " was acknowledged";
    std::map<std::string, std::int64_t> marks;
    for (const auto& row : query(*store, "SELECT mark, count(*) FROM marks GROUP BY mark")) {
      const auto id = mark_id(static_cast<int>(std::get<std::int64_t>(row[0])));
      marks[id] = std::get<std::int64_t>(row[1]);
      EXPECT_EQ(marks[id], 1) << id << " took effect more than once";
      if (marks[id] != 1) ++count_.twice;
    }
    for (const auto& id : effective) EXPECT_TRUE(marks.contains(id)) << id << " is only in the log";
    for (const auto& id : client_.acked) EXPECT_TRUE(marks.contains(id)) << id << " had no effect";
    for (const auto& [id, n] : marks) {
      EXPECT_TRUE(before_.contains(id) || effective.contains(id)) << id << " is only in the facts";
    }
    const auto folded = host::fold_log(log);
    EXPECT_EQ(folded.problems, std::vector<std::string>());
    if (folded.problems.empty()) ++count_.views;
    expected_hash_ = folded.hash;
    if (++client_.runs < kRunsOfASession) return;
    for (const auto& [id, n] : marks) before_.insert(id);
    count_.acked += static_cast<int>(client_.acked.size());
    client_ = {};
    expected_hash_.clear();
  }

  void kill_everywhere() {
    for (const char* label : {"begun", "acted", "appending", "appended", "committing", "committed",
                              "claimed", "seen"}) {
      for (const int nth : {1, 2, 5}) {
        if (std::string_view(label) == "claimed" && (nth > 1 || client_.session.empty())) continue;
        SCOPED_TRACE(std::string(label) + " " + std::to_string(nth));
        live({std::string("stores.facts.crash_at=") + label,
              "stores.facts.crash_on=" + std::to_string(nth)}, std::nullopt);
        check();
        if (HasFatalFailure()) return;
      }
    }
    std::mt19937 random(20260101);
    for (int i = 0; i < random_runs; ++i) {
      SCOPED_TRACE("random " + std::to_string(i));
      const bool from_welcome = i % 8 != 7;
      const int most = from_welcome ? 120'000 : 300'000;
      live({}, Kill{std::chrono::microseconds(std::uniform_int_distribution<>(0, most)(random)),
                    from_welcome});
      check();
      if (HasFailure()) return;
    }
    count_.acked += static_cast<int>(client_.acked.size());
    std::printf("%s: %d kills; %d events acknowledged, all in the log and done; %d sent again; "
                "%d done twice; %d of %d logs fold to the views that were logged\n",
                place_.type.c_str(), count_.kills, count_.acked, count_.resent, count_.twice,
                count_.views, count_.looked);
  }

  const host::ScratchFolder folder_;
  const std::string file_ = (folder_.path() / "deployment.yaml").string();
  Place place_;
  Client client_;
  Count count_;
  std::string expected_hash_;    // of the view that the next host must come back with
  std::set<std::string> before_; // marks of sessions before this one
  int marks_ = 0;
};

TEST_F(KillTest, Sqlite) {
  use(sqlite_place(folder_.path()));
  kill_everywhere();
}

TEST_F(KillTest, Postgres) {
  use(postgres_place());
  kill_everywhere();
}

}  // namespace
}  // namespace sr::test

int main(int argc, char** argv) {
  return sr::test::run_tests(argc, argv, {{"runs", &sr::test::random_runs}});
}
