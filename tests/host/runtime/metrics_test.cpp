// What GET /metrics tells, in the text format of Prometheus.
#include "host/runtime/metrics.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>

namespace sr::host {
namespace {

// The value of each line that is not a comment, by what stands before it.
std::map<std::string, double> values(const std::string& text) {
  std::map<std::string, double> out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) continue;
    const auto blank = line.rfind(' ');
    EXPECT_TRUE(out.emplace(line.substr(0, blank), std::stod(line.substr(blank + 1))).second) << line;
  }
  return out;
}

TurnOutcome outcome(Ending ending, double decode_ms) {
  TurnOutcome out;
  out.ending = ending;
  out.timings.wait = 0.05;
  out.timings.decode = decode_ms;
  out.timings.settle = 400;
  out.timings.mask = 0.5;
  out.timings.model_steps = 2;
  out.timings.prompt_tokens = 18;
  out.timings.sampled_tokens = 6;
  out.timings.forced_tokens = 14;
  out.timings.ahead_tokens = 12;
  return out;
}

TEST(Metrics, TurnsAreCountedByTheirEndingAndTimedWhenCommitted) {
  Metrics metrics;
  metrics.answered(outcome(Ending::kPainted, 2), 3);
  metrics.answered(outcome(Ending::kUnavailable, 1), 2);
  metrics.turn(outcome(Ending::kPainted, 2));
  metrics.turn(outcome(Ending::kPainted, 8));
  metrics.turn(outcome(Ending::kRefused, 20000));
  metrics.turn(outcome(Ending::kUnavailable, 1));
  metrics.repaint();
  const auto v = values(metrics.text({.sessions = 3, .connections = 4, .sequence_bytes = 5, .draining = false}));
  EXPECT_EQ(v.at("state_runtime_sessions"), 3);
  EXPECT_EQ(v.at("state_runtime_connections"), 4);
  EXPECT_EQ(v.at("state_runtime_sequence_bytes"), 5);
  EXPECT_EQ(v.at("state_runtime_draining"), 0);
  EXPECT_EQ(v.at(R"(state_runtime_turns_total{ending="painted"})"), 2);
  EXPECT_EQ(v.at(R"(state_runtime_turns_total{ending="refused"})"), 1);
  EXPECT_EQ(v.at(R"(state_runtime_turns_total{ending="unavailable"})"), 1);
  EXPECT_EQ(v.at(R"(state_runtime_turns_total{ending="duplicate"})"), 0);
  EXPECT_EQ(v.at("state_runtime_repaints_total"), 1);
  EXPECT_EQ(v.at("state_runtime_model_steps_total"), 8);
  EXPECT_EQ(v.at(R"(state_runtime_tokens_total{kind="read"})"), 72);
  EXPECT_EQ(v.at(R"(state_runtime_tokens_total{kind="chosen"})"), 24);
  EXPECT_EQ(v.at(R"(state_runtime_tokens_total{kind="forced"})"), 56);
  EXPECT_EQ(v.at("state_runtime_draft_tokens_total"), 48);
  EXPECT_DOUBLE_EQ(v.at("state_runtime_grammar_seconds_total"), 0.002);

  const auto decode = [&](const std::string& bound) {
    return v.at("state_runtime_step_seconds_bucket{step=\"decode\",le=\"" + bound + "\"}");
  };
  EXPECT_EQ(decode("0.001"), 0);
  EXPECT_EQ(decode("0.0025"), 1);
  EXPECT_EQ(decode("0.01"), 2);
  EXPECT_EQ(decode("10"), 2);
  EXPECT_EQ(decode("+Inf"), 3);
  EXPECT_EQ(v.at(R"(state_runtime_step_seconds_count{step="decode"})"), 3);
  EXPECT_NEAR(v.at(R"(state_runtime_step_seconds_sum{step="decode"})"), 20.01, 1e-9);
  EXPECT_EQ(v.at(R"(state_runtime_answer_seconds_bucket{le="0.0025"})"), 0);
  EXPECT_EQ(v.at(R"(state_runtime_answer_seconds_bucket{le="0.005"})"), 1);
  EXPECT_EQ(v.at("state_runtime_answer_seconds_count"), 1);
  EXPECT_NEAR(v.at("state_runtime_answer_seconds_sum"), 0.003, 1e-9);
}

// The text format: HELP and TYPE once before each metric's lines, and no bucket below the one before.
TEST(Metrics, TheTextIsInOrder) {
  Metrics metrics;
  metrics.turn(outcome(Ending::kPainted, 2));
  const auto text = metrics.text({});
  std::set<std::string> described;
  std::istringstream lines(text);
  std::string current;
  double bucket = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# TYPE ")) {
      current = line.substr(7, line.find(' ', 7) - 7);
      EXPECT_TRUE(described.insert(current).second) << line;
    } else if (!line.starts_with('#')) {
      EXPECT_TRUE(line.starts_with(current)) << line << " after " << current;
      if (line.find("_bucket{") == std::string::npos) {
        bucket = 0;
        continue;
      }
      const auto value = std::stod(line.substr(line.rfind(' ')));
      EXPECT_GE(value, bucket) << line;
      bucket = value;
    }
  }
  EXPECT_EQ(text.back(), '\n');
}

}  // namespace
}  // namespace sr::host
