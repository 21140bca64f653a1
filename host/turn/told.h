// host/turn/told.h - what the values of a turn's statements may be taken from: the event, and what
// is on screen or was changed last. Pure; any thread.
#pragma once

#include <memory>

#include "host/app/app.h"
#include "host/session/mentions.h"
#include "host/session/session.h"
#include "host/sql/sources.h"

namespace sr::host {

// What an event says, as it is kept by whoever asks.
struct Heard {
  EventKind kind;
  const Json &payload, &mentions;
  const words::SpokenDays& days;
  words::Day today;
};

// The days of a command, or of what the app asks for when a session opens, beside a screen.
words::SpokenDays days_heard(const App& app, EventKind kind, const Json& payload,
                             const Mentions& on_screen, words::Day today);

// Of a command its text and what it mentions, of a click or a form its values, of a new session
// what the app asks for; of the screen what the model was told of its rows, and the values in its
// queries; the keys of the rows that the session changed last; days that were said, and today.
sql::Sources sources_of(const App& app, std::shared_ptr<const sql::KnownValues> known,
                        const Screen& screen, const Heard& heard, const History& history);

}  // namespace sr::host
