// Many sessions at work for a long time: clicks, commands, forms, events said twice, connections
// that are lost and come back. Nothing may go wrong, every patch must fit, and the host's memory
// must stay where it is once it is warm.
//
//   soak_test --sessions=200 --minutes=5 --rate=50      a store; 20, a few seconds and 20 without.
//   The rate is that of all sessions together, in events a second.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <fstream>
#include <random>

#include "bench/common/samples.h"
#include "host/base/clock.h"
#include "host/cli/replay_command.h"
#include "host/cli/scratch_folder.h"
#include "host/patch/patch.h"
#include "host/wire/client_view.h"
#include "tests/arguments.h"
#include "tests/end_to_end/crowd.h"
#include "tests/end_to_end/place.h"
#include "tests/end_to_end/web_client.h"
#include "tests/plugins/stores/store_bench.h"

namespace sr::test {

std::size_t sessions = 20;
double minutes = 0.08, rate = 20;

namespace {

using bench::Samples;
using host::Json;
using host::wire::ClientView;
constexpr int kReports = 5;
constexpr std::size_t kLogsToFold = 20;
constexpr double kGrowth = 1.2;  // of memory, from the second report to the last
constexpr double kSlackMiB = 8;

double resident_mib(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/statm");
  double pages = 0;
  file >> pages >> pages;
  return pages * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
}

// What people do all day.
Json something(std::mt19937& random, const Json& view) {
  static const std::vector<std::string> kClicks{"resolve_alert", "reopen_alert",
                                                "acknowledge_alert"};
  static const std::vector<std::string> kCommands{
      "show me database metrics", "settings", "alerts", "critical alerts", "triage", "resolve 2"};
  const bool form = view["components"][0]["type"] == "SettingsForm";
  const auto dice = random() % 10;
  if (form && dice < 5) {
    return {
        {"kind", "submit"},
        {"payload",
         {{"submit", "settings"}, {"values", {{"threshold", std::to_string(random() % 100)}}}}}};
  }
  if (dice < 6) {
    return {
        {"kind", "click"},
        {"payload",
         {{"user_action", kClicks[random() % kClicks.size()]}, {"alert_id", 1 + random() % 3}}}};
  }
  return {{"kind", "command"}, {"payload", {{"command", kCommands[random() % kCommands.size()]}}}};
}

// Somebody else was first.
bool is_so_already(const Json& message) {
  return message["code"] == "not_allowed" &&
         message["message"].get<std::string>().ends_with(" is so already");
}

class Soak {
 public:
  explicit Soak(unsigned short port)
      : people_(sessions),
        crowd_(
            port, [this](std::size_t who, std::string_view text) { hear(who, text); },
            [](std::size_t who, const std::string& why) {
              ADD_FAILURE() << "client " << who << " was cut off: " << why;
            }) {}

  void begin() {
    for (std::size_t who = 0; who < people_.size(); ++who) {
      people_[who].timer = std::make_unique<boost::asio::steady_timer>(crowd_.io());
      come(who);
    }
    EXPECT_TRUE(crowd_.run_until([&] { return painted_ == people_.size(); }));
    for (std::size_t who = 0; who < people_.size(); ++who) wait(who);
  }
  // What the turns of this time took.
  Samples go_on_for(double seconds) {
    const auto start = host::Clock::now();
    EXPECT_TRUE(crowd_.run_until(
        [&] { return host::ms_since(start) > seconds * 1000 || testing::Test::HasFailure(); }));
    return std::exchange(round_trips_, {});
  }
  // No more events; what is under way is finished.
  void end() {
    ending_ = true;
    EXPECT_TRUE(crowd_.run_until([&] {
      return std::all_of(people_.begin(), people_.end(), [](const Person& p) { return !p.busy; });
    }));
  }
  const ClientView& view(std::size_t who) const { return people_[who].view; }
  int said() const { return said_; }
  int twice() const { return twice_; }
  int cuts() const { return cuts_; }
  int patches() const { return patches_; }

 private:
  struct Person {
    ClientView view;
    std::unique_ptr<boost::asio::steady_timer> timer;
    int events = 0;
    Json last;           // the event that was said last
    bool busy = false;   // it has not been answered
    bool again = false;  // it was said before
    host::Clock::time_point since;
  };

