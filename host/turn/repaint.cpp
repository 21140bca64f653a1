#include "host/session/catch_up.h"
#include "host/turn/repaint_group.h"
#include "host/turn/steps.h"
#include "host/turn/turn.h"

namespace sr::host {
namespace {

constexpr std::size_t kMuchUnread = 512;  // tokens

}  // namespace

Async<TurnOutcome> repaint(Engine& engine, RepaintGroup& group, Session& session,
                           Touched touched) {
  TurnOutcome outcome;
  outcome.painted = session.painted;
  Model& model = *engine.models.at(engine.default_model);
  auto caught_up = co_await catch_up(engine, model, session);
  if (!caught_up) {
    outcome.message = caught_up.error().text();
    co_return outcome;
  }
  const RepaintJob job{&model, &session, &touched};
  auto done = co_await group.run(job);
  if (!done) {
    const auto& error = done.error();
    const bool lost = error.code == SR_CONFLICT || error.code == SR_NOT_FOUND;
    outcome.ending = lost                           ? Ending::kLostSession
                     : blames_statement(error.code) ? Ending::kNotAllowed
                                                    : Ending::kUnavailable;
    outcome.message = error.text();
    co_return outcome;
  }
  outcome.ending = Ending::kPainted;
  if (done->ops.empty()) {
    session.screen.bindings = std::move(done->next.bindings);  // how long they took may be news
    co_return outcome;
  }

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

Async<void> keep_up(Engine& engine, Session& session) {
  Model& model = *engine.models.at(engine.default_model);
  const auto known = session.models.find(model.name);
  if (known == session.models.end() || known->second.unread.size() < kMuchUnread) co_return;
  const auto read = co_await read_unread(model, session);
  const SomeoneWaits nobody_waits = [] { return false; };
  if (read) co_await tend(engine, model, session, nobody_waits);
}

}  // namespace sr::host
