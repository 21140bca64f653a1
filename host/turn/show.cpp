// Step 5 of a screen, and its commit. What a command asked to see and is nowhere may be there in
// another reading: then the model goes back to where it was in doubt and takes the other way
// (execution-guided decoding). Only one counts that asks the same of other columns or other tables:
// that nothing is there may well be the answer.
#include <algorithm>

#include "host/session/manifest.h"
#include "host/sql/conditions.h"
#include "host/turn/steps.h"
#include "host/turn/tables.h"

namespace sr::host {
namespace {

constexpr std::size_t kReadings = 6;  // others that are tried
constexpr double kLongest = 500;      // milliseconds; behind these no other is begun
constexpr float kNear = 3;  // of the log-probability of the first; what is less likely is not

// What is known to be slow is done among its like at once; of everything else it shows soon.
Async<Step> fill(Turn& turn) {
  const auto& bindings = turn.next.bindings;
  const auto kind = turn.decision["kind"];
  const bool fills = kind != "refuse" && kind != "cancel";
  bool slow =
      fills && std::any_of(bindings.begin(), bindings.end(), [&](const Binding& b) {
        return b.slow && (kind != "window" || b.component == turn.event.payload["component"]);
      });
  const auto paint = [&turn, &slow](LoadedStore& store, std::chrono::milliseconds within) -> Step {
    auto transaction = store.begin(/*write=*/false);
    if (!transaction) return std::move(transaction).error();
    Answers answers(
        *transaction, [&] { return tables_changed(store, turn.engine.guard); }, within);
    auto step = paint_screen(turn, answers);
    slow = answers.overran();
    return step;
  };
  if (!slow) {
    const auto quickly = [&paint](LoadedStore& store) { return paint(store, StorePool::kQuick); };
    Step step = co_await turn.engine.facts.fill(turn.session.party(), quickly);
    if (!slow) co_return step;
  }
  const auto wholly = [&paint](LoadedStore& store) {
    return paint(store, std::chrono::milliseconds(0));
  };
  co_return co_await turn.engine.facts.fill_long(turn.session.party(), wholly);
}

bool is_screen(const Turn& turn) { return turn.decision.value("kind", "") == "manifest"; }

// The rows of a binding on screen; null when it shows none, but a value or an error.
const Json* rows_of(const Binding& binding, const Json& view) {
  const int place = component_index(view, binding.component);
  if (place < 0 || !binding.error.empty()) return nullptr;
  const auto& component = view["components"][static_cast<std::size_t>(place)];
  const auto rows = component.find(binding.property.fills);
  return rows != component.end() && rows->is_array() ? &*rows : nullptr;
}

bool shows_nothing(const Turn& turn) {
  const auto& bindings = turn.next.bindings;
  const auto is_empty = [&](const Binding& binding) {
    const auto* rows = rows_of(binding, turn.next.view);
    return rows != nullptr && rows->empty();
  };
  return is_screen(turn) && !bindings.empty() &&
         std::all_of(bindings.begin(), bindings.end(), is_empty);
}

bool shows_rows(const Turn& turn) {
  const auto& bindings = turn.next.bindings;
  return std::any_of(bindings.begin(), bindings.end(), [&](const Binding& binding) {
    const auto* rows = rows_of(binding, turn.next.view);
    return rows != nullptr && !rows->empty();
  });
}

// What each query of its components asks.
std::vector<std::vector<sql::Condition>> conditions_of(const Turn& turn) {
  std::vector<std::vector<sql::Condition>> out;
  for (const auto& binding : turn.next.bindings) {
    const int place = component_index(turn.next.manifest, binding.component);
    if (place < 0) continue;
    const auto& component = turn.next.manifest["components"][static_cast<std::size_t>(place)];
    out.push_back(sql::conditions_in(component.value(binding.property.property, std::string())));
  }
  return out;
}

// As many components of the same types, which ask the same.
bool asks_the_same(const Turn& first, const Turn& other) {
  const auto type_of = [](const Json& component) { return component["type"]; };
  return std::ranges::equal(first.next.manifest["components"], other.next.manifest["components"],
                            {}, type_of, type_of) &&
         std::ranges::equal(conditions_of(first), conditions_of(other), sql::asks_the_same);
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

Async<void> look_again(Turn& turn) {
  if (turn.declared || turn.event.kind != EventKind::kCommand || !shows_nothing(turn)) co_return;
  if (std::ranges::none_of(conditions_of(turn), sql::looks_for_something)) co_return;
  const auto start = Clock::now();
  for (auto& way : other_ways(turn)) {
    if (ms_since(start) > kLongest) co_return;
    Turn other = turn;
    other.branch = std::move(way);
    Step step = co_await ask(other);
    if (step && is_screen(other) && asks_the_same(turn, other)) {
      step = co_await fill(other);
      if (step && shows_rows(other)) {
        take(turn, std::move(other));
        co_return;
      }
    }
    if (step.error() != nullptr) co_return;
    turn.outcome.timings = other.outcome.timings;
  }
}

}  // namespace

// A screen is filled while others write; what they change until it is in the log reaches the
// session as a repaint (docs/architecture.md).
Async<Step> show(Turn& turn) {
  if (auto step = co_await fill(turn); !step) co_return step;
  co_await look_again(turn);
  const auto log = [&turn](LoadedStore& store) -> Step {
    auto transaction = store.begin(/*write=*/true);
    if (!transaction) return std::move(transaction).error();
    return commit(turn, *transaction);
  };
  co_return co_await turn.engine.facts.write(log);
}

}  // namespace sr::host
