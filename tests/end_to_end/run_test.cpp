// `state-runtime run`: crashes, signals, the end of input, an address that is taken.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>

#include "host/base/json.h"
#include "host/cli/scratch_folder.h"
#include "host/patch/patch.h"
#include "host/wire/client_view.h"
#include "tests/end_to_end/child.h"

namespace sr::test {
namespace {

using host::Json;
using host::ScratchFolder;
using host::wire::ClientView;

const std::string kSource = SR_SOURCE_DIR;
const std::string kStdio = kSource + "/configs/alerts-stdio.yaml";

class RunTest : public ::testing::Test {
 protected:
  RunTest() {
    const auto made = run({"store", "init", kStdio, "--set", facts_});
    EXPECT_EQ(made.status, 0) << made.err;
  }
  Arguments start(const std::vector<std::string>& set = {}) const {
    Arguments all{"run", kStdio, "--set", facts_};
    for (const auto& value : set) all.insert(all.end(), {"--set", value});
    return all;
  }
  // The next message but previews, folded into the view; null at the end.
  static Json hear(Child& child, ClientView& view) {
    for (;;) {
      const auto line = child.line();
      if (!line) return nullptr;
      auto message = Json::parse(*line);
      const auto taken = view.take(message);
      EXPECT_TRUE(taken.ok()) << taken.error().text();
      if (message["type"] != "preview") return message;
    }
  }
  static Json hear_until(Child& child, ClientView& view, const std::string& type) {
    for (;;) {
      auto message = hear(child, view);
      if (message.is_null() || message["type"] == type) return message;
    }
  }
  static std::string hello(const ClientView& view, bool resume) {
    Json m{{"type", "hello"}, {"session", view.session()}, {"token", view.token()}};
    if (resume) {
      m["epoch"] = view.epoch();
      m["lastSeq"] = view.seq();
    }
    return m.dump();
  }
  static std::string click(const std::string& id, const std::string& action, int alert) {
    return Json{{"type", "event"}, {"id", id}, {"kind", "click"},
                {"payload", {{"user_action", action}, {"alert_id", alert}}}}.dump();
  }

