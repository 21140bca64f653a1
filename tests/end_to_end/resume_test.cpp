// Connections are cut after every message and at random bytes of either direction, while events are
// under way; the client comes back with the epoch and seq that it has. It must get every patch that
// the log holds, each once and in order, or a snapshot where it has missed more than 256; and end
// with the view that the log folds to.
//
//   resume_test --cuts=5000      a store; a few hundred without the option
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "host/cli/replay_command.h"
#include "host/cli/scratch_folder.h"
#include "host/patch/patch.h"
#include "tests/arguments.h"
#include "tests/end_to_end/cutter.h"
#include "tests/end_to_end/place.h"
#include "tests/end_to_end/web_client.h"
#include "tests/plugins/stores/store_bench.h"

namespace sr::test {

int cuts = 240;

namespace {

using host::Json;
using host::wire::ClientView;
constexpr int kClients = 4;          // together, on one host; each paints the others' screens
constexpr std::size_t kAtOnce = 3;   // events under way on one connection
constexpr unsigned kMostMessages = 14;
constexpr unsigned kMostUp = 1200, kMostDown = 4000;  // bytes before a cut
constexpr std::size_t kMostMissed = 256;  // patches; more come as one snapshot
constexpr int kMarksOfAClient = 1'000'000;

struct Count {
  int cuts = 0, by_message = 0, by_byte = 0, acked = 0, resumed = 0, snapshots = 0, patches = 0;
};

// A session, and one client after another that looks at it.
class Visitor {
 public:
  Visitor(unsigned short host, int number)
      : host_(host), cutter_(host), random_(static_cast<unsigned>(number) + 7),
        mark_(number * kMarksOfAClient) {}

  // Comes and is cut off, again and again.
  void visit(int times) {
    for (int i = 0; i < times && !testing::Test::HasFailure(); ++i) {
      Cut cut;
      unsigned messages = 0;
      if (i % 2 == 0) {
        messages = 1 + static_cast<unsigned>(i / 2) % kMostMessages;
        ++count_.by_message;
      } else {
        const auto bytes = random_() % (random_() % 2 == 0 ? kMostUp : kMostDown);
        (random_() % 2 == 0 ? cut.up : cut.down) = bytes;
        cut.reset = random_() % 2 == 0;
        ++count_.by_byte;
      }
      cutter_.next(cut);
      talk(cutter_.port(), messages, /*more=*/true);
      ++count_.cuts;
    }
  }
  // Once more without cuts, until all is answered.
  void finish() { talk(host_, 0, /*more=*/false); }

  void check(host::LoadedStore& store) {
    // A page that is loaded again; it may have been painted once more by then.
    WebClient reloaded(host_);
    ClientView fresh;
    reloaded.say({{"type", "hello"}, {"session", view_.session()}, {"token", view_.token()}});
    while (fresh.seq() == 0) {
      const auto message = reloaded.hear();
      ASSERT_TRUE(message.has_value());
      EXPECT_OK(fresh.take(*message));
    }

    const auto log = read_log(store, view_.session());
    EXPECT_EQ(host::fold_log(log).problems, std::vector<std::string>());
    std::vector<std::uint64_t> paints;
    std::map<std::uint64_t, std::string> hashes;
    std::set<std::string> events;
    for (const auto& entry : log) {
      if (entry.kind == "event") {
        EXPECT_TRUE(events.insert(entry.event_id).second);
      }
      if (entry.kind != "paint") continue;
      hashes[entry.seq] = Json::parse(entry.body)["hash"];
      paints.push_back(entry.seq);
    }
    const auto between = [&](std::uint64_t from, std::uint64_t to) {
      return std::vector<std::uint64_t>(std::upper_bound(paints.begin(), paints.end(), from),
                                        std::upper_bound(paints.begin(), paints.end(), to));
    };
    for (std::size_t i = 0; i < stretches_.size(); ++i) {
      const auto& [from, received] = stretches_[i];
      const auto to = received.empty() ? from : received.back();
      EXPECT_EQ(received, between(from, to)) << "what came is not what the log has";
      if (i + 1 == stretches_.size()) continue;
      EXPECT_GT(between(to, stretches_[i + 1].from).size(), kMostMissed) << "a needless snapshot";
    }
    for (const auto* view : {&view_, &fresh}) {
      EXPECT_EQ(host::patch::view_hash(view->view()), hashes[view->seq()]) << view->seq();
    }
    EXPECT_GE(fresh.seq(), view_.seq());
    for (const auto& id : acked_) EXPECT_TRUE(events.contains(id)) << id;
  }

  const Count& count() const { return count_; }
  const std::set<std::string>& acked() const { return acked_; }

