// Every event is said one to four times, over four connections that go to one of two hosts on the
// same store, hang up without a goodbye now and then, and come back to either. Each event must take
// effect once, be in the log once, and be answered with the same seq every time.
//
//   duplicates_test --events=10000      a store; a few hundred without the option
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "host/cli/replay_command.h"
#include "host/cli/scratch_folder.h"
#include "host/patch/patch.h"
#include "tests/arguments.h"
#include "tests/end_to_end/place.h"
#include "tests/end_to_end/web_client.h"
#include "tests/plugins/stores/store_bench.h"

namespace sr::test {

int events = 240;

namespace {

using host::Json;
using host::wire::ClientView;
constexpr int kConnections = 4;
constexpr int kEventsOfASession = 80;  // then another one: whoever takes one over reads its log
constexpr std::size_t kAtOnce = 4;     // events under way on one connection

struct Count {
  int said = 0, again = 0, accepted = 0, duplicate = 0, handovers = 0, connections = 0;
};

// One session and the four connections that speak for it.
class Storm {
 public:
  Storm(std::vector<unsigned short> hosts, int first, int last, unsigned seed)
      : hosts_(std::move(hosts)), first_(first), last_(last), random_(seed) {}

  void rage() {
    begin();
    std::vector<std::deque<int>> todo(kConnections);
    for (int n = first_; n < last_; ++n) {
      for (int copies = pick(1, 4); copies > 0; --copies) {
        auto& queue = todo[static_cast<std::size_t>(pick(0, kConnections - 1))];
        queue.push_back(n);
        ++count_.said;
        if (queue.size() > 1 && pick(0, 3) == 0) std::swap(queue.back(), queue[queue.size() - 2]);
      }
    }
    std::vector<std::jthread> tabs;
    for (auto& queue : todo) {
      tabs.emplace_back([this, queue = std::move(queue), seed = random_()]() mutable {
        speak(std::move(queue), seed);
      });
    }
  }

  // What must hold once all has been said.
  void check(host::LoadedStore& store) {
    const auto log = read_log(store, start_.session());
    const auto folded = host::fold_log(log);
    EXPECT_EQ(folded.problems, std::vector<std::string>());
    std::map<std::string, std::vector<std::uint64_t>> logged;
    std::map<std::uint64_t, std::string> painted;
    for (const auto& entry : log) {
      if (entry.kind == "event") logged[entry.event_id].push_back(entry.seq);
      if (entry.kind == "paint") painted[entry.seq] = Json::parse(entry.body)["hash"];
    }
    for (int n = first_; n < last_; ++n) {
      SCOPED_TRACE(mark_id(n));
      const auto& where = logged[mark_id(n)];
      ASSERT_EQ(where.size(), 1U);
      int accepted = 0;
      for (const auto& [status, seq] : answers_[mark_id(n)]) {
        EXPECT_EQ(seq, where[0]) << status;
        accepted += status == "accepted";
      }
      EXPECT_LE(accepted, 1);
    }
    for (const auto& view : views_) {
      EXPECT_EQ(host::patch::view_hash(view.view()), painted[view.seq()]) << view.seq();
    }
    auto t = store.begin(false);
    ASSERT_OK(t);
    const auto record = t->session_get(start_.session());
    ASSERT_OK(record);
    count_.handovers = static_cast<int>(record->fence) - 1;
  }

  const Count& count() const { return count_; }

 private:
  int pick(int from, int to) { return std::uniform_int_distribution<>(from, to)(random_); }

  void begin() {
    WebClient client(hosts_[0]);
    client.say(hello_for(start_));
    for (;;) {
      const auto message = client.hear();
      ASSERT_TRUE(message.has_value());
      EXPECT_OK(start_.take(*message));
      if ((*message)["type"] == "patch") return;
    }
  }

