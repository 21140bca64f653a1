// host/runtime/entry.h - a session in memory: its queue of work and who is looking at it.
//
// Work is done one piece at a time and in order. Executor thread.
#pragma once

#include <deque>
#include <memory>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "host/runtime/connection.h"
#include "host/runtime/pause.h"
#include "host/runtime/share.h"
#include "host/runtime/turnstile.h"
#include "host/session/dependencies.h"
#include "host/session/session.h"
#include "host/wire/message.h"

namespace sr::host {

struct CreateWork {
  ConnectionPtr connection;
};
struct AttachWork {
  ConnectionPtr connection;
  wire::Hello hello;
};
struct EventWork {
  ConnectionPtr connection;  // null: made by the host
  wire::EventMessage message;
  Ticket ticket;             // of one that was waited for
};
struct RepaintWork {
  Touched touched = Touched::everything();
};
// Reading what the model has not read yet, while nobody waits for it.
struct CatchUpWork {
  std::vector<LogEntry> entries;  // of the whole log, as restored
};

using Work = std::variant<CreateWork, AttachWork, EventWork, RepaintWork, CatchUpWork>;

struct Entry {
  std::string id;       // empty until created
  bool loaded = false;  // `session` is filled
  Session session;
  std::deque<Work> queue;
  bool running = false;
  Pause pause;                           // of the turn that is running
  bool stale = false;                    // facts that it shows changed while nobody looked
  std::size_t attaching = 0;             // connections that are on their way in beside the queue
  std::set<ConnectionPtr> connections;   // those that have shown the session's token
  Clock::time_point idle_since = Clock::now();
  bool touched = false;                  // a client has sent an event
  std::string peer;                      // who came first; empty: nobody on the network
  Seats::Seat seat;                      // of that peer
  CountedBytes bytes;                    // of the sequences that it has for itself
};
using EntryPtr = std::shared_ptr<Entry>;

// Nobody looks at it and nothing happens in it: it may be let go.
inline bool idle(const Entry& entry) {
  return !entry.running && entry.attaching == 0 && entry.connections.empty();
}

}  // namespace sr::host
