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
#include "host/session/shown.h"
#include "host/sql/guard.h"

namespace sr::host {

// A query of a component on screen, planned once.
struct Binding {
  std::string component;  // its id
  BindingProperty property;
  sql::Plan plan;
};

// The screen: what the model wrote, and that filled with rows.
struct Screen {
  Json manifest;  // null before the first one
  Json view;
  std::vector<Binding> bindings;
  Shown shown;  // what the model was told of it
};

// A fresh sequence that reads a short log, a slice at a time, to take the place of one that has grown
// long (upkeep.h).
struct Successor {
  SharedSequence sequence;
  std::uint64_t read_seq = 0;        // entries up to here are in `sequence` or in `unread`
  std::vector<std::int32_t> unread;
  std::uint64_t length = 0;          // tokens in `sequence`
};

// How far one backend has read the log.
struct ModelState {
  SharedSequence sequence;
  std::uint64_t read_seq = 0;        // entries up to here are in `sequence` or in `unread`
  std::vector<std::int32_t> unread;  // tokens to forward before anything else
  std::uint64_t length = 0;          // tokens in `sequence`
  std::uint64_t begun_length = 0;    // of them, that a rebase began with
  std::uint64_t saved_length = 0;    // of them, when it was saved last or begun
  std::uint64_t saved_bytes = 0;     // of its last snapshot
  std::optional<Successor> successor;
};

struct Session {
  std::string id, user, epoch, token_hash;
  std::uint64_t fence = 0;
  std::uint64_t seq = 0;      // of the last log entry
  std::uint64_t painted = 0;  // seq of the last paint; what clients are at
  Screen screen;
  std::map<std::string, ModelState> models;  // by backend name
};

}  // namespace sr::host
