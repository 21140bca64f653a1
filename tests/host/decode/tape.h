// tests/host/decode/tape.h - a backend that remembers every token and every call.
//
// What it says is the line of `lines` whose name stands before the last '>' that it read: after
// "a>" it says lines["a"], token by token, each time the longest token that the mask allows.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "host/decode/scheduler.h"
#include "state_runtime/backend.hpp"

namespace sr::host::testing {

// What the test set up and what the backend saw; all under `mutex`.
struct TapeDeck {
  std::vector<std::string> words;            // multi-byte tokens beside the single bytes
  std::vector<std::string> specials;         // special tokens
  std::map<std::string, std::string> lines;
  std::function<void(std::int32_t&)> on_pick;  // may falsify what is chosen

  std::mutex mutex;
  std::condition_variable changed;
  // forward() waits here; before it listens to interrupts when `deaf`, else for an interrupt, too.
  bool hold = false, deaf = false;
  bool stall = false;                        // forward() lasts until it is interrupted
  std::size_t fail_forward = 0;              // this forward() fails for all its items; from 1
  int held = 0;                              // forwards that wait now
  bool running = false, interrupted = false; // as interrupt() sees it
  std::vector<std::vector<std::size_t>> forwards;  // tokens of each item of each call
  std::vector<std::size_t> samples;          // picks of each call
  bool keeps = true;                         // whether it can forget tokens
  std::vector<std::size_t> kept;             // of each keep()
  std::vector<std::uint64_t> pins;           // tokens of each call
  std::set<std::thread::id> threads;         // of every [worker] call
  int alive = 0;

  void wait_until(const std::function<bool()>& condition) {
    std::unique_lock lock(mutex);
    changed.wait(lock, condition);
  }
  void set(bool& flag, bool value) {
    std::lock_guard lock(mutex);
    flag = value;
    changed.notify_all();
  }
  void on_worker() {
    std::lock_guard lock(mutex);
    threads.insert(std::this_thread::get_id());
  }
};

struct TapeSequence final : sr::Sequence {
  explicit TapeSequence(TapeDeck& d) : deck(d) { count(1); }
  TapeSequence(const TapeSequence& other)
      : sr::Sequence(other), deck(other.deck), tokens(other.tokens), last(other.last),
        kept(other.kept), logits(other.logits) {
    count(1);
  }
  ~TapeSequence() override { count(-1); }
  void count(int change) {
    std::lock_guard lock(deck.mutex);
    deck.threads.insert(std::this_thread::get_id());
    deck.alive += change;
    deck.changed.notify_all();
  }
  TapeDeck& deck;
  std::vector<std::int32_t> tokens;
  std::size_t last = 0, kept = 0;        // tokens of the last forward, and how many of them stay
  std::uint32_t logits = SR_LOGITS_NONE; // of the last forward
};

// A backend that plays the deck; the deck must outlive it.
LoadedBackend tape(TapeDeck& deck);

// The tokens that the sequence has read; only while the worker has nothing to do.
const std::vector<std::int32_t>& read_by(const SharedSequence& sequence);

}  // namespace sr::host::testing
