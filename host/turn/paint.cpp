// Step 5: the bindings that the action touched run again; the difference is the patch.
#include <utility>

#include "host/patch/patch.h"
#include "host/session/manifest.h"
#include "host/session/new_row.h"
#include "host/turn/steps.h"

namespace sr::host {
namespace {

// Entries between two checkpoints of a session's view.
constexpr std::uint64_t kCheckpointEvery = 512;

// A screen that the model wrote anew replaces what was there; otherwise only what differs is sent.
Json operations(const Turn& turn) {
  if (turn.decision["kind"] == "manifest") {
    Json replace;
    replace["op"] = "replace";
    replace["path"] = "/components";
    replace["value"] = turn.next.view["components"];
    return Json::array({std::move(replace)});
  }
  return patch::diff_views(turn.session.screen.view, turn.next.view);
}

}  // namespace

Status add_paint_entries(const Model& model, const Session& session, Screen& next, const Json& ops,
                         const std::string& cause, const std::string& hash, std::size_t before,
                         std::vector<LogEntry>& entries, std::uint64_t& painted) {
  const auto seq = session.seq + before + entries.size() + 1;
  if (auto shown = shown_update(next.shown, next.view, seq)) {
    auto entry = entry_for(model, "shown", std::move(*shown));
    if (!entry) return std::move(entry).error();
    entries.push_back(std::move(*entry));
  }
  LogEntry paint;
  paint.kind = "paint";
  paint.at_ms = now_ms();
  Json body;
  body["cause"] = cause;
  body["ops"] = ops;
  body["hash"] = hash;
  paint.body = compact(body);
  entries.push_back(std::move(paint));
  painted = session.seq + before + entries.size();
  note_only_rows(next.bindings, next.view, painted);

  if (painted / kCheckpointEvery != session.seq / kCheckpointEvery) {
    LogEntry checkpoint;
    checkpoint.kind = "checkpoint";
    checkpoint.at_ms = now_ms();
    Json whole;
    whole["painted"] = painted;
    whole["view"] = next.view;
    whole["manifest"] = next.manifest;
    checkpoint.body = compact(whole);
    entries.push_back(std::move(checkpoint));
  }
  return {};
}

Step paint_view(Turn& turn) {
  turn.outcome.painted = turn.session.painted;
  turn.ops = operations(turn);
  if (turn.ops.empty()) return {};
  turn.outcome.hash = patch::view_hash(turn.next.view);
  // What is refused is asked about at most: it has not come to this.
  const bool refused = turn.decision["kind"] == "refuse";
  const auto cause = refused ? std::string() : turn.event.id;
  auto added = add_paint_entries(turn.model, turn.session, turn.next, turn.ops, cause,
                                 turn.outcome.hash, turn.entries.size(), turn.written,
                                 turn.outcome.painted);
  if (!added) return added.error();
  return {};
}

bool too_slow(const Answers& answers, const Binding& binding) {
  const auto budget = static_cast<double>(kPaintBudget.count());
  const auto took = answers.took_ms(binding);
  return took > budget || (binding.slow && took > budget / 4);  // not to and fro
}

Step paint_screen(Turn& turn, Answers& answers) {
  const auto start = Clock::now();
  const auto kind = turn.decision["kind"];
  if (kind == "refuse" || kind == "cancel") return paint_view(turn);
  const bool window = kind == "window";
  if (!window) turn.next.view = unfilled_view(turn.engine.app, turn.engine.guard.catalog(), turn.next.manifest);
  if (kind == "manifest") turn.next.shown.clear();
  const auto wanted = [&](const Binding& b) {
    return !window || (b.component == turn.event.payload["component"] &&
                       b.property.as == BindingProperty::As::kTable);
  };
  if (auto filled = fill(answers, turn.next.bindings, wanted, turn.next.view); !filled) {
    turn.outcome.timings.paint += ms_since(start);
    return filled.error();
  }
  for (auto& binding : turn.next.bindings) {
    if (!wanted(binding)) continue;
    binding.slow = too_slow(answers, binding);
    binding.total.reset();
  }
  if (!window) {
    auto& view = turn.next.view;
    offer_actions(turn.engine.app, turn.engine.actions, turn.next.bindings, view);
    offer_new_rows(turn.engine.app, turn.engine.guard.catalog(), turn.next.bindings, view);
  }
  auto step = paint_view(turn);
  turn.outcome.timings.paint += ms_since(start);
  return step;
}

Step paint_change(Turn& turn, Answers& answers) {
  const auto start = Clock::now();
  auto begun = start;  // anew for the others, once, when a query has taken all of the time
  bool overran = false;
  for (auto& binding : turn.next.bindings) {
    if (!turn.outcome.touched.one_of(binding.plan.tables)) continue;
    const auto left = kPaintBudget.count() - static_cast<std::int64_t>(ms_since(begun));
    if (binding.slow || left <= 0) {
      turn.outcome.left_behind = true;
      continue;
    }
    const auto own = binding.plan.timeout_ms;
    const auto given = static_cast<std::uint64_t>(left);
    const bool shortened = own == 0 || given < own;
    const auto answer = answers.of(binding, shortened ? given : own);
    const bool stopped = answer ? (*answer)->more && !(*answer)->total &&
                                      binding.property.as == BindingProperty::As::kTable
                                : answer.error().code == SR_DEADLINE;
    if (shortened && stopped) {
      binding.slow = turn.outcome.left_behind = true;
      if (!std::exchange(overran, true)) begun = Clock::now();
    } else if (answer) {
      show(binding, **answer, turn.next.view);
    } else if (blames_statement(answer.error().code)) {
      show_error(binding, answers.sentence(answer.error(), binding), turn.next.view);
    } else {
      return answer.error();
    }
  }
  show_errors(turn.next.bindings, turn.next.view);
  auto step = paint_view(turn);
  turn.outcome.timings.paint += ms_since(start);
  return step;
}

}  // namespace sr::host
