// host/turn/turn.h - one turn: from an event to its patch.
//
// Executor thread; one turn at a time per session. A turn that does not commit leaves session and
// sequence as they were.
#pragma once

#include <functional>

#include "host/session/engine.h"
#include "host/session/session.h"
#include "host/session/upkeep.h"
#include "host/turn/event.h"

namespace sr::host {

class RepaintGroup;

// Called with operations over the view while a screen is still being decoded (preview.h).
using ShowPreview = std::function<void(const Json& ops)>;

// What a turn tells those who wait for it, and asks of them.
struct TurnListener {
  // Once, as soon as the turn's fate is durable: the moment to answer the client.
  std::function<void(const TurnOutcome&)> deliver;
  // Then what the model has not read is left to the next event's turn, and upkeep keeps short.
  SomeoneWaits someone_waits;
  ShowPreview show_preview;  // may be empty
  // After `deliver`: a moment in which someone may go on. May be empty: none.
  std::function<Async<void>()> pause;
};

// `listener` must stay until the turn is over.
Async<TurnOutcome> run_turn(Engine& engine, Session& session, const Event& event,
                            const TurnListener& listener);

// Runs the session's bindings that read what was touched again, because somebody else did that;
// commits and returns a paint, with empty ops when nothing on screen changed.
Async<TurnOutcome> repaint(Engine& engine, RepaintGroup& group, Session& session,
                           Touched touched);

// After a repaint: the model reads what has come since its last turn, once that is much. A session
// that only looks on would gather it without end.
Async<void> keep_up(Engine& engine, Session& session);

}  // namespace sr::host
