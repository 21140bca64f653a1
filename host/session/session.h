// host/session/session.h - one user's running app, as the owning host holds it in memory.
//
// Everything here can be made again from the log. Lives on the executor thread; a turn is the
// only writer, and one turn runs at a time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/app/app.h"
#include "host/base/json.h"
#include "host/decode/sequence.h"
#include "host/session/history.h"
#include "host/session/proposal.h"
#include "host/session/shown.h"
#include "host/sql/window.h"

namespace sr::host {

// A query of a component on screen, planned once.
struct Binding {
  std::string component;  // its id
  BindingProperty property;
  sql::Plan plan;
  // It did not fit into the time that a change's transaction gives to the screen: it is run after
  // the commit, until it has been quick again.
  bool slow = false;
  sql::Window window{};  // which of the rows are shown
  bool moved = false;    // by a person; until the next manifest
  // How many rows there are, when that is known and no table has changed since: not counted again.
  std::optional<std::uint64_t> total{};
  std::string error{};  // why it could not be filled the last time; empty when it was
  // The key of the only row that it shows, and the seq of the paint that first showed it; null:
  // there are several, or none, or it was not painted since the session was loaded.
  Json only_key{};
  std::uint64_t only_since = 0;
};

// The screen: what the model wrote, and that filled with rows.
struct Screen {
  Json manifest;  // null before the first one
  Json view;
  std::vector<Binding> bindings;
  Shown shown;  // what the model was told of it
  std::optional<Proposal> proposal{};  // a change that waits to be confirmed
};

// A backend's sequence and how far it has read the log.
struct Reading {
  SharedSequence sequence;
  bool borrowed = false;             // others have the same: it is forked before it reads on
  std::uint64_t read_seq = 0;        // entries up to here are in `sequence` or in `unread`
  std::vector<std::int32_t> unread;  // tokens to forward before anything else
  std::uint64_t length = 0;          // tokens in `sequence`
};

// What one backend carries of the session.
struct ModelState : Reading {
  std::uint64_t begun_length = 0;    // where the next rebase is reckoned from
  std::uint64_t saved_length = 0;    // of the sequence, when it was saved last or begun
  std::uint64_t saved_bytes = 0;     // of its last snapshot
  std::optional<Reading> successor;  // of a short log, to take its place (rebase.h)
};

struct Session {
  std::string id, user, epoch, token_hash;
  std::string peer;  // the network address of whoever has it, or empty
  std::uint64_t fence = 0;
  std::uint64_t seq = 0;      // of the last log entry
  std::uint64_t painted = 0;  // seq of the last paint; what clients are at
  Screen screen;
  History history;            // what can be undone and redone
  std::map<std::string, ModelState> models;  // by backend name

  // Who waits when it waits: all sessions of one address together.
  const std::string& party() const { return peer.empty() ? id : peer; }
};

}  // namespace sr::host
