#include "choice.h"

#include <cmath>
#include <random>

#include "harness.h"

namespace sr::scripted {
namespace {

using test::Mask;
using test::mask_of;

Mask random_mask(std::mt19937_64& random) {
  Mask mask(9, 0);
  // From a few tokens to many; bits above the vocabulary are noise that must be ignored.
  const auto density = std::uniform_int_distribution<int>(1, 100)(random);
  for (std::int32_t token = 0; token < 288; ++token) {
    if (std::uniform_int_distribution<int>(1, 100)(random) <= density) {
      mask[token / 32] |= 1U << (token % 32);
    }
  }
  return mask;
}

bool allows(const Mask& mask, std::int32_t token) {
  return token >= 0 && token < 257 && ((mask[token / 32] >> (token % 32)) & 1U) != 0;
}

class MaskIsObeyed : public testing::TestWithParam<test::Options> {};

TEST_P(MaskIsObeyed, whatever_it_is) {
  auto options = GetParam();
  options["rules"] = test::sample_rules();
  test::TestBackend backend(options);
  ASSERT_EQ(backend.created(), SR_OK) << backend.error().message;
  std::mt19937_64 random(7);
  for (int round = 0; round < 60; ++round) {
    auto sequence = backend.open();
    backend.ask(sequence, R"({"user_action":"resolve_alert","alert_id":2})");
    for (int step = 0; step < 60; ++step) {
      const auto mask = random_mask(random);
      auto pick = backend.pick(sequence, &mask);
      const sr_sampling sampling{sizeof sampling, static_cast<std::uint32_t>(step % 5),
                                 static_cast<float>(round % 3) * 4, 0.9F, random()};
      pick.sampling = &sampling;
      const auto code = backend.sample(pick);
      if (Allowed(mask.data()).count() == 0) {
        EXPECT_EQ(code, SR_INVALID_ARGUMENT);
        continue;
      }
      ASSERT_EQ(code, SR_OK) << backend.error().message;
      ASSERT_TRUE(allows(mask, pick.token)) << pick.token;
      ASSERT_EQ(backend.forward_tokens(sequence, {pick.token}), SR_OK);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Scripted, MaskIsObeyed,
    testing::Values(test::Options{}, test::Options{{"misbehave", "nonsense"}},
                    test::Options{{"misbehave", "wrong_output"}, {"misbehave_say", "{}"}}));

TEST(Choice, an_empty_mask_is_an_error) {
  test::TestBackend backend({{"rules", test::sample_rules()}});
  auto sequence = backend.open();
  backend.ask(sequence, "{}");
  const Mask none(9, 0);
  auto pick = backend.pick(sequence, &none);
  EXPECT_EQ(backend.sample(pick), SR_INVALID_ARGUMENT);
  EXPECT_STREQ(backend.error().message, "the mask allows no token");
  EXPECT_EQ(pick.token, -1);
}

TEST(Choice, what_is_off_the_script_comes_to_an_end) {
  test::TestBackend backend({{"rules", test::sample_rules()}});
  // The grammar wants another object than the rule's.
  const std::string opening = R"({"sql":")";
  const auto grammar = [&](const std::string& said) {
    if (said.size() < opening.size()) return mask_of(opening.substr(said.size(), 1));
    const auto rest = said.substr(opening.size());
    if (rest.empty() || (rest.find('"') == std::string::npos)) {
      return mask_of("\"}] abcxyz");
    }
    return rest.back() == '"' ? mask_of("}") : mask_of("", true);
  };
  auto sequence = backend.open();
  backend.ask(sequence, R"({"user_action":"resolve_alert","alert_id":2})");
  EXPECT_EQ(backend.say(sequence, grammar), R"({"sql":""})");
}

TEST(Choice, a_string_that_may_not_close_yet_still_comes_to_an_end) {
  test::TestBackend backend({{"rules", test::sample_rules()}});
  // Inside the JSON string a value in single quotes must hold at least 30 bytes and be closed.
  const std::string opening = R"({"sql":"')";
  const auto grammar = [&](const std::string& said) {
    if (said.size() < opening.size()) return mask_of(opening.substr(said.size(), 1));
    const auto rest = said.substr(opening.size());
    const auto quote = rest.find('\'');
    if (quote == std::string::npos) return mask_of(rest.size() < 30 ? " ab" : " ab'");
    if (quote + 1 == rest.size()) return mask_of("\"' ");
    return rest.back() == '"' ? mask_of("}") : mask_of("", rest.back() == '}');
  };
  auto sequence = backend.open();
  backend.ask(sequence, "{}");
  const auto said = backend.say(sequence, grammar, 500);
  EXPECT_TRUE(said.ends_with("'\"}")) << said;
}

TEST(Choice, a_number_never_becomes_another_one) {
  const struct {
    const char *script, *said, *allowed;
    bool fails;
  } cases[] = {
      {"n = 0.125)", "n = 0.12", ")", true},        // cut short
      {"n = 0.125)", "n = 0.12)", "; ", true},      // cut short by what the host forced
      {"n = 5)", "n = 5", "01", true},              // made longer
      {"n = 5)", "n = 50", "01)", true},
      {"n = '5')", "n = '5", "01", true},
      {"n = '5')", "n = ", "0123456789-", true},    // begun otherwise
      {"n = '5')", "n = 0", "0123456789)", true},
      {"n = -5)", "n = ", "0123456789", true},
      {"n = -5)", "n = -", "12", true},
      {"n = .5)", "n = ", "0123456789-", true},
      {"n = 5)", "n = ", "'", true},
      {"n = 5)", "n = ", "5", false},
      {"n = '5 cats')", "n = ", "0123456789", false},  // no number, so anything else
      {"n = 'ab')", "n = ", "0123456789", false},
      {"a1 b", "a1", ")", false},
      {"n = 5)", "m", " =0", false},                // off the script before it came to a number
  };
  for (const auto& [script, said, allowed, fails] : cases) {
    SCOPED_TRACE(std::string(script) + " | " + said + " | " + allowed);
    const test::RulesFile rules("version: 1\nrules:\n  - say: \"" + std::string(script) + "\"\n");
    test::TestBackend backend({{"rules", rules.path()}});
    ASSERT_EQ(backend.created(), SR_OK) << backend.error().message;
    auto sequence = backend.open();
    backend.ask(sequence, "{}");
    ASSERT_EQ(backend.forward(sequence, said), SR_OK);
    const auto mask = mask_of(allowed);
    auto pick = backend.pick(sequence, &mask);
    EXPECT_EQ(backend.sample(pick), fails ? SR_INVALID_ARGUMENT : SR_OK);
    EXPECT_EQ(std::string(backend.error().message).ends_with(script), fails);
  }
}

TEST(Choice, no_cycle_is_for_ever) {
  test::TestBackend backend({{"rules", test::sample_rules()}});
  // Ends only after an x that stands behind a y: nothing that the order of preference finds.
  const auto grammar = [](const std::string& said) {
    return said.ends_with("yx") ? mask_of("", true) : mask_of("\"']} xy");
  };
  auto sequence = backend.open();
  backend.ask(sequence, "{}");
  EXPECT_TRUE(backend.say(sequence, grammar, 5000).ends_with("yx"));
}

TEST(Choice, brackets_close_before_strings_open) {
  const auto mask = mask_of("\"}],{[");
  const Allowed open(mask.data());
  EXPECT_EQ(finishing(open, R"({"a":1)", 1), '}');
  EXPECT_EQ(finishing(open, R"({"a":"x)", 1), '"');
  EXPECT_EQ(finishing(open, R"({"a":"x\")", 1), '"');
  const auto strings = mask_of("\",[");
  EXPECT_EQ(finishing(Allowed(strings.data()), R"({"a":[)", 1), '"');
  EXPECT_EQ(finishing(Allowed(nullptr), "x", 1), kEnd);
}

TEST(Choice, scores_are_log_probabilities_that_agree_with_the_choice) {
  test::TestBackend backend({{"rules", test::sample_rules()}});
  auto sequence = backend.open();
  backend.ask(sequence, R"({"command":"raw"})");
  const auto mask = mask_of("nopq");
  std::vector<std::int32_t> all(257);
  for (int i = 0; i < 257; ++i) all[i] = i;
  std::vector<float> scores(257);
  auto pick = backend.pick(sequence, &mask);
  pick.score_tokens = all.data();
  pick.scores = scores.data();
  pick.score_count = all.size();
  ASSERT_EQ(backend.sample(pick), SR_OK);
  EXPECT_EQ(pick.token, -1);
  double total = 0;
  for (int i = 0; i < 257; ++i) {
    total += std::exp(scores[i]);
    EXPECT_EQ(std::isinf(scores[i]), !allows(mask, i)) << i;
  }
  EXPECT_NEAR(total, 1, 1e-6);
  EXPECT_EQ(std::max_element(scores.begin(), scores.end()) - scores.begin(), 'n');
  EXPECT_EQ(backend.next(sequence, &mask), 'n');

  const auto only = mask_of("z");
  pick.mask = only.data();
  const std::int32_t z = 'z';
  pick.score_tokens = &z;
  pick.score_count = 1;
  ASSERT_EQ(backend.sample(pick), SR_OK);
  EXPECT_EQ(scores[0], 0);
  const std::int32_t foreign = 257;
  pick.score_tokens = &foreign;
  EXPECT_EQ(backend.sample(pick), SR_INVALID_ARGUMENT);
}

TEST(Choice, sampling_is_reproducible_and_peaks_at_the_script) {
  const Allowed all(nullptr);
  sr_sampling sampling{sizeof sampling, 0, 1.0F, 1.0F, 1};
  int on_script = 0, different = 0;
  for (std::uint64_t step = 0; step < 500; ++step) {
    on_script += drawn(all, 'x', &sampling, step) == 'x' ? 1 : 0;
  }
  EXPECT_GE(on_script, 499);
  sampling.temperature = 5;  // hot enough to leave the script
  sr_sampling other = sampling;
  other.seed = 2;
  for (std::uint64_t step = 0; step < 500; ++step) {
    const auto token = drawn(all, 'x', &sampling, step);
    EXPECT_EQ(token, drawn(all, 'x', &sampling, step));
    different += token != drawn(all, 'x', &other, step) ? 1 : 0;
  }
  EXPECT_GT(different, 100);
  sampling.top_k = 1;
  for (std::uint64_t step = 0; step < 50; ++step) EXPECT_EQ(drawn(all, 'x', &sampling, step), 'x');
  sampling.top_k = 0;
  sampling.top_p = 0.0F;
  for (std::uint64_t step = 0; step < 50; ++step) EXPECT_EQ(drawn(all, 'x', &sampling, step), 'x');
  sampling.temperature = -1;
  EXPECT_THROW(drawn(all, 'x', &sampling, 0), Failure);
  sampling.temperature = std::nanf("");
  EXPECT_THROW(drawn(all, 'x', &sampling, 0), Failure);
  sampling.temperature = 0;
  EXPECT_EQ(drawn(all, 'x', &sampling, 0), 'x');
}

}  // namespace
}  // namespace sr::scripted
