#include "host/turn/turn.h"

#include <algorithm>

#include "host/session/window.h"
#include "host/turn/event_values.h"
#include "host/turn/steps.h"
#include "host/turn/tables.h"

namespace sr::host {
namespace {

// A statement that does not run although the guard let it through is not the model's fault when the
// tables are not those that it was told of.
Step blamed(const Turn& turn, LoadedStore& store, Step step) {
  const Rejection* rejection = step.rejection();
  if (rejection == nullptr || rejection->by != "store") return step;
  if (auto changed = tables_changed(store, turn.engine.guard)) return *std::move(changed);
  return step;
}

// What was found out of a change that is to be confirmed, or of which nobody knows what it is
// about; the facts are as they were.
Step put_forward(Turn& turn, LoadedStore& store) {
  if (auto step = turn.proposed ? propose(turn) : ask_back(turn); !step) return step;
  if (auto step = paint_view(turn); !step) return step;
  auto transaction = store.begin(/*write=*/true);
  if (!transaction) return std::move(transaction).error();
  return commit(turn, *transaction);
}

// An action, what it changed on screen and the log are one transaction.
Async<Step> change(Turn& turn) {
  const auto work = [&turn](LoadedStore& store) -> Step {
    auto transaction = store.begin(/*write=*/true);
    if (!transaction) return std::move(transaction).error();
    if (auto step = act(turn, *transaction); !step) return blamed(turn, store, step);
    if (turn.proposed || !turn.candidates.empty()) {
      transaction->rollback();
      return put_forward(turn, store);
    }
    Answers answers(*transaction, [&] { return tables_changed(store, turn.engine.guard); });
    if (auto step = paint_change(turn, answers); !step) return step;
    return commit(turn, *transaction);
  };
  co_return co_await turn.engine.facts.write(work);
}

// One try: everything up to a committed turn, or why not.
Async<Step> attempt(Turn& turn) {
  if (auto step = co_await decide(turn); !step) co_return step;
  if (turn.acts()) co_return co_await change(turn);
  co_return co_await show(turn);
}

Ending ending_of(const Error& error) {
  const bool lost = error.code == SR_CONFLICT || error.code == SR_NOT_FOUND;
  return lost ? Ending::kLostSession : Ending::kUnavailable;
}

Ending ending_of(const Rejection& rejection) {
  return rejection.by == "decode" ? Ending::kModelFailed : Ending::kNotAllowed;
}

// Code answers it, in every app.
bool needs_no_model(EventKind kind) {
  return kind == EventKind::kWindow || kind == EventKind::kUndo || kind == EventKind::kRedo ||
         kind == EventKind::kApply || kind == EventKind::kCancel;
}

TurnOutcome unroutable(std::string why) {
  TurnOutcome outcome;
  outcome.ending = Ending::kUnroutable;
  outcome.message = std::move(why);
  return outcome;
}

void end(Turn& turn, Ending ending, std::string message) {
  turn.outcome.ending = ending;
  turn.outcome.message = std::move(message);
  turn.outcome.painted = turn.session.painted;
  turn.outcome.hash.clear();
  turn.outcome.touched = {};
  turn.outcome.did.reset();
  turn.outcome.left_behind = false;
}

}  // namespace

Async<TurnOutcome> run_turn(Engine& engine, Session& session, const Event& given,
                            const TurnListener& listener) {
  static const Route kNoModel;
  const Event event = with_row_key(given, session.screen);
  const bool window = event.kind == EventKind::kWindow;
  const bool no_model = needs_no_model(event.kind);
  const auto route = engine.app.routes.find(event.kind);
  std::string wrong;
  if (window) {
    wrong = window_mistake(session.screen, engine.app.policy, event.payload);
  } else if (event.kind == EventKind::kCommand) {
    wrong = row_mistake(engine, event.payload);
  }
  if (wrong.empty() && !no_model && route == engine.app.routes.end()) {
    wrong = std::string("this app takes no events of kind ") + to_string(event.kind);
  }
  if (!wrong.empty()) {
    const auto outcome = unroutable(std::move(wrong));
    listener.deliver(outcome);
    co_return outcome;
  }

  Turn turn(engine, session, event, no_model ? kNoModel : route->second);
  turn.show_preview = listener.show_preview;
  Step step = co_await accept(turn);
  if (turn.outcome.ending == Ending::kDuplicate) {
    listener.deliver(turn.outcome);
    co_return std::move(turn.outcome);
  }
  for (std::uint32_t tries = 1; step; ++tries) {
    step = co_await attempt(turn);
    if (step) {
      take_over(turn);
      break;
    }
    const Rejection* rejection = step.rejection();
    if (rejection == nullptr) break;
    reject(turn, *rejection);
    if (tries < turn.route.attempts && !turn.declared && !rejection->final) {
      step = Step();
      continue;
    }
    end(turn, ending_of(*rejection), rejection->why);
    step = co_await give_up(turn);
    break;
  }
  if (const Error* error = step.error(); error != nullptr)
    end(turn, ending_of(*error), error->text());

  if (turn.preview) turn.preview->end();
  listener.deliver(turn.outcome);
  if (turn.outcome.seq != 0) co_await settle(turn, listener);
  co_return std::move(turn.outcome);
}

}  // namespace sr::host