  void speak(std::deque<int> todo, unsigned seed) {
    std::mt19937 random(seed);
    ClientView view = start_;
    std::vector<int> under_way;
    int connections = 0, again = 0;
    while (!todo.empty() || !under_way.empty()) {
      again += static_cast<int>(under_way.size());
      todo.insert(todo.begin(), under_way.begin(), under_way.end());
      under_way.clear();
      WebClient client(hosts_[random() % hosts_.size()]);
      client.say(hello_for(view));
      ++connections;
      bool welcome = false;
      const auto more = [&] { return !todo.empty() || !under_way.empty(); };
      for (auto left = 5 + random() % 60; left > 0 && more(); --left) {
        while (welcome && under_way.size() < kAtOnce && !todo.empty()) {
          under_way.push_back(todo.front());
          todo.pop_front();
          client.say(mark_click(under_way.back()));
        }
        const auto message = client.hear();
        if (!message) break;
        const auto taken = view.take(*message);
        EXPECT_TRUE(taken.ok()) << taken.error().text();
        const std::string type = (*message)["type"];
        welcome = welcome || type == "welcome";
        if (type == "ack") answered(*message, under_way);
        if (type == "error") {
          EXPECT_TRUE((*message)["retryable"].get<bool>()) << message->dump();
          break;  // all that is under way is said again
        }
      }
      client.cut();
    }
    const std::lock_guard lock(mutex_);
    views_.push_back(view);
    count_.connections += connections;
    count_.again += again;
  }

  void answered(const Json& ack, std::vector<int>& under_way) {
    const std::string id = ack["id"], status = ack["status"];
    const auto found = std::find(under_way.begin(), under_way.end(), std::stoi(id.substr(1)));
    ASSERT_NE(found, under_way.end()) << ack.dump() << " was not asked for";
    under_way.erase(found);
    const std::lock_guard lock(mutex_);
    answers_[id].emplace_back(status, ack["seq"].get<std::uint64_t>());
    EXPECT_TRUE(status == "accepted" || status == "duplicate") << ack.dump();
    ++(status == "accepted" ? count_.accepted : count_.duplicate);
  }

  const std::vector<unsigned short> hosts_;
  const int first_, last_;
  std::mt19937 random_;
  ClientView start_;
  std::mutex mutex_;  // of what follows
  std::map<std::string, std::vector<std::pair<std::string, std::uint64_t>>> answers_;
  std::vector<ClientView> views_;
  Count count_;
};

class DuplicatesTest : public ::testing::Test {
 protected:
  void storm(const Place& place) {
    const auto file = (folder_.path() / "deployment.yaml").string();
    make_deployment(file, {kCounter, place});
    if (HasFatalFailure()) return;
    WebHost one({file}), other({file});
    auto store = place.open();
    ASSERT_OK(store);
    Count all;
    int sessions = 0;
    for (int first = 0; first < events; first += kEventsOfASession) {
      const int last = std::min(events, first + kEventsOfASession);
      Storm storm({one.port(), other.port()}, first, last, static_cast<unsigned>(first));
      storm.rage();
      storm.check(*store);
      if (HasFailure()) return;
      ++sessions;
      all.said += storm.count().said;
      all.again += storm.count().again;
      all.accepted += storm.count().accepted;
      all.duplicate += storm.count().duplicate;
      all.handovers += storm.count().handovers;
      all.connections += storm.count().connections;
    }
    EXPECT_EQ(number(*store, "SELECT count(*) FROM marks"), events);
    EXPECT_EQ(number(*store, "SELECT count(DISTINCT mark) FROM marks"), events);
    one.end();
    other.end();
    std::printf("%s: %d events of %d sessions said %d times, %d of them again after a cut, over %d "
                "connections; %d answered accepted, %d duplicate; the session went to the other "
                "host %d times; each event done once, logged once, answered with one seq\n",
                place.type.c_str(), events, sessions, all.said + all.again, all.again,
                all.connections, all.accepted, all.duplicate, all.handovers);
  }
  const host::ScratchFolder folder_;
};

TEST_F(DuplicatesTest, Sqlite) { storm(sqlite_place(folder_.path())); }
TEST_F(DuplicatesTest, Postgres) { storm(postgres_place()); }

}  // namespace
}  // namespace sr::test

int main(int argc, char** argv) {
  return sr::test::run_tests(argc, argv, {{"events", &sr::test::events}});
}
