// host/turn/told.h - what the values of a turn's statements may be taken from: the event, and what
// is on screen or was changed last. Pure; any thread.
#pragma once

#include <memory>

#include "host/app/app.h"
#include "host/session/session.h"
#include "host/sql/sources.h"

namespace sr::host {

// Of a command its text and what it mentions, of a click or a form its values, of a new session
// what the app asks for; of the screen what the model was told of its rows, and the values in its
// queries; the keys of the rows that the session changed last; days that were said, and today.
sql::Sources sources_of(const App& app, std::shared_ptr<const sql::KnownValues> known,
                        const Screen& screen, EventKind kind, const Json& payload,
                        const Json& mentions, const History& history, words::Day today);

}  // namespace sr::host
