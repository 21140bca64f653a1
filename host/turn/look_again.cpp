// What a command asked to see and is nowhere may be there in another reading: then the model goes
// back to where it was in doubt and takes the other way (execution-guided decoding). Only one
// counts that asks the same, of one other column at most: that nothing is there may well be the
// answer.
#include <algorithm>
#include <optional>

#include "host/session/manifest.h"
#include "host/sql/conditions.h"
#include "host/turn/steps.h"

namespace sr::host {
namespace {

constexpr std::size_t kReadings = 6;  // others that are tried
constexpr double kLongest = 500;      // milliseconds; behind these no other is begun
constexpr float kNear = 3;  // of the log-probability of the first; what is less likely is not tried

bool is_screen(const Turn& turn) { return turn.decision.value("kind", "") == "manifest"; }

// How many rows its lists show. Nothing: it has none, or a value or an error beside them.
std::optional<std::size_t> rows_shown(const Turn& turn) {
  std::optional<std::size_t> out;
  const auto& view = turn.next.view;
  for (const auto& binding : turn.next.bindings) {
    const int place = component_index(view, binding.component);
    if (place < 0 || !binding.error.empty()) return std::nullopt;
    const auto& component = view["components"][static_cast<std::size_t>(place)];
    const auto rows = component.find(binding.property.fills);
    if (rows == component.end() || !rows->is_array()) return std::nullopt;
    out = out.value_or(0) + rows->size();
  }
  return out;
}

// What each query asks. Nothing: one of them asks what cannot be compared.
using Asked = std::vector<sql::Conditions>;
std::optional<Asked> conditions_of(const Turn& turn) {
  Asked out;
  for (const auto& binding : turn.next.bindings) {
    const int place = component_index(turn.next.manifest, binding.component);
    const auto& component = turn.next.manifest["components"][static_cast<std::size_t>(place)];
    auto asked = sql::conditions_in(component[binding.property.property].get<std::string>());
    if (!asked) return std::nullopt;
    out.push_back(std::move(*asked));
  }
  return out;
}

// As many components of the same types, which ask the same.
bool asks_the_same(const Turn& first, const Asked& asked, const Turn& other) {
  const auto type_of = [](const Json& component) { return component["type"]; };
  const auto others = conditions_of(other);
  return others &&
         std::ranges::equal(first.next.manifest["components"], other.next.manifest["components"],
                            {}, type_of, type_of) &&
         std::ranges::equal(asked, *others, sql::asks_the_same);
}

// Where the model was most in doubt what to show, and the way that it did not take.
std::vector<Branch> other_ways(const Turn& turn) {
  const auto& vocabulary = turn.model.scheduler.backend().vocabulary();
  const auto& tokens = turn.decoded.tokens;
  std::string written;
  std::size_t screen = 0;  // tokens, behind which it is decided that a screen is written
  for (; screen < tokens.size() && written.find("\"components\"") == std::string::npos; ++screen)
    written += token_bytes(vocabulary, tokens[screen]);
  auto doubts = turn.decoded.doubts;
  std::erase_if(doubts, [&](const Doubt& d) { return d.at < screen || d.margin > kNear; });
  std::ranges::stable_sort(doubts, {}, &Doubt::margin);
  doubts.resize(std::min(doubts.size(), kReadings));
  std::vector<Branch> out;
  for (const auto& doubt : doubts) {
    const auto there = tokens.begin() + static_cast<std::ptrdiff_t>(doubt.at);
    if (there != tokens.end()) out.push_back({{tokens.begin(), there}, *there});
  }
  return out;
}

// The attempt of `other` takes the place of that of `turn`.
void take(Turn& turn, Turn&& other) {
  turn.sequence = std::move(other.sequence);
  turn.prompt = std::move(other.prompt);
  turn.decoded = std::move(other.decoded);
  turn.decision = std::move(other.decision);
  turn.next = std::move(other.next);
  turn.ops = std::move(other.ops);
  turn.written = std::move(other.written);
  turn.outcome = std::move(other.outcome);
}

}  // namespace

Async<void> look_again(Turn& turn) {
  const bool asked = !turn.declared && turn.event.kind == EventKind::kCommand && is_screen(turn);
  if (!asked || rows_shown(turn) != 0U) co_return;
  const auto conditions = conditions_of(turn);
  if (!conditions || std::ranges::none_of(*conditions, sql::looks_for_something)) co_return;
  const auto start = Clock::now();
  for (auto& way : other_ways(turn)) {
    if (ms_since(start) > kLongest) co_return;
    Turn other = turn;
    other.branch = std::move(way);
    Step step = co_await ask(other);
    if (step && is_screen(other) && asks_the_same(turn, *conditions, other)) {
      step = co_await fill_screen(other);
      if (step && rows_shown(other).value_or(0) > 0) {
        take(turn, std::move(other));
        co_return;
      }
    }
    if (step.error() != nullptr) co_return;
    turn.outcome.timings = other.outcome.timings;
  }
}

}  // namespace sr::host
