// Step 5: the bindings that the action touched run again; the difference is the patch.
#include "host/patch/patch.h"
#include "host/session/manifest.h"
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

Step paint(Turn& turn, TransactionRef& transaction) {
  const auto start = Clock::now();
  turn.outcome.painted = turn.session.painted;
  const auto kind = turn.decision["kind"];
  if (kind == "refuse") return {};
  const bool new_screen = kind != "sql";
  if (new_screen) turn.next.view = unfilled_view(turn.engine.app, turn.next.manifest);
  if (kind == "manifest") turn.next.shown.clear();
  auto filled = fill(transaction, turn.next.bindings,
                     [&](const Binding& b) {
                       return new_screen || turn.outcome.touched.one_of(b.plan.tables);
                     },
                     turn.next.view);
  if (!filled) {
    if (!blames_statement(filled.error().code)) return filled.error();
    return Rejection{"store", "binding", filled.error().what};
  }
  turn.ops = operations(turn);
  if (!turn.ops.empty()) {
    turn.outcome.hash = patch::view_hash(turn.next.view);
    auto added = add_paint_entries(turn.model, turn.session, turn.next, turn.ops, turn.event.id,
                                   turn.outcome.hash, turn.entries.size(), turn.written,
                                   turn.outcome.painted);
    if (!added) return added.error();
  }
  turn.outcome.timings.paint += ms_since(start);
  return {};
}

}  // namespace sr::host
