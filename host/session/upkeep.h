// host/session/upkeep.h - what a model has read of a session is saved now and then, and never grows
// past what the model can hold.
//
// Executor thread, as part of the session's own queue of work. None of it changes what a client
// sees; what fails is tried again later, and the log is always enough to go on from.
#pragma once

#include <optional>

#include "host/session/rebase.h"

namespace sr::host {

// Rebases the sequence when it is due (rebase.h), or goes on with that. Otherwise, when nothing is
// unread, saves it in the store when it has read enough to be worth it: a snapshot of n KiB when n
// tokens have come since the last one.
Async<void> tend(Engine& engine, Model& model, Session& session,
                 const SomeoneWaits& someone_waits);

// What the newest snapshot of this model holds, when it is in order and not older than `rebase`.
Async<std::optional<ModelState>> load_snapshot(Engine& engine, Model& model, const Session& session,
                                               std::uint64_t rebase);

}  // namespace sr::host
