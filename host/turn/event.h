// host/turn/event.h - what a client did, and what came of it. Plain data.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "host/app/app.h"
#include "host/base/clock.h"
#include "host/base/json.h"
#include "host/session/dependencies.h"

namespace sr::host {

struct Event {
  std::string id;         // the client's, or one that the host made
  EventKind kind = EventKind::kClick;
  std::string component;  // may be empty
  Json payload;
  std::optional<std::uint64_t> base_seq{};  // of the paint that whoever did it looked at, if told
  bool made_here = false;  // the host made the id, so nobody can have sent it before
  Clock::time_point received = Clock::now();
};

// Milliseconds of each step of one turn (docs/architecture.md), and what the model did in it.
struct Timings {
  double wait = 0, accept = 0, read = 0, decode = 0, act = 0, paint = 0, commit = 0, settle = 0;
  std::uint32_t model_steps = 0;  // forwards, not counting those of `settle`
  std::uint32_t prompt_tokens = 0, sampled_tokens = 0, forced_tokens = 0;
  std::uint32_t ahead_tokens = 0;  // of those sampled and forced: a draft had them right
  double mask = 0;  // of `decode`: masks and grammar
};

struct StepTime {
  const char* name;
  double Timings::*ms;
};
// In their order. `settle` comes after the answer.
inline constexpr StepTime kStepTimes[] = {
    {"wait", &Timings::wait},     {"accept", &Timings::accept}, {"read", &Timings::read},
    {"decode", &Timings::decode}, {"act", &Timings::act},       {"paint", &Timings::paint},
    {"commit", &Timings::commit}, {"settle", &Timings::settle}};

// What a turn has changed, in words, and the seq of the change, when it can be undone or redone.
struct Did {
  std::string says;
  std::uint64_t undo = 0, redo = 0;
};

enum class Ending {
  kPainted,      // committed; `ops` may be empty when nothing on screen changed
  kRefused,      // committed; the model said no, in `message`
  kDuplicate,    // the event was taken before, at `seq`; nothing ran
  kNotAllowed,   // logged; the guard, policy or database refused what the model wrote
  kModelFailed,  // logged; no valid answer within the attempts and the time
  kUnavailable,  // not logged; the store could not commit
  kLostSession,  // not logged; another host owns the session now, or has deleted it
  kUnroutable,   // not logged; the app has no route for this kind of event
};

struct TurnOutcome {
  Ending ending = Ending::kUnavailable;
  Ending past = Ending::kPainted;  // of a duplicate: how it ended when it was taken
  std::string message;        // one sentence for a person, unless painted
  std::uint64_t seq = 0;      // of the event's entry in the log; 0 when it is not there
  std::uint64_t painted = 0;  // of the paint
  Json ops = Json::array();
  std::string hash;           // of the view after `ops`
  std::optional<Did> did;     // of an action
  Touched touched;            // the tables that the action changed, and all that this reaches
  bool left_behind = false;   // something on screen still shows what was before: repaint it
  Timings timings;
};

}  // namespace sr::host
