// host/session/upkeep.h - what a model has read of a session is saved now and then, and never grows
// past what the model can hold.
//
// Executor thread, as part of the session's own queue of work. None of it changes what a client
// sees; what fails is tried again later, and the log is always enough to go on from.
#pragma once

#include <functional>
#include <optional>

#include "host/session/engine.h"
#include "host/session/session.h"

namespace sr::host {

// True when an event of the session is waiting: then what can be put off is put off.
using SomeoneWaits = std::function<bool()>;

// The sequence is so near the model's limit that tend() must come before the next event.
bool crowded(const Model& model, const Session& session);

// REQUIRES: nothing is unread. When a sequence is half full, rebases it: a `rebase` entry keeps a
// short log (the preamble, the screen, the last events, what is shown), a fresh sequence reads it in
// slices while the old one goes on, and takes its place when it has caught up. Otherwise saves the
// sequence in the store when it has read enough to be worth it: a snapshot of n KiB when n tokens
// have come since the last one.
Async<void> tend(Engine& engine, Model& model, Session& session,
                 const SomeoneWaits& someone_waits);

// What the newest snapshot of this model holds, when it is in order and not older than `rebase`.
Async<std::optional<ModelState>> load_snapshot(Engine& engine, Model& model, const Session& session,
                                               std::uint64_t rebase);

}  // namespace sr::host