 private:
  // One connection until it ends, or until so many messages have come (0: any number).
  void talk(unsigned short port, unsigned messages, bool more) {
    WebClient client(port);
    client.say(hello_for(view_));
    const bool resumes = view_.seq() > 0;
    std::uint64_t goal = 0;  // of the welcome
    bool welcome = false;
    std::deque<std::string> to_say(unanswered_.begin(), unanswered_.end());
    std::size_t under_way = 0;
    for (unsigned n = 1;; ++n) {
      while (welcome && under_way < kAtOnce && (more || !to_say.empty())) {
        if (to_say.empty()) {
          unanswered_.push_back(mark_id(++mark_));
          to_say.push_back(unanswered_.back());
        }
        client.say(mark_click(std::stoi(to_say.front().substr(1))));
        to_say.pop_front();
        ++under_way;
      }
      if (!more && welcome && unanswered_.empty() && view_.seq() >= goal) break;
      const auto message = client.hear();
      if (!message) {
        EXPECT_TRUE(more) << "the connection was lost without a cut";
        break;
      }
      take(*message, resumes);
      if ((*message)["type"] == "welcome") {
        welcome = true;
        goal = (*message)["seq"];
      }
      if ((*message)["type"] == "ack") --under_way;
      if (n == messages) break;
    }
    client.cut();
  }

  void take(const Json& message, bool resumes) {
    const std::string type = message["type"];
    const auto taken = view_.take(message);
    EXPECT_TRUE(taken.ok()) << taken.error().text();
    if (type == "welcome") {
      EXPECT_TRUE(resumes || message["mode"] == "snapshot");
      count_.resumed += message["mode"] == "resume";
    } else if (type == "snapshot") {
      if (!resumes) stretches_.clear();
      stretches_.push_back({view_.seq(), {}});
      ++count_.snapshots;
    } else if (type == "patch" && !message["ops"].empty()) {
      stretches_.back().received.push_back(view_.seq());
      ++count_.patches;
    } else if (type == "ack") {
      EXPECT_NE(message["status"], "rejected");
      std::erase(unanswered_, message["id"].get<std::string>());
      acked_.insert(message["id"].get<std::string>());
      ++count_.acked;
    } else if (type == "error") {
      ADD_FAILURE() << message.dump();
    }
  }

  const unsigned short host_;
  Cutter cutter_;
  std::mt19937 random_;
  ClientView view_;
  // The seq of a snapshot, and those of the patches that came after it.
  struct Stretch {
    std::uint64_t from;
    std::vector<std::uint64_t> received;
  };
  std::vector<Stretch> stretches_;
  std::deque<std::string> unanswered_;
  std::set<std::string> acked_;
  int mark_;
  Count count_;
};

class ResumeTest : public ::testing::Test {
 protected:
  void cut_everywhere(const Place& place) {
    const auto file = (folder_.path() / "deployment.yaml").string();
    make_deployment(file, {kCounter, place});
    if (HasFatalFailure()) return;
    WebHost web_host({file});
    std::vector<std::unique_ptr<Visitor>> visitors;
    for (int i = 0; i < kClients; ++i) {
      visitors.push_back(std::make_unique<Visitor>(web_host.port(), i));
    }
    const auto all_do = [&](auto&& what) {
      std::vector<std::jthread> threads;
      for (auto& visitor : visitors) threads.emplace_back([&] { what(*visitor); });
    };
    all_do([](Visitor& v) { v.visit(cuts / kClients); });
    all_do([](Visitor& v) { v.finish(); });
    auto store = place.open();
    ASSERT_OK(store);
    Count all;
    std::size_t acked = 0;
    for (auto& visitor : visitors) {
      visitor->check(*store);
      const auto& count = visitor->count();
      all.cuts += count.cuts;
      all.by_message += count.by_message;
      all.by_byte += count.by_byte;
      all.resumed += count.resumed;
      all.snapshots += count.snapshots;
      all.patches += count.patches;
      acked += visitor->acked().size();
    }
    const auto marks = number(*store, "SELECT count(*) FROM marks");
    EXPECT_EQ(marks, static_cast<std::int64_t>(acked));
    EXPECT_EQ(number(*store, "SELECT count(DISTINCT mark) FROM marks"), marks);
    web_host.end();
    std::printf("%s: %d cuts (%d after a message, %d at a random byte); resumed %d times, %d "
                "snapshots; %d patches came, each once and none missing; %zu events acknowledged "
                "and done once; the views are those of the log\n",
                place.type.c_str(), all.cuts, all.by_message, all.by_byte, all.resumed,
                all.snapshots, all.patches, acked);
  }
  const host::ScratchFolder folder_;
};

TEST_F(ResumeTest, Sqlite) { cut_everywhere(sqlite_place(folder_.path())); }
TEST_F(ResumeTest, Postgres) { cut_everywhere(postgres_place()); }

}  // namespace
}  // namespace sr::test

int main(int argc, char** argv) {
  return sr::test::run_tests(argc, argv, {{"cuts", &sr::test::cuts}});
}
