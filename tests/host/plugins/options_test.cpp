#include "host/plugins/options.h"

#include <gtest/gtest.h>

#include "host/plugins/words.h"
#include "state_runtime/plugin.hpp"
#include "test_host.h"

namespace sr::host {
namespace {

constexpr const char* kModes[] = {"fast", "careful", nullptr};
constexpr sr_option kTable[] = {
    option({.name = "quiet", .type = SR_BOOL, .fallback = "false"}),
    option({.name = "threads", .type = SR_INT, .fallback = "2", .min = "1", .max = "64"}),
    option({.name = "temperature", .type = SR_FLOAT, .fallback = "0.5", .min = "0", .max = "2"}),
    option({.name = "title", .type = SR_STRING}),
    option({.name = "mode", .type = SR_ENUM, .fallback = "fast", .choices = kModes}),
    option({.name = "wait", .type = SR_DURATION, .fallback = "250ms", .min = "1ms", .max = "1h"}),
    option({.name = "limit", .type = SR_SIZE, .fallback = "64KiB", .max = "1GiB"}),
    option({.name = "model", .type = SR_PATH, .flags = SR_REQUIRED}),
    option({.name = "origins", .type = SR_LIST, .fallback = "http://a, http://b"}),
    option({.name = "token", .type = SR_STRING, .flags = SR_SECRET}),
    option({.name = "pin", .type = SR_INT, .flags = SR_SECRET, .max = "9999"}),
    option({.name = "old", .type = SR_INT, .flags = SR_DEPRECATED, .doc = "use threads"}),
};

sr_component component_of() {
  static const auto pointers = [] {
    std::vector<const sr_option*> out;
    for (const auto& o : kTable) out.push_back(&o);
    out.push_back(nullptr);
    return out;
  }();
  sr_component c{};
  c.struct_size = sizeof c;
  c.options = pointers.data();
  return c;
}

struct Checked {
  Options options;
  std::vector<OptionProblem> problems;
};

Checked check(std::vector<OptionInput> inputs, bool with_model = true) {
  if (with_model) inputs.push_back({"model", "m", {}, false});
  Checked out;
  out.options = Options::check(component_of(), inputs, "/etc/app", out.problems);
  return out;
}

TEST(Options, DefaultsAreParsed) {
  const auto c = check({});
  EXPECT_TRUE(c.problems.empty());
  EXPECT_EQ(c.options.find("quiet")->integer, 0);
  EXPECT_EQ(c.options.find("threads")->integer, 2);
  EXPECT_EQ(c.options.find("temperature")->real, 0.5);
  EXPECT_EQ(c.options.find("mode")->text, "fast");
  EXPECT_EQ(c.options.find("wait")->integer, 250);
  EXPECT_EQ(c.options.find("limit")->integer, 65536);
  EXPECT_EQ(c.options.find("origins")->items, (std::vector<std::string>{"http://a", "http://b"}));
  EXPECT_EQ(c.options.find("title"), nullptr) << "neither a value nor a default";
}

TEST(Options, EveryTypeIsRead) {
  const auto c = check({{"quiet", "true", {}, false},
                        {"threads", "64", {}, false},
                        {"temperature", "1e-1", {}, false},
                        {"title", "", {}, false},
                        {"mode", "careful", {}, false},
                        {"wait", "1h", {}, false},
                        {"limit", "512", {}, false},
                        {"origins", "", {"x", "y"}, true}});
  EXPECT_TRUE(c.problems.empty());
  EXPECT_EQ(c.options.find("quiet")->integer, 1);
  EXPECT_EQ(c.options.find("threads")->integer, 64);
  EXPECT_DOUBLE_EQ(c.options.find("temperature")->real, 0.1);
  EXPECT_EQ(c.options.find("title")->text, "");
  EXPECT_EQ(c.options.find("mode")->text, "careful");
  EXPECT_EQ(c.options.find("wait")->integer, 3'600'000);
  EXPECT_EQ(c.options.find("limit")->integer, 512);
  EXPECT_EQ(c.options.find("origins")->items, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(c.options.find("origins")->text, "x, y");
}

TEST(Options, DurationsAndSizes) {
  const std::pair<const char*, std::int64_t> durations[] = {
      {"1ms", 1}, {"5s", 5000}, {"2m", 120'000}, {"1h", 3'600'000}};
  for (const auto& [text, ms] : durations) {
    EXPECT_EQ(check({{"wait", text, {}, false}}).options.find("wait")->integer, ms) << text;
  }
  const std::pair<const char*, std::int64_t> sizes[] = {
      {"0", 0}, {"1KiB", 1024}, {"2MiB", 2 << 20}, {"1GiB", 1 << 30}};
  for (const auto& [text, bytes] : sizes) {
    EXPECT_EQ(check({{"limit", text, {}, false}}).options.find("limit")->integer, bytes) << text;
  }
}

TEST(Options, PathsAreAbsoluteAgainstTheBase) {
  const std::pair<const char*, const char*> cases[] = {{"m", "/etc/app/m"},
                                                       {"../m/./x", "/etc/m/x"},
                                                       {"/srv/m", "/srv/m"}};
  for (const auto& [text, path] : cases) {
    EXPECT_EQ(check({{"model", text, {}, false}}, false).options.find("model")->text, path);
  }
}

struct Bad {
  OptionInput input;
  const char* what;
  const char* suggestion = "";
};

TEST(Options, EachMistakeHasItsSentence) {
  const Bad cases[] = {
      {{"quiet", "yes", {}, false}, "must be true or false, not \"yes\""},
      {{"threads", "ten", {}, false}, "must be a whole number, not \"ten\""},
      {{"threads", "2.5", {}, false}, "must be a whole number, not \"2.5\""},
      {{"threads", "", {}, false}, "must be a whole number, not empty"},
      {{"threads", "99999999999999999999", {}, false},
       "must be a whole number, not \"99999999999999999999\""},
      {{"threads", "0", {}, false}, "must be at least 1, not 0"},
      {{"threads", "65", {}, false}, "must be at most 64, not 65"},
      {{"threads", "", {"1"}, true}, "must be one int, not a list"},
      {{"temperature", "warm", {}, false}, "must be a number, not \"warm\""},
      {{"temperature", "nan", {}, false}, "must be a number, not \"nan\""},
      {{"temperature", "2.01", {}, false}, "must be at most 2, not 2.01"},
      {{"mode", "carefull", {}, false},
       "must be one of fast, careful, not \"carefull\"",
       "careful"},
      {{"mode", "x", {}, false}, "must be one of fast, careful, not \"x\""},
      {{"wait", "5", {}, false}, "must be a duration such as 250ms, 5s, 2m or 1h, not \"5\""},
      {{"wait", "1.5s", {}, false}, "must be a duration such as 250ms, 5s, 2m or 1h, not \"1.5s\""},
      {{"wait", "-1s", {}, false}, "must be a duration such as 250ms, 5s, 2m or 1h, not \"-1s\""},
      {{"wait", "9223372036854775807h", {}, false},
       "must be a duration such as 250ms, 5s, 2m or 1h, not \"9223372036854775807h\""},
      {{"wait", "2h", {}, false}, "must be at most 1h, not 2h"},
      {{"wait", "30d", {}, false}, "must be at most 1h, not 30d"},
      {{"wait", "0", {}, false}, "must be at least 1ms, not 0"},
      {{"limit", "64KB", {}, false},
       "must be a size such as 512, 64KiB, 2MiB or 1GiB, not \"64KB\""},
      {{"limit", "2GiB", {}, false}, "must be at most 1GiB, not 2GiB"},
      {{"origins", "http://a", {}, false}, "must be a list, not \"http://a\""},
      {{"pin", "hunter2", {}, false}, "must be a whole number"},
      {{"pin", "12345", {}, false}, "must be at most 9999"},
  };
  for (const auto& bad : cases) {
    const auto c = check({bad.input});
    ASSERT_EQ(c.problems.size(), 1u) << bad.what;
    EXPECT_EQ(c.problems[0].option, bad.input.name);
    EXPECT_EQ(c.problems[0].what, bad.what);
    EXPECT_EQ(c.problems[0].suggestion, bad.suggestion);
    EXPECT_FALSE(c.problems[0].on_key);
    EXPECT_FALSE(c.problems[0].warning);
  }
}

TEST(Options, AllMistakesAtOnce) {
  const auto c = check({{"modle", "x", {}, false},
                        {"threads", "0", {}, false},
                        {"threads", "1", {}, false},
                        {"zzz", "x", {}, false}},
                       false);
  ASSERT_EQ(c.problems.size(), 5u);
  EXPECT_EQ(c.problems[0].what, "unknown option \"modle\"");
  EXPECT_EQ(c.problems[0].suggestion, "model");
  EXPECT_TRUE(c.problems[0].on_key);
  EXPECT_EQ(c.problems[1].what, "must be at least 1, not 0");
  EXPECT_EQ(c.problems[2].what, "is given twice");
  EXPECT_EQ(c.problems[3].what, "unknown option \"zzz\"");
  EXPECT_EQ(c.problems[3].suggestion, "");
  EXPECT_EQ(c.problems[4].option, "model");
  EXPECT_EQ(c.problems[4].what, "is required");
}

TEST(Options, EmptyPathIsRefused) {
  const auto c = check({{"model", "", {}, false}}, false);
  ASSERT_EQ(c.problems.size(), 1u);
  EXPECT_EQ(c.problems[0].what, "must be a path, not empty");
}

TEST(Options, DeprecatedIsOnlyAWarning) {
  const auto c = check({{"old", "3", {}, false}});
  ASSERT_EQ(c.problems.size(), 1u);
  EXPECT_TRUE(c.problems[0].warning);
  EXPECT_EQ(c.problems[0].what, "is deprecated: use threads");
  EXPECT_EQ(c.options.find("old")->integer, 3);
}

TEST(Options, PluginsReadThemThroughTheAbi) {
  const auto c = check({{"title", "Alerts", {}, false}, {"quiet", "true", {}, false}});
  const TestHost host;
  const Config config(host.api, c.options.config());
  EXPECT_EQ(config.string("title"), "Alerts");
  EXPECT_TRUE(config.boolean("quiet"));
  EXPECT_EQ(config.integer("wait"), 250);
  EXPECT_EQ(config.real("threads"), 2.0);
  EXPECT_EQ(config.list("origins"), (std::vector<std::string>{"http://a", "http://b"}));
  EXPECT_TRUE(config.has("model"));
  EXPECT_FALSE(config.has("token"));
  EXPECT_THROW(config.string("token"), BadOption);
  std::int64_t number = 0;
  EXPECT_EQ(host.api.get_int(c.options.config(), "title", &number), SR_INVALID_ARGUMENT);
  EXPECT_EQ(host.api.get_int(c.options.config(), "nobody", &number), SR_NOT_FOUND);
}

TEST(Words, EditDistanceCountsSwapsOnce) {
  EXPECT_EQ(edit_distance("model", "modle"), 1u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(nearest("sqlit", {"postgres", "sqlite"}), "sqlite");
  EXPECT_EQ(nearest("b", {"a"}), "");
  EXPECT_EQ(listed({}), "none");
}

}  // namespace
}  // namespace sr::host
