// Step 5 of a screen, and its commit.
#include <algorithm>

#include "host/turn/steps.h"
#include "host/turn/tables.h"

namespace sr::host {

// What is known to be slow is done among its like at once; of everything else it shows soon.
Async<Step> fill_screen(Turn& turn) {
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

// A screen is filled while others write; what they change until it is in the log reaches the
// session as a repaint (docs/architecture.md).
Async<Step> show(Turn& turn) {
  if (auto step = co_await fill_screen(turn); !step) co_return step;
  co_await look_again(turn);
  const auto log = [&turn](LoadedStore& store) -> Step {
    auto transaction = store.begin(/*write=*/true);
    if (!transaction) return std::move(transaction).error();
    return commit(turn, *transaction);
  };
  co_return co_await turn.engine.facts.write(log);
}

}  // namespace sr::host