  void come(std::size_t who) {
    crowd_.join(who);
    crowd_.say(who, hello_for(people_[who].view).dump());
  }
  void wait(std::size_t who) {
    std::exponential_distribution<> pause(rate / static_cast<double>(people_.size()));
    auto& timer = *people_[who].timer;
    timer.expires_after(std::chrono::microseconds(static_cast<std::int64_t>(1e6 * pause(random_))));
    timer.async_wait([this, who](boost::system::error_code failed) {
      if (!failed && !ending_) act(who);
    });
  }
  void act(std::size_t who) {
    Person& person = people_[who];
    const auto dice = random_() % 20;
    if (dice == 0) {  // the connection is lost, now and then with an event under way
      if (random_() % 2 == 0) say(who);
      crowd_.leave(who);
      ++cuts_;
      come(who);
      if (person.busy) repeat(who);
      if (!person.busy) wait(who);
    } else if (dice == 1 && person.events > 0) {
      ++twice_;
      repeat(who);
    } else {
      say(who);
    }
  }
  void say(std::size_t who) {
    Person& person = people_[who];
    person.last = something(random_, person.view.view());
    person.last["type"] = "event";
    person.last["id"] = "e" + std::to_string(++person.events);
    person.busy = true;
    person.again = false;
    person.since = host::Clock::now();
    crowd_.say(who, person.last.dump());
    ++said_;
  }
  void repeat(std::size_t who) {
    Person& person = people_[who];
    person.busy = person.again = true;
    crowd_.say(who, person.last.dump());
  }

  void hear(std::size_t who, std::string_view text) {
    Person& person = people_[who];
    const auto message = Json::parse(text);
    const std::string type = message["type"];
    const auto taken = person.view.take(message);
    EXPECT_TRUE(taken.ok()) << "client " << who << ": " << taken.error().text();
    if (type == "error" && message["code"] != "refused" && !is_so_already(message))
      ADD_FAILURE() << message.dump();
    if (type == "patch") {
      ++patches_;
      painted_ += message["cause"] == "open";
    }
    if (!person.busy) return;
    const std::string id = person.last["id"];
    const bool painted = type == "patch" && message["cause"] == id;
    const bool refused = type == "error" && message.value("id", "") == id;
    const bool known = type == "ack" && message["id"] == id && message["status"] == "duplicate";
    EXPECT_FALSE(known && !person.again) << message.dump();
    if (!painted && !refused && !known) return;
    if (!person.again) round_trips_.add(host::ms_since(person.since));
    person.busy = false;
    wait(who);
  }

  std::vector<Person> people_;
  std::mt19937 random_{20260101};
  Samples round_trips_;
  std::size_t painted_ = 0;
  int said_ = 0, twice_ = 0, cuts_ = 0, patches_ = 0;
  bool ending_ = false;
  Crowd crowd_;
};

class SoakTest : public ::testing::Test {
 protected:
  void soak(const Place& place) {
    const auto file = (folder_.path() / "deployment.yaml").string();
    make_deployment(file, {kAlerts, place});
    if (HasFatalFailure()) return;
    WebHost web_host({file});
    Soak soak(web_host.port());
    soak.begin();
    std::printf("%s: %zu sessions\n", place.type.c_str(), sessions);
    Samples all;
    std::vector<double> memory;
    for (int i = 1; i <= kReports && !HasFailure(); ++i) {
      const auto times = soak.go_on_for(minutes * 60 / kReports);
      all.add(times);
      memory.push_back(resident_mib(web_host.child().process()));
      std::printf("  after %5.1f min: %6zu turns, p50 %6.1f ms, p99 %6.1f ms; memory %6.1f MiB\n",
                  minutes * i / kReports, times.size(), times.percentile(50), times.percentile(99),
                  memory.back());
      std::fflush(stdout);
    }
    soak.end();
    if (HasFailure()) return;
    EXPECT_LE(memory.back(), memory[1] * kGrowth + kSlackMiB) << "memory has not stayed flat";
    auto store = place.open();
    ASSERT_OK(store);
    for (std::size_t who = 0; who < std::min(sessions, kLogsToFold); ++who) {
      const auto log = read_log(*store, soak.view(who).session());
      EXPECT_EQ(host::fold_log(log).problems, std::vector<std::string>());
      const auto seq = soak.view(who).seq();
      const auto paint =
          std::find_if(log.begin(), log.end(), [&](auto& e) { return e.seq == seq; });
      ASSERT_NE(paint, log.end());
      EXPECT_EQ(Json::parse(paint->body)["hash"], host::patch::view_hash(soak.view(who).view()));
    }
    web_host.end();
    EXPECT_EQ(web_host.child().err(), "");
    std::printf(
        "  in all: %d events, %d said twice, %d connections lost, %d patches; p50 %.1f ms, "
        "p99 %.1f ms; no error\n",
        soak.said(), soak.twice(), soak.cuts(), soak.patches(), all.percentile(50),
        all.percentile(99));
  }
  const host::ScratchFolder folder_;
};

TEST_F(SoakTest, Sqlite) { soak(sqlite_place(folder_.path())); }
TEST_F(SoakTest, Postgres) { soak(postgres_place()); }

}  // namespace
}  // namespace sr::test

int main(int argc, char** argv) {
  return sr::test::run_tests(argc, argv,
                             {{"sessions", &sr::test::sessions},
                              {"minutes", &sr::test::minutes},
                              {"rate", &sr::test::rate}});
}
