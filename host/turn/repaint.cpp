#include <algorithm>

#include "host/patch/patch.h"
#include "host/session/catch_up.h"
#include "host/turn/steps.h"

namespace sr::host {
namespace {

struct Repainted {
  Screen next;
  Json ops = Json::array();
  std::string hash;
  std::vector<LogEntry> entries;
  std::uint64_t painted = 0;
};

Result<Repainted> run_bindings(const Model& model, const Session& session, const std::string& table,
                               LoadedStore& store) {
  Repainted out;
  out.next = session.screen;
  out.painted = session.painted;
  auto transaction = store.begin(/*write=*/true);
  if (!transaction) return std::move(transaction).error();
  const auto touched = [&](const Binding& b) {
    const auto& tables = b.plan.tables;
    return table.empty() || std::find(tables.begin(), tables.end(), table) != tables.end();
  };
  if (auto filled = fill(*transaction, out.next.bindings, touched, out.next.view); !filled) {
    return filled.error();
  }
  out.ops = patch::diff_views(session.screen.view, out.next.view);
  if (out.ops.empty()) return out;
  out.hash = patch::view_hash(out.next.view);
  if (auto added = add_paint_entries(model, session, out.next, out.ops, "", out.hash, 0, out.entries,
                                     out.painted);
      !added) {
    return added.error();
  }
  if (auto done = append_and_commit(*transaction, session, out.entries); !done) return done.error();
  return out;
}

}  // namespace

Async<TurnOutcome> repaint(Engine& engine, Session& session, std::string table) {
  TurnOutcome outcome;
  outcome.painted = session.painted;
  Model& model = *engine.models.at(engine.default_model);
  auto caught_up = co_await catch_up(engine, model, session);
  if (!caught_up) {
    outcome.message = caught_up.error().text();
    co_return outcome;
  }
  auto done = co_await engine.facts.run([&](LoadedStore& store) {
    return run_bindings(model, session, table, store);
  });
  if (!done) {
    const auto& error = done.error();
    outcome.ending = error.code == SR_CONFLICT ? Ending::kLostSession : Ending::kUnavailable;
    outcome.message = error.text();
    co_return outcome;
  }
  outcome.ending = Ending::kPainted;
  if (done->ops.empty()) co_return outcome;

  auto& state = session.models[model.name];
  for (const auto& entry : done->entries) {
    state.unread.insert(state.unread.end(), entry.tokens.begin(), entry.tokens.end());
  }
  session.seq += done->entries.size();
  state.read_seq = session.seq;
  session.painted = done->painted;
  session.screen = std::move(done->next);
  outcome.painted = session.painted;
  outcome.ops = std::move(done->ops);
  outcome.hash = std::move(done->hash);
  co_return outcome;
}

}  // namespace sr::host
