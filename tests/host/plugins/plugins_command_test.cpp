#include "host/cli/plugins_command.h"

#include <gtest/gtest.h>

#include <sstream>

#include "host/base/json.h"
#include "state_runtime/transport.hpp"

namespace sr::host {
namespace {

class Pigeon final : public Transport {
 public:
  using Interface = Transport;
  static constexpr const char* kType = "pigeon";
  static constexpr const char* kSummary = "Carries messages by bird.";
  static constexpr int kStability = SR_BETA;
  static constexpr const char* kBreeds[] = {"homing", "racing", nullptr};
  static constexpr auto kLoft = option({.name = "loft", .type = SR_PATH, .flags = SR_REQUIRED,
                                        .doc = "Where they live.", .example = "lofts/north"});
  static constexpr auto kName = option({.name = "name", .type = SR_STRING, .flags = SR_REQUIRED,
                                        .doc = "What they answer to."});
  static constexpr auto kBirds = option({.name = "birds", .type = SR_INT, .flags = SR_RELOADABLE,
                                         .fallback = "12", .min = "1", .max = "99",
                                         .doc = "How many."});
  static constexpr auto kBreed = option({.name = "breed", .type = SR_ENUM, .fallback = "homing",
                                         .choices = kBreeds, .doc = "Which."});
  static constexpr auto kRest = option({.name = "rest", .type = SR_DURATION,
                                        .flags = SR_ADVANCED, .fallback = "2m", .min = "1s"});
  static constexpr auto kWhistle = option({.name = "whistle", .type = SR_STRING,
                                           .flags = SR_SECRET, .doc = "Calls them back."});
  static constexpr auto kFeed = option({.name = "feed", .type = SR_LIST,
                                        .fallback = "corn, peas: dry", .doc = "What they eat."});
  static constexpr const sr_option* kOptions[] = {&kLoft, &kName, &kBirds,   &kBreed,
                                                  &kRest, &kFeed, &kWhistle, nullptr};

  Pigeon(Host, const Config&) {}
  void start(const TransportEvents&) override {}
  std::string address() const override { return "roof"; }
  bool send(std::uint64_t, std::string_view) override { return true; }
  void close(std::uint64_t, sr_close, std::string_view) override {}
  void drain() noexcept override {}
  void stop() noexcept override {}
};

const sr_component* const kComponents[] = {&component<Pigeon>, nullptr};
const sr_plugin kPlugin{sizeof kPlugin, 1,       0,      "birds",    "2.1.0", "MIT",
                        nullptr,        "g++ 12", kComponents};

Registry registry_with_pigeon() {
  Registry registry;
  EXPECT_TRUE(registry.add(&kPlugin, {}).ok());
  return registry;
}

TEST(PluginsCommand, ListForPeople) {
  std::ostringstream out;
  EXPECT_EQ(plugins_list(registry_with_pigeon(), false, out), 0);
  EXPECT_EQ(out.str(),
            "KIND       TYPE    PLUGIN  VERSION  STABILITY  ABI  PATH\n"
            "transport  pigeon  birds   2.1.0    beta       1.0  linked in\n");
}

TEST(PluginsCommand, ListSaysWhatWasRefused) {
  Registry registry;
  registry.load_directories({"relative"});
  std::ostringstream out;
  plugins_list(registry, false, out);
  EXPECT_EQ(out.str(),
            "no plugins are loaded\n\nrefused:\n  relative\n    plugin directories must be absolute "
            "paths\n");
}

TEST(PluginsCommand, ListAsJson) {
  auto registry = registry_with_pigeon();
  registry.load_directories({SR_FIXTURE_DIR});
  std::ostringstream out;
  plugins_list(registry, true, out);
  const auto json = Json::parse(out.str());
  const auto& pigeon = *std::find_if(json["components"].begin(), json["components"].end(),
                                     [](const Json& c) { return c["type"] == "pigeon"; });
  EXPECT_EQ(pigeon.dump(),
            R"({"kind":"transport","type":"pigeon","summary":"Carries messages by bird.",)"
            R"("plugin":"birds","version":"2.1.0","license":"MIT","stability":"beta","abi":"1.0",)"
            R"("path":null})");
  EXPECT_FALSE(json["refused"].empty());
  EXPECT_TRUE(json["refused"][0].contains("why"));
}

TEST(PluginsCommand, Describe) {
  const char* expected = R"(transport/pigeon: Carries messages by bird.

  plugin     birds 2.1.0 (MIT)
  file       linked in
  interface  sr.transport/1, ABI 1.0
  stability  beta
  toolchain  g++ 12

Options:
  loft     path, required
           Where they live.
           example: lofts/north
  name     string, required
           What they answer to.
  birds    int, default 12, from 1 to 99, reloadable
           How many.
  breed    enum, default homing, one of homing, racing
           Which.
  rest     duration, default 2m, at least 1s, advanced
  feed     list, default [corn, "peas: dry"]
           What they eat.
  whistle  string, secret
           Calls them back.

In a deployment:
  transports:
    web:
      type: pigeon
      loft: lofts/north
      name: "<string>"
      # birds: 12
      # breed: homing
      # rest: 2m
      # feed: [corn, "peas: dry"]
)";
  for (const auto* name : {"transport/pigeon", "pigeon"}) {
    std::ostringstream out, err;
    EXPECT_EQ(plugins_describe(registry_with_pigeon(), name, out, err), 0);
    EXPECT_EQ(out.str(), expected);
    EXPECT_EQ(err.str(), "");
  }
}

TEST(PluginsCommand, DescribeWhatIsNotThere) {
  std::ostringstream out, err;
  EXPECT_EQ(plugins_describe(registry_with_pigeon(), "transport/pidgeon", out, err), 1);
  EXPECT_EQ(err.str(),
            "error: there is no transport \"pidgeon\"; did you mean \"pigeon\"?; loaded: pigeon; "
            "searched: none\n");
  err.str("");
  EXPECT_EQ(plugins_describe(registry_with_pigeon(), "bird/pigeon", out, err), 1);
  EXPECT_EQ(err.str(),
            "error: there is no component \"bird/pigeon\"; loaded: transport/pigeon\n");
  EXPECT_EQ(out.str(), "");
}

}  // namespace
}  // namespace sr::host