  ScratchFolder folder_;
  const std::string facts_ = "stores.facts.path=" + (folder_.path() / "facts.db").string();
};

// Whatever is piped in is done, however fast it comes, and a line that cannot be read stands for itself.
TEST_F(RunTest, EveryLineOfABatchIsDone) {
  constexpr int kEvents = 600;
  std::string batch = R"({"type":"hello"})" "\n";
  for (int i = 0; i < kEvents; ++i) {
    batch += click("c" + std::to_string(i), i % 2 == 0 ? "resolve_alert" : "reopen_alert", 2) + "\n";
    if (i == 100) batch += "this is no message\n\xFF\n" + std::string(70'000, 'x') + "\n";
  }
  const auto done = run(start({"log.level=info"}), batch);
  EXPECT_EQ(done.status, 1) << done.err;  // three lines were not done
  int accepted = 0, painted = 0, errors = 0;
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = done.out.find('\n', begin)) != std::string::npos; begin = end + 1) {
    // Nothing but messages, each whole, is on standard output.
    const auto message = Json::parse(done.out.substr(begin, end - begin), nullptr, false);
    ASSERT_TRUE(message.is_object()) << done.out.substr(begin, end - begin);
    accepted += message["type"] == "ack" && message["status"] == "accepted";
    painted += message["type"] == "patch" && message["cause"] != "open";
    errors += message["type"] == "error" && message["code"] == "bad_message";
  }
  EXPECT_EQ(accepted, kEvents);
  EXPECT_EQ(painted, kEvents);
  EXPECT_EQ(errors, 3);
  const auto well = run(start(), R"({"type":"hello"})" "\n" + click("last", "resolve_alert", 2) + "\n");
  EXPECT_EQ(well.status, 0) << well.err;
}

TEST_F(RunTest, WhatWasAcknowledgedSurvivesSigkill) {
  ClientView view;
  {
    Child child(start());
    child.say(R"({"type":"hello"})");
    hear_until(child, view, "patch");
    child.signal(SIGKILL);
    EXPECT_EQ(child.wait(), -SIGKILL);
  }
  std::string expected = "open";
  for (int round = 0; round < 8; ++round) {
    SCOPED_TRACE(round);
    const auto id = "click-" + std::to_string(round);
    expected = round % 2 == 0 ? "resolved" : "open";
    {
      Child child(start());
      child.say(hello(view, /*resume=*/true));
      EXPECT_EQ(hear(child, view)["mode"], "resume");
      child.say(click(id, round % 2 == 0 ? "resolve_alert" : "reopen_alert", 2));
      EXPECT_EQ(hear_until(child, view, "ack")["status"], "accepted");
      child.signal(SIGKILL);  // its patch may not have been read
      child.wait();
    }
    Child child(start());
    child.say(hello(view, /*resume=*/true));
    EXPECT_EQ(hear(child, view)["mode"], "resume");
    const auto patch = hear(child, view);  // folded: its hash is checked
    EXPECT_EQ(patch["cause"], id);
    EXPECT_EQ(view.view()["components"][0]["rows"][1]["status"], expected);
    child.say(hello(view, /*resume=*/false));
    ClientView reloaded;
    EXPECT_EQ(hear_until(child, reloaded, "snapshot")["hash"], host::patch::view_hash(view.view()));
    child.say(click(id, "resolve_alert", 1));
    EXPECT_EQ(hear_until(child, reloaded, "ack")["status"], "duplicate");
    child.signal(SIGKILL);
  }
}

TEST_F(RunTest, SigtermFinishesWhatIsUnderWay) {
  ClientView view;
  Child child(start({"backends.main.latency_us=500"}));
  child.say(R"({"type":"hello"})");
  hear_until(child, view, "patch");
  child.say(click("c1", "resolve_alert", 2));
  child.say(R"({"type":"nonsense"})");
  hear_until(child, view, "error");  // so the click has been taken in
  child.signal(SIGTERM);
  EXPECT_EQ(hear_until(child, view, "drain")["afterMs"], 1000);
  EXPECT_EQ(hear_until(child, view, "ack")["status"], "accepted");
  EXPECT_EQ(hear_until(child, view, "patch")["cause"], "c1");
  EXPECT_EQ(child.wait(), 1) << child.err();  // one line was nonsense
}

TEST_F(RunTest, ASecondSignalEndsItAtOnce) {
  ClientView view;
  Child child(start({"backends.main.misbehave=stall", "backends.main.misbehave_on=resolve"}));
  child.say(R"({"type":"hello"})");
  hear_until(child, view, "patch");
  child.say(click("c1", "resolve_alert", 2));
  child.say(R"({"type":"nonsense"})");
  hear_until(child, view, "error");
  child.signal(SIGTERM);
  hear_until(child, view, "drain");
  child.signal(SIGTERM);
  EXPECT_EQ(child.wait(), 1) << child.err();  // one line was nonsense
}

TEST_F(RunTest, TheEndOfInputFinishesEverythingThatWasSaid) {
  const auto done = run(start({"backends.main.latency_us=200"}),
                        R"({"user_action":"resolve_alert","alert_id":2})"
                        "\n"
                        R"({"command":"show me database metrics"})");
  EXPECT_EQ(done.status, 0) << done.err;
  std::vector<std::string> heard;
  ClientView view;
  std::istringstream lines(done.out);
  for (std::string line; std::getline(lines, line);) {
    const auto message = Json::parse(line);
    EXPECT_TRUE(view.take(message).ok()) << line;
    if (message["type"] != "preview") heard.push_back(message["type"].get<std::string>());
  }
  EXPECT_EQ(heard, (std::vector<std::string>{"welcome", "snapshot", "patch", "ack", "patch", "ack",
                                             "patch"}));
  EXPECT_EQ(view.view()["components"].size(), 5U);
}

TEST_F(RunTest, StandardOutputCarriesNothingButMessages) {
  const auto done = run(start({"log.level=debug"}), R"({"type":"hello"})");
  std::istringstream lines(done.out);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_TRUE(Json::parse(line, nullptr, false).is_object()) << line;
  }
}

TEST_F(RunTest, AnAddressThatIsTakenIsToldAtItsPlaceInTheFile) {
  const int taken = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(taken, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(taken, 1), 0);
  socklen_t size = sizeof address;
  ASSERT_EQ(::getsockname(taken, reinterpret_cast<sockaddr*>(&address), &size), 0);

  const auto file = folder_.path() / "taken.yaml";
  std::ofstream(file) << "version: 1\napp: " << kSource << "/configs/apps/alerts\n"
                      << "backends: { main: { type: scripted, rules: " << kSource
                      << "/configs/apps/alerts/scripted.yaml } }\n"
                      << "stores: { facts: { type: sqlite, path: facts.db } }\n"
                      << "transports:\n"
                      << "  web: { type: websocket, listen: 127.0.0.1:" << ntohs(address.sin_port)
                      << " }\n"
                      << "constrainers: { json: { type: json_schema } }\n"
                      << "pipeline: { backend: main, store: facts, constrainer: json }\n";
  const auto done = run({"run", file.string()});
  ::close(taken);
  EXPECT_EQ(done.status, 78);
  EXPECT_EQ(done.out, "");
  EXPECT_NE(done.err.find("taken.yaml:6:35: error: transports.web.listen: cannot listen on "
                          "127.0.0.1 port " + std::to_string(ntohs(address.sin_port))),
            std::string::npos)
      << done.err;
  EXPECT_NE(done.err.find("Nothing was started."), std::string::npos) << done.err;
}

}  // namespace
}  // namespace sr::test
