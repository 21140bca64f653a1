// engine/machine/machine.h - the byte-level pushdown machine that walks a text through a Program.
//
// Where a text stands is a Config: the set of stacks that can still read on, each a list of
// frames with its counters. Stacks and configs are interned: equal ones are the same object, they
// never change and live as long as the machine, so taking a step back or forking is copying a
// pointer, and what was once worked out about a config (its mask, where a token leads) is kept
// with it for all sessions. Any thread: interning is locked, reading is not.
#pragma once

#include <atomic>
#include <bitset>
#include <cstdint>
#include <deque>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "engine/base/intern.h"
#include "engine/machine/conditions.h"
#include "engine/machine/frame.h"
#include "engine/machine/program.h"

namespace sr::constrain {

struct Mask;
struct ForcedRun;
class TokenMemo;

struct Stack {
  Stack(const Frame& f, const Stack* b, std::uint32_t i) : frame(f), below(b), id(i) {}

  Frame frame;
  const Stack* below;  // nullptr: the whole text is done when this frame is
  std::uint32_t id;
  // Whichever slots have texts: does it go on to an end; and does it when it waits below another
  // frame that is done?
  bool sure = true, sure_below = true;
  bool opened = false;  // stands inside a slot, and belongs to one opened matcher
  mutable std::atomic<const Stack*> twin{nullptr};  // see Machine::representative
  mutable std::atomic<const Mask*> mask{nullptr};
};

struct Config {
  Config(std::vector<const Stack*> s, bool end, std::uint32_t i)
      : stacks(std::move(s)), may_end(end), id(i) {}

  std::vector<const Stack*> stacks;  // by id
  bool may_end;
  std::uint32_t id;
  bool sure = true;     // some stack is, or the text may end
  bool opened = false;  // some stack is
  mutable std::atomic<const Mask*> mask{nullptr};
  mutable std::atomic<const ForcedRun*> forced{nullptr};
  mutable std::atomic<TokenMemo*> memo{nullptr};
};

// Stacks while they are collected; may hold one twice until it is interned.
struct StackSet {
  std::vector<const Stack*> stacks;
  bool may_end = false;
  void clear() { stacks.clear(), may_end = false; }
  bool empty() const { return stacks.empty() && !may_end; }
};

class Machine {
 public:
  static constexpr std::size_t kMostStacks = 5000;  // of one config

  // `horizon`: the most bytes that one token can have.
  Machine(const Program& program, std::size_t horizon);
  virtual ~Machine() = default;
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  const Program& program() const { return program_; }
  const Config* start() const { return start_; }
  const Config* ended() const { return ended_; }  // behind the end token

  // Steps inside an automaton; false when `byte` cannot be read.
  static bool step_automaton(const Automaton& a, Frame& f, std::uint8_t byte);
  // May `byte` come next?
  bool reads(const Stack* stack, std::uint8_t byte) const;
  // Is the byte, which must be readable, white space between two parts of an array or object?
  // Which one it is makes no difference then.
  bool skips(const Stack* stack, std::uint8_t byte) const;
  // Adds what stands behind `byte`, which must be readable.
  void step(const Stack* stack, std::uint8_t byte, StackSet& out);
  void step(std::span<const Stack* const> stacks, std::uint8_t byte, StackSet& out);
  // What a text goes on with when the frame above `stack` is done.
  void resume(const Stack* stack, StackSet& out);
  // What may be read instead of the next byte of `f`, an automaton's frame on top of `below`: what
  // it calls here, and what follows it when it may be done.
  void leave(const Automaton& a, const Frame& f, const Stack* below, StackSet& out);
  // May the automaton end here?
  static bool done(const Automaton& a, const Frame& f) {
    return f.phase == Frame::kInside && f.count >= a.min && a.dfa->row(f.pos).accepts;
  }
  std::uint32_t horizon() const { return horizon_; }
  // nullptr when the bytes cannot be read.
  const Config* advance(const Config* from, std::span<const std::uint8_t> bytes);

  std::bitset<256> next_bytes(const Config* config) const;
  std::bitset<256> next_bytes(std::span<const Stack* const> stacks) const;
  virtual const Config* intern(StackSet& set);
  virtual const Stack* push(const Frame& frame, const Stack* below);
  // Does it stand before or in a slot, whose texts only an opened matcher knows?
  bool in_slot(const Stack* stack) const {
    return has_slots_ && std::holds_alternative<Slot>(program_.node(stack->frame.node).what);
  }
  bool has_slots() const { return has_slots_; }
  // A stack that allows the same tokens: counters far from their bounds are brought to one
  // value, so that the mask of one position in a long list or string serves the others.
  const Stack* representative(const Stack* stack);
  const Config* representative(const Config* config);

  // Bytes held. Grows with the positions that texts have visited.
  std::size_t memory() const { return memory_.load(std::memory_order_relaxed); }
  void charge(std::size_t bytes) { memory_.fetch_add(bytes, std::memory_order_relaxed); }

 protected:
  struct Shared {};
  // For one opened matcher: nothing of its own yet.
  Machine(Shared, const Machine& shared)
      : program_(shared.program_), has_slots_(shared.has_slots_), horizon_(shared.horizon_),
        start_(shared.start_), ended_(shared.ended_) {}
  // What is written in a slot; nothing can be read there without its texts.
  virtual bool reads_slot(const Stack*, std::uint8_t) const { return false; }
  virtual void step_slot(const Stack*, std::uint8_t, StackSet&) {}
  const Stack* push_own(const Frame& frame, const Stack* below);
  const Config* intern_own(StackSet& set);
  static void tidy(StackSet& set);
  bool opened_ = false;

 private:
  void enter(NodeId node, const Stack* below, StackSet& out);
  void enter_calls(const Automaton& a, const Frame& f, const Stack* below, StackSet& out);
  bool resume_automaton(const Stack* stack, StackSet& out);
  bool resume_repeat(const Stack* stack, StackSet& out);
  void resume_value(const Stack* stack, StackSet& out);
  void step_array(const Stack* stack, std::uint8_t byte, StackSet& out);
  void step_object(const Stack* stack, std::uint8_t byte, StackSet& out);
  bool reads_array(const Frame& f, std::uint8_t byte) const;
  bool reads_object(const Frame& f, std::uint8_t byte) const;
  void step_distinct(const Stack* stack, std::uint8_t byte, StackSet& out);
  bool reads_distinct(const Frame& f, std::uint8_t byte) const;
  bool reads_space(const Frame& f, std::uint8_t byte) const;
  Frame settled(const Frame& frame) const;

  const Program& program_;
  const bool has_slots_;
  const std::uint32_t horizon_;
  std::mutex mutex_;
  std::deque<Stack> stacks_;
  std::deque<Config> configs_;
  InternTable<Stack> stack_table_;
  InternTable<Config> config_table_;
  std::atomic<std::size_t> memory_{0};
  const Config* start_;
  const Config* ended_;
};

}  // namespace sr::constrain
