// Many sessions show one table; one of them changes it. How long until the last of them has heard
// its patch? Every patch that comes must fit, and every view must end as the log of its session says.
//
//   spread_test --sessions=1000 --writes=20      a store; 60 and 6 without the options
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

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

std::size_t sessions = 60;
int writes = 6;

namespace {

using host::Json;
using host::wire::ClientView;

double middle(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}
double most(const std::vector<double>& values) {
  return *std::max_element(values.begin(), values.end());
}

class SpreadTest : public ::testing::Test {
 protected:
  void spread(const Place& place) {
    const auto file = (folder_.path() / "deployment.yaml").string();
    make_deployment(file, {kCounter, place});
    if (HasFatalFailure()) return;
    WebHost web_host({file});
    std::vector<ClientView> views(sessions);
    // Texts are kept while the clock runs, and looked at afterwards.
    std::vector<std::pair<std::size_t, std::string>> heard;
    std::vector<bool> waiting(sessions, true);
    std::size_t missing = sessions;
    std::string end_of_turn = R"("cause":"open")";
    double own_ms = 0;
    auto start = host::Clock::now();
    Crowd crowd(
        web_host.port(),
        [&](std::size_t client, std::string_view text) {
          heard.emplace_back(client, text);
          if (!waiting[client] || text.find(R"("type":"patch")") == text.npos) return;
          if (client == 0 && text.find(end_of_turn) != text.npos) own_ms = host::ms_since(start);
          waiting[client] = false;
          --missing;
        },
        [](std::size_t client, const std::string& why) {
          ADD_FAILURE() << "client " << client << " was cut off: " << why;
        });
    const auto all_have_heard = [&] {
      const bool in_time = crowd.run_until([&] { return missing == 0; });
      EXPECT_TRUE(in_time) << missing << " clients have heard nothing";
      for (const auto& [client, text] : heard) {
        const auto taken = views[client].take(Json::parse(text));
        EXPECT_TRUE(taken.ok()) << taken.error().text();
      }
      heard.clear();
    };
    for (std::size_t i = 0; i < sessions; ++i) {
      crowd.join(i);
      crowd.say(i, R"({"type":"hello"})");
    }
    all_have_heard();
    const double opened_ms = host::ms_since(start);

    std::vector<double> own, last;
    for (int n = 1; n <= writes && !HasFailure(); ++n) {
      std::fill(waiting.begin(), waiting.end(), true);
      missing = sessions;
      end_of_turn = R"("cause":")" + mark_id(n) + '"';
      start = host::Clock::now();
      crowd.say(0, mark_click(n).dump());
      all_have_heard();
      last.push_back(host::ms_since(start));
      own.push_back(own_ms);
    }
    auto store = place.open();
    ASSERT_OK(store);
    for (std::size_t i = 0; i < sessions; ++i) {
      EXPECT_EQ(views[i].view()["components"][0]["value"], writes);
      const auto folded = host::fold_log(read_log(*store, views[i].session()));
      EXPECT_EQ(folded.problems, std::vector<std::string>());
      EXPECT_EQ(folded.hash, host::patch::view_hash(views[i].view()));
    }
    web_host.end();
    std::printf("%s: %zu sessions, opened in %.0f ms; a write is on its own screen after %.1f ms, "
                "on the last one after %.0f ms (medians of %d; at most %.1f and %.0f)\n",
                place.type.c_str(), sessions, opened_ms, middle(own), middle(last), writes,
                most(own), most(last));
  }
  const host::ScratchFolder folder_;
};

TEST_F(SpreadTest, Sqlite) { spread(sqlite_place(folder_.path())); }
TEST_F(SpreadTest, Postgres) { spread(postgres_place()); }

}  // namespace
}  // namespace sr::test

int main(int argc, char** argv) {
  return sr::test::run_tests(argc, argv,
                             {{"sessions", &sr::test::sessions}, {"writes", &sr::test::writes}});
}
