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

// Called once, as soon as the turn's fate is durable: the moment to answer the client.
using Deliver = std::function<void(const TurnOutcome&)>;

// Called with operations over the view while a screen is still being decoded (preview.h).
using ShowPreview = std::function<void(const Json& ops)>;

// What can be put off when someone waits: reading what was shown, and the upkeep of the sequence.
Async<TurnOutcome> run_turn(Engine& engine, Session& session, const Event& event, Deliver deliver,
                            SomeoneWaits someone_waits, ShowPreview show_preview = {});

// Runs the session's bindings that read `table` again, because somebody else changed it; commits
// and returns a paint, with empty ops when nothing on screen changed.
Async<TurnOutcome> repaint(Engine& engine, RepaintGroup& group, Session& session,
                           std::string table);

// After a repaint: the model reads what has come since its last turn, once that is much. A session
// that only looks on would gather it without end.
Async<void> keep_up(Engine& engine, Session& session);

}  // namespace sr::host
