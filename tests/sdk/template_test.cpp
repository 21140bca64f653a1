// The template as a shared object, through the host's own loader and calls.
#include <gtest/gtest.h>

#include "host/plugins/backend.h"
#include "host/plugins/registry.h"
#include "tests/host/plugins/test_host.h"

namespace sr::host {
namespace {

class Template : public testing::Test {
 protected:
  Result<std::shared_ptr<Instance>> create(const std::vector<OptionInput>& inputs) {
    EXPECT_TRUE(registry_.load_file(SR_TEMPLATE).ok());
    const auto& component = *registry_.find("backend", "echo")->component;
    std::vector<OptionProblem> problems;
    const auto options = Options::check(component, inputs, "/", problems);
    EXPECT_TRUE(problems.empty());
    return Instance::create(component, options, host_.api, "backend main");
  }
  // Reads text, then says `count` tokens.
  std::string say(LoadedBackend& backend, sr_sequence* s, std::string_view text, int count) {
    std::string out;
    auto tokens = *backend.tokenize(text, true);
    for (int i = 0; i < count; ++i) {
      AbiError error;
      sr_forward_item item{sizeof item,   SR_LOGITS_LAST, s, tokens.data(),
                           tokens.size(), &error};
      sr_forward_item* items[] = {&item};
      EXPECT_TRUE(backend.forward(items).ok());
      sr_pick pick{};
      pick.struct_size = sizeof pick;
      pick.sequence = s;
      pick.error = &error;
      sr_pick* picks[] = {&pick};
      EXPECT_TRUE(backend.sample(picks).ok());
      out += token_bytes(backend.vocabulary(), pick.token);
      tokens = {pick.token};
    }
    return out;
  }
  Registry registry_;
  TestHost host_;
};

TEST_F(Template, LoadsAndSpeaks) {
  LoadedBackend backend(*create({{"case", "upper", {}, false}}));
  EXPECT_EQ(host_.logged, (std::vector<std::string>{"echo: ready"}));
  auto sequence = std::move(*backend.open());
  EXPECT_EQ(say(backend, sequence.get(), "abc", 3), "CCC");
  EXPECT_EQ(backend.length(sequence.get()), 5u);
}

TEST_F(Template, AForkAndACopyGoTheirOwnWays) {
  LoadedBackend backend(*create({}));
  auto first = std::move(*backend.open());
  say(backend, first.get(), "abc", 1);
  auto fork = std::move(*backend.fork(first.get()));
  say(backend, fork.get(), "xyz", 1);
  EXPECT_EQ(backend.length(first.get()), 3u);
  EXPECT_EQ(backend.length(fork.get()), 6u);
  ASSERT_TRUE(backend.keep(fork.get(), 1).ok());
  EXPECT_EQ(backend.length(fork.get()), 4u);

  const auto bytes = *backend.save(fork.get());
  auto copy = std::move(*backend.load(bytes));
  EXPECT_EQ(backend.length(copy.get()), 4u);
  EXPECT_EQ(backend.load("nonsense").error().text(),
            "[backend main] these bytes are not a sequence of this backend");
}

TEST_F(Template, BlamesTheOption) {
  const auto made = create({{"context", "17", {}, false}});
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().option, "context");
  EXPECT_EQ(made.error().text(), "[backend main] must be a multiple of 16, not 17");
}

TEST_F(Template, AFullSessionIsExplained) {
  LoadedBackend backend(*create({{"context", "16", {}, false}}));
  auto sequence = std::move(*backend.open());
  const std::vector<std::int32_t> tokens(17, 'x');
  AbiError error;
  sr_forward_item item{sizeof item, 0, sequence.get(), tokens.data(), tokens.size(), &error};
  sr_forward_item* items[] = {&item};
  EXPECT_TRUE(backend.forward(items).ok());
  EXPECT_EQ(error.code, SR_EXHAUSTED);
  EXPECT_STREQ(error.message, "the session has more than 16 tokens; raise `context`");
  EXPECT_EQ(backend.length(sequence.get()), 0u);
}

}  // namespace
}  // namespace sr::host
