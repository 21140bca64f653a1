#include "host/runtime/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace sr::host {
namespace {

constexpr const char* kEndingNames[] = {"painted",      "refused",      "duplicate",
                                        "not_allowed",  "model_failed", "unavailable",
                                        "lost_session", "unroutable"};

bool committed(const TurnOutcome& outcome) {
  return outcome.ending == Ending::kPainted || outcome.ending == Ending::kRefused;
}

// HELP and TYPE, which come before a metric's lines.
void head(std::string& out, const char* name, const char* type, const char* help) {
  fmt::format_to(std::back_inserter(out), "# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, type);
}

void single(std::string& out, const char* name, const char* type, const char* help, double value) {
  head(out, name, type, help);
  fmt::format_to(std::back_inserter(out), "{} {}\n", name, value);
}

}  // namespace

void Histogram::count(double ms) {
  const auto* at = std::lower_bound(kBounds.begin(), kBounds.end(), ms);
  ++counts_[static_cast<std::size_t>(at - kBounds.begin())];
  sum_ms_ += ms;
}

void Histogram::write(std::string& out, const std::string& name, const std::string& label) const {
  auto to = std::back_inserter(out);
  const auto comma = label.empty() ? "" : ",";
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < kBounds.size(); ++i) {
    total += counts_[i];
    fmt::format_to(to, "{}_bucket{{{}{}le=\"{}\"}} {}\n", name, label, comma, kBounds[i] / 1000,
                   total);
  }
  total += counts_.back();
  const auto braces = label.empty() ? std::string() : "{" + label + "}";
  fmt::format_to(to, "{}_bucket{{{}{}le=\"+Inf\"}} {}\n", name, label, comma, total);
  fmt::format_to(to, "{0}_sum{1} {2}\n{0}_count{1} {3}\n", name, braces, sum_ms_ / 1000, total);
}

void Metrics::turn(const TurnOutcome& outcome) {
  static_assert(std::size(kEndingNames) == kEndings);
  static_assert(static_cast<std::size_t>(Ending::kUnroutable) + 1 == kEndings);
  ++endings_[static_cast<std::size_t>(outcome.ending)];
  const auto& t = outcome.timings;
  read_ += t.prompt_tokens;
  chosen_ += t.sampled_tokens;
  forced_ += t.forced_tokens;
  drafted_ += t.ahead_tokens;
  model_steps_ += t.model_steps;
  grammar_ms_ += t.mask;
  if (!committed(outcome)) return;
  for (std::size_t i = 0; i < steps_.size(); ++i) steps_[i].count(t.*kStepTimes[i].ms);
}

void Metrics::answered(const TurnOutcome& outcome, double ms) {
  if (committed(outcome)) answers_.count(ms);
}

std::string Metrics::text(const Now& now) const {
  std::string out;
  auto to = std::back_inserter(out);
  single(out, "state_runtime_sessions", "gauge", "Sessions in memory.",
         static_cast<double>(now.sessions));
  single(out, "state_runtime_connections", "gauge", "Connections that are open.",
         static_cast<double>(now.connections));
  single(out, "state_runtime_sequence_bytes", "gauge",
         "Of what models have read of sessions, as their backends reckon.",
         static_cast<double>(now.sequence_bytes));
  single(out, "state_runtime_draining", "gauge", "1 while the host finishes its work to stop.",
         now.draining ? 1 : 0);

  head(out, "state_runtime_turns_total", "counter", "Events by what came of them.");
  for (std::size_t i = 0; i < kEndings; ++i) {
    fmt::format_to(to, "state_runtime_turns_total{{ending=\"{}\"}} {}\n", kEndingNames[i],
                   endings_[i]);
  }
  head(out, "state_runtime_answer_seconds", "histogram",
       "From an event's arrival until its answer is sent, of turns that were committed.");
  answers_.write(out, "state_runtime_answer_seconds", {});
  head(out, "state_runtime_step_seconds", "histogram", "The same, step by step.");
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    steps_[i].write(out, "state_runtime_step_seconds",
                    fmt::format("step=\"{}\"", kStepTimes[i].name));
  }
  single(out, "state_runtime_repaints_total", "counter",
         "Screens painted again because others changed what they show.",
         static_cast<double>(repaints_));
  single(out, "state_runtime_model_steps_total", "counter", "Forwards of the model in turns.",
         static_cast<double>(model_steps_));
  single(out, "state_runtime_grammar_seconds_total", "counter", "Spent on masks and grammars.",
         grammar_ms_ / 1000);
  head(out, "state_runtime_tokens_total", "counter",
       "Tokens that turns read, that the model chose, and that a grammar forced.");
  for (const auto& [kind, count] :
       {std::pair{"read", read_}, {"chosen", chosen_}, {"forced", forced_}}) {
    fmt::format_to(to, "state_runtime_tokens_total{{kind=\"{}\"}} {}\n", kind, count);
  }
  single(out, "state_runtime_draft_tokens_total", "counter",
         "Of those chosen and forced, the ones that a draft had right.",
         static_cast<double>(drafted_));
  return out;
}

}  // namespace sr::host
