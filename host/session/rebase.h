// host/session/rebase.h - a sequence never grows past what its model can hold.
//
// When a sequence is half full, a `rebase` entry keeps a short log: the preamble, the screen, the last
// events with what came of them, and what is shown. A fresh sequence, the successor, reads it in slices
// while the old one goes on, and takes its place when it has caught up (docs/event-log.md).
//
// Executor thread, as part of the session's own queue of work. Errors are the store's and the
// backend's; SR_EXHAUSTED when the short log is too long.
#pragma once

#include <functional>

#include "host/session/engine.h"
#include "host/session/session.h"

namespace sr::host {

// True when an event of the session is waiting: then what can be put off is put off.
using SomeoneWaits = std::function<bool()>;

// The sequence is so near the model's limit that the next event must wait for its successor.
bool crowded(const Model& model, const Session& session);

// REQUIRES for all below: the session has a sequence of this model.
// The sequence is half full, and has grown by an eighth of the limit since the last rebase was tried.
bool rebase_due(const Model& model, const Session& session);

// Logs the short log and gives the sequence a successor that has yet to read it.
Async<Status> rebase(Engine& engine, Model& model, Session& session);

// Lets the successor read: 128 tokens, or all there is unless someone waits and the sequence is not
// crowded. REQUIRES: there is one. After an error it may have read a part: let it go.
Async<Status> bring_up(Engine& engine, Model& model, Session& session,
                       const SomeoneWaits& someone_waits);

}  // namespace sr::host
