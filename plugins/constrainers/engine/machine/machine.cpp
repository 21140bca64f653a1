#include "engine/machine/machine.h"

#include <algorithm>
#include <bit>
#include <string>

#include "state_runtime/plugin.hpp"

namespace sr::constrain {

namespace {

std::uint64_t hash_of(const Frame& f, const Stack* below) {
  auto h = mix(static_cast<std::uint32_t>(f.node), f.phase | f.spaces << 8);
  h = mix(h, static_cast<std::uint64_t>(f.pos) << 32 | f.key);
  h = mix(h, f.count);
  return mix(h, below == nullptr ? 0 : below->id + 1ULL);
}

bool is_space(std::uint8_t byte) {
  return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

}  // namespace

Machine::Machine(const Program& program, std::size_t horizon)
    : program_(program), has_slots_(!program.slots().empty()),
      horizon_(static_cast<std::uint32_t>(horizon)) {
  StackSet set;
  ended_ = Machine::intern(set);
  set.may_end = program_.may_be_empty();
  enter(program_.root(), nullptr, set);
  start_ = Machine::intern(set);
}

const Stack* Machine::push(const Frame& frame, const Stack* below) {
  return push_own(frame, below);
}

const Stack* Machine::push_own(const Frame& frame, const Stack* below) {
  const std::lock_guard lock(mutex_);
  return stack_table_.find_or_add(
      hash_of(frame, below),
      [&](const Stack& s) { return s.below == below && s.frame == frame; },
      [&] {
        charge(sizeof(Stack) + 32);
        const auto id = static_cast<std::uint32_t>(stacks_.size());
        auto& made = stacks_.emplace_back(frame, below, id);
        if (has_slots_) {
          const auto& conditions = *program_.conditions();
          const bool rest = below == nullptr || below->sure_below;
          made.sure = rest && conditions.goes_on(frame, conditions.sure());
          made.sure_below = rest && conditions.completes(frame, conditions.sure());
          made.opened = opened_;
        }
        return &made;
      });
}

void Machine::tidy(StackSet& set) {
  auto& stacks = set.stacks;
  std::sort(stacks.begin(), stacks.end(),
            [](const Stack* a, const Stack* b) {
              return a->opened != b->opened ? b->opened : a->id < b->id;
            });
  stacks.erase(std::unique(stacks.begin(), stacks.end()), stacks.end());
  if (stacks.size() > kMostStacks) {
    throw Failure(SR_EXHAUSTED, "the text can be read in more than " +
                                    std::to_string(kMostStacks) +
                                    " ways at once; make the grammar less ambiguous");
  }
}

const Config* Machine::intern(StackSet& set) {
  tidy(set);
  return intern_own(set);
}

const Config* Machine::intern_own(StackSet& set) {
  const auto& stacks = set.stacks;
  std::uint64_t hash = set.may_end ? 1 : 2;
  for (const auto* stack : stacks) hash = mix(hash, stack->id * 2ULL + (stack->opened ? 1 : 0));
  const std::lock_guard lock(mutex_);
  return config_table_.find_or_add(
      hash, [&](const Config& c) { return c.may_end == set.may_end && c.stacks == stacks; },
      [&] {
        charge(sizeof(Config) + 32 + stacks.size() * sizeof(stacks[0]));
        const auto id = static_cast<std::uint32_t>(configs_.size());
        auto& made = configs_.emplace_back(stacks, set.may_end, id);
        made.sure = set.may_end || std::any_of(stacks.begin(), stacks.end(),
                                               [](const Stack* stack) { return stack->sure; });
        made.opened = opened_;
        return &made;
      });
}

// Goes down to the frames that read bytes. A frame that may also be done already, or that waits
// for a value, brings along what reads in its place.
void Machine::enter(NodeId id, const Stack* below, StackSet& out) {
  const auto& what = program_.node(id).what;
  if (const auto* choice = std::get_if<Choice>(&what)) {
    for (const auto option : choice->options) enter(option, below, out);
  } else if (const auto* automaton = std::get_if<Automaton>(&what)) {
    Frame f{.node = id};
    if (!automaton->text()) f.phase = Frame::kInside, f.pos = ByteDfa::kStart;
    if (automaton->text() || automaton->dfa->row(f.pos).reads) {
      out.stacks.push_back(push(f, below));
    }
    if (automaton->sort == Automaton::kRule) enter_calls(*automaton, f, below, out);
  } else if (const auto* repeat = std::get_if<Repeat>(&what)) {
    enter(repeat->body, push({.node = id, .count = repeat->settled(1)}, below), out);
  } else if (std::holds_alternative<Literals>(what)) {
    out.stacks.push_back(push({.node = id, .phase = Frame::kInside}, below));
  } else if (std::holds_alternative<Slot>(what)) {
    out.stacks.push_back(push({.node = id}, below));
  } else {
    out.stacks.push_back(push({.node = id, .phase = Frame::kOpen}, below));
  }
}

// A call from a state behind which nothing else comes leaves no frame: rules that end with
// themselves need no more room the longer the text.
void Machine::enter_calls(const Automaton& a, const Frame& f, const Stack* below, StackSet& out) {
  for (const auto& call : a.dfa->row(f.pos).calls) {
    const auto* behind = below;
    if (call.to != ByteDfa::kEnd) {
      behind = push({.node = f.node, .phase = Frame::kInside, .pos = call.to}, below);
    }
    enter(call.node, behind, out);
  }
}

void Machine::leave(const Automaton& a, const Frame& f, const Stack* below, StackSet& out) {
  if (f.phase != Frame::kInside) return;
  if (a.sort == Automaton::kRule) enter_calls(a, f, below, out);
  if (done(a, f)) resume(below, out);
}

// Both say whether what follows them may come, too.
bool Machine::resume_automaton(const Stack* stack, StackSet& out) {
  const auto& a = program_.get<Automaton>(stack->frame.node);
  const auto& row = a.dfa->row(stack->frame.pos);
  if (row.reads) out.stacks.push_back(stack);
  enter_calls(a, stack->frame, stack->below, out);
  return row.accepts;
}

bool Machine::resume_repeat(const Stack* stack, StackSet& out) {
  auto f = stack->frame;
  const auto& repeat = program_.get<Repeat>(f.node);
  const bool enough = f.count >= repeat.min;
  if (f.count < repeat.max) {
    f.count = repeat.settled(f.count + 1);
    enter(repeat.body, push(f, stack->below), out);
  }
  return enough;
}

void Machine::resume(const Stack* stack, StackSet& out) {
  // Not by recursion: a text may end very many rules at once.
  for (; stack != nullptr; stack = stack->below) {
    const auto& what = program_.node(stack->frame.node).what;
    if (std::holds_alternative<Automaton>(what)) {
      if (!resume_automaton(stack, out)) return;
    } else if (std::holds_alternative<Repeat>(what)) {
      if (!resume_repeat(stack, out)) return;
    } else {
      return resume_value(stack, out);
    }
  }
  out.may_end = true;
}

void Machine::resume_value(const Stack* stack, StackSet& out) {
  const auto& f = stack->frame;
  if (const auto* array = std::get_if<Array>(&program_.node(f.node).what)) {
    const bool reads = f.phase != Frame::kNext || program_.whitespace() > 0;
    if (reads) out.stacks.push_back(stack);
    const bool item = f.phase == Frame::kNext ||
                      (f.phase == Frame::kFirst && array->max > 0 && array->item(0) != kNoNode);
    if (!item) return;
    Frame after{.node = f.node, .phase = Frame::kAfter};
    after.count = array->settled(f.count + 1);
    enter(array->item(f.count), push(after, stack->below), out);
    return;
  }
  const auto* object = std::get_if<Object>(&program_.node(f.node).what);
  if (object == nullptr || f.phase != Frame::kValue) {
    out.stacks.push_back(stack);
    return;
  }
  if (program_.whitespace() > 0) out.stacks.push_back(stack);
  Frame after{.node = f.node, .phase = Frame::kAfter};
  after.pos = std::min(f.key + 1, object->size());
  if (object->any_order) after.count = f.count | (f.key < object->size() ? 1U << f.key : 0);
  enter(object->value(f.key), push(after, stack->below), out);
}

bool Machine::step_automaton(const Automaton& a, Frame& f, std::uint8_t byte) {
  if (f.phase == Frame::kQuote) {
    if (byte != '"') return false;
    f.phase = Frame::kInside;
    f.pos = ByteDfa::kStart;
    return true;
  }
  const auto& row = a.dfa->row(f.pos);
  const auto next = row.next[byte];
  if (next == ByteDfa::kDead) return false;
  if (row.counts) {
    if (next == ByteDfa::kEnd) {
      if (f.count < a.min) return false;
    } else {
      if (f.count >= a.max) return false;
      f.count = a.settled(f.count + 1);
    }
  }
  f.pos = next;
  return a.reserve == 0 || a.max - f.count >= a.dfa->row(next).reserve;
}

bool Machine::reads(const Stack* stack, std::uint8_t byte) const {
  const auto& f = stack->frame;
  const auto& what = program_.node(f.node).what;
  if (const auto* literals = std::get_if<Literals>(&what)) {
    return literals->set.step(f.pos, byte) != LiteralSet::kDead;
  }
  if (const auto* automaton = std::get_if<Automaton>(&what)) {
    auto after = f;
    return step_automaton(*automaton, after, byte);
  }
  if (std::holds_alternative<Slot>(what)) return reads_slot(stack, byte);
  if (std::holds_alternative<Distinct>(what)) return reads_distinct(f, byte);
  return std::holds_alternative<Array>(what) ? reads_array(f, byte) : reads_object(f, byte);
}

void Machine::step(const Stack* stack, std::uint8_t byte, StackSet& out) {
  auto f = stack->frame;
  const auto& what = program_.node(f.node).what;
  if (const auto* literals = std::get_if<Literals>(&what)) {
    f.pos = literals->set.step(f.pos, byte);
    if (!literals->set.leaf(f.pos)) out.stacks.push_back(push(f, stack->below));
    if (literals->set.payload(f.pos) >= 0) resume(stack->below, out);
  } else if (const auto* automaton = std::get_if<Automaton>(&what)) {
    step_automaton(*automaton, f, byte);
    if (automaton->dfa->row(f.pos).reads) out.stacks.push_back(push(f, stack->below));
    leave(*automaton, f, stack->below, out);
  } else if (std::holds_alternative<Array>(what)) {
    step_array(stack, byte, out);
  } else if (std::holds_alternative<Distinct>(what)) {
    step_distinct(stack, byte, out);
  } else if (std::holds_alternative<Slot>(what)) {
    step_slot(stack, byte, out);
  } else {
    step_object(stack, byte, out);
  }
}

void Machine::step(std::span<const Stack* const> stacks, std::uint8_t byte, StackSet& out) {
  for (const auto* stack : stacks) {
    if (reads(stack, byte)) step(stack, byte, out);
  }
}

const Config* Machine::advance(const Config* from, std::span<const std::uint8_t> bytes) {
  StackSet now, next;
  std::size_t read = 0;
  // Most tokens stand inside one string: stay in its automaton as long as nothing else can follow.
  const auto* only = from->stacks.size() == 1 ? from->stacks[0] : nullptr;
  const auto* automaton =
      only ? std::get_if<Automaton>(&program_.node(only->frame.node).what) : nullptr;
  if (automaton != nullptr) {
    auto f = only->frame;
    bool leaves = false;
    while (read < bytes.size() && !leaves) {
      if (!step_automaton(*automaton, f, bytes[read++])) return nullptr;
      const auto& row = automaton->dfa->row(f.pos);
      leaves = row.accepts || !row.calls.empty();
    }
    if (!leaves && !from->may_end && f == only->frame) return from;
    if (automaton->dfa->row(f.pos).reads) now.stacks.push_back(push(f, only->below));
    if (leaves) leave(*automaton, f, only->below, now);
  } else {
    now = {from->stacks, from->may_end};
  }
  for (const auto byte : bytes.subspan(read)) {
    next.clear();
    step(now.stacks, byte, next);
    if (next.empty()) return nullptr;
    std::swap(now, next);
  }
  return intern(now);
}

bool Machine::reads_space(const Frame& f, std::uint8_t byte) const {
  return f.spaces < program_.whitespace() && is_space(byte);
}

bool Machine::skips(const Stack* stack, std::uint8_t byte) const {
  if (!is_space(byte)) return false;
  const auto& what = program_.node(stack->frame.node).what;
  const auto phase = stack->frame.phase;
  if (std::holds_alternative<Object>(what)) return phase != Frame::kName;
  if (std::holds_alternative<Distinct>(what)) return phase != Frame::kValue;
  return std::holds_alternative<Array>(what);
}

bool Machine::reads_array(const Frame& f, std::uint8_t byte) const {
  const auto& array = program_.get<Array>(f.node);
  if (f.phase == Frame::kOpen) return byte == '[';
  if (reads_space(f, byte)) return true;
  if (f.phase == Frame::kNext) return false;
  if (byte == ']') return f.count >= array.min;
  return byte == ',' && f.phase == Frame::kAfter && f.count < array.max &&
         array.item(f.count) != kNoNode;
}

void Machine::step_array(const Stack* stack, std::uint8_t byte, StackSet& out) {
  auto f = stack->frame;
  if (is_space(byte)) {
    ++f.spaces;
  } else if (byte == ']') {
    return resume(stack->below, out);
  } else {
    f.phase = byte == '[' ? Frame::kFirst : Frame::kNext;
    f.spaces = 0;
  }
  resume(push(f, stack->below), out);
}

namespace {

std::uint64_t taken(const Frame& f) { return static_cast<std::uint64_t>(f.key) << 32 | f.pos; }

}  // namespace

bool Machine::reads_distinct(const Frame& f, std::uint8_t byte) const {
  const auto& set = program_.get<Distinct>(f.node);
  const auto count = static_cast<std::uint32_t>(std::popcount(taken(f)));
  const auto left = set.all() & ~taken(f);
  const auto item = [&](std::uint32_t state) {
    return set.items.step_towards(state, byte, left) != LiteralSet::kDead;
  };
  switch (f.phase) {
    case Frame::kOpen: return byte == '[';
    case Frame::kValue: return item(f.count);
    case Frame::kNext: return reads_space(f, byte) || item(LiteralSet::kStart);
    case Frame::kFirst:
      if (set.max > 0 && item(LiteralSet::kStart)) return true;
      break;
    default:
      if (byte == ',' && count < set.max) return true;
  }
  return reads_space(f, byte) || (byte == ']' && count >= set.min);
}

void Machine::step_distinct(const Stack* stack, std::uint8_t byte, StackSet& out) {
  const auto& set = program_.get<Distinct>(stack->frame.node);
  auto f = stack->frame;
  const auto go = [&](Frame::Phase phase, std::uint32_t state) {
    f.phase = phase, f.count = state, f.spaces = 0;
    out.stacks.push_back(push(f, stack->below));
  };
  if (f.phase == Frame::kOpen) return go(Frame::kFirst, 0);
  if (f.phase != Frame::kValue) {
    if (is_space(byte)) {
      ++f.spaces;
      out.stacks.push_back(push(f, stack->below));
      return;
    }
    if (f.phase != Frame::kNext && byte == ']') return resume(stack->below, out);
    if (f.phase == Frame::kAfter) return go(Frame::kNext, 0);
  }
  const auto from = f.phase == Frame::kValue ? f.count : LiteralSet::kStart;
  const auto left = set.all() & ~taken(f);
  const auto state = set.items.step_towards(from, byte, left);
  if (set.items.goes_on(state, left)) go(Frame::kValue, state);
  const auto ends = set.items.payload(state);
  if (ends < 0 || (left >> ends & 1) == 0) return;
  (ends < 32 ? f.pos : f.key) |= 1U << (ends % 32);
  go(Frame::kAfter, 0);
}

// In which order members may come.
namespace {

// May the object end? And free members come? In order, only when no declared one is owed any more.
bool complete(const Object& object, const Frame& f) {
  return object.any_order ? (object.required & ~f.count) == 0 : object.complete(f.pos);
}
bool free_may_come(const Object& object, const Frame& f) {
  return !object.free.empty() && (object.any_order || object.complete(f.pos));
}
bool declared_may_come(const Object& object, const Frame& f) {
  if (!object.any_order) return f.pos < object.size();
  return static_cast<std::uint32_t>(std::popcount(f.count)) < object.size();
}
LiteralSet::State step_name(const Object& object, const Frame& f, LiteralSet::State state,
                            std::uint8_t byte) {
  const auto& names = object.names[0];
  if (object.any_order) return names.step_towards(state, byte, ~std::uint64_t{f.count});
  return names.step_within(state, byte, f.pos, object.last_reachable(f.pos));
}

}  // namespace

bool Machine::reads_object(const Frame& f, std::uint8_t byte) const {
  const auto& object = program_.get<Object>(f.node);
  switch (f.phase) {
    case Frame::kOpen: return byte == '{';
    case Frame::kName:
      return step_name(object, f, f.key, byte) != LiteralSet::kDead;
    case Frame::kColon: return byte == ':' || reads_space(f, byte);
    case Frame::kValue: return reads_space(f, byte);
    default: break;
  }
  if (reads_space(f, byte)) return true;
  const bool name = declared_may_come(object, f) || free_may_come(object, f);
  if (f.phase == Frame::kAfter && byte == ',') return name;
  if (f.phase != Frame::kNext && byte == '}') return complete(object, f);
  return f.phase != Frame::kAfter && byte == '"' && name;
}

void Machine::step_object(const Stack* stack, std::uint8_t byte, StackSet& out) {
  const auto& object = program_.get<Object>(stack->frame.node);
  auto f = stack->frame;
  const auto go = [&](Frame::Phase phase) {
    f.phase = phase;
    f.spaces = 0;
    resume(push(f, stack->below), out);
  };
  switch (f.phase) {
    case Frame::kName:
      f.key = step_name(object, f, f.key, byte);
      if (const auto member = object.names[0].payload(f.key); member >= 0) {
        f.key = static_cast<std::uint32_t>(member);
        return go(Frame::kColon);
      }
      return go(Frame::kName);
    case Frame::kOpen: return go(Frame::kFirst);
    default: break;
  }
  if (is_space(byte)) {
    ++f.spaces;
    return resume(push(f, stack->below), out);
  }
  if (byte == ':') return go(Frame::kValue);
  if (byte == ',') {
    if (object.any_order) f.pos = 0;
    return go(Frame::kNext);
  }
  if (byte == '}') return resume(stack->below, out);
  if (declared_may_come(object, f)) {  // the quote that opens a name
    f.key = object.names[0].step(LiteralSet::kStart, byte);
    go(Frame::kName);
  }
  if (!free_may_come(object, stack->frame)) return;
  // A free name is a text of its own, with the object waiting for the colon below it.
  f = {.node = f.node, .phase = Frame::kColon, .pos = f.pos, .count = f.count};
  for (std::uint32_t i = 0; i < object.free.size(); ++i) {
    f.key = object.size() + i;
    const Frame name{.node = object.free[i].name, .phase = Frame::kInside, .pos = ByteDfa::kStart};
    out.stacks.push_back(push(name, push(f, stack->below)));
  }
}

std::bitset<256> Machine::next_bytes(const Config* config) const {
  return next_bytes(config->stacks);
}

std::bitset<256> Machine::next_bytes(std::span<const Stack* const> stacks) const {
  std::bitset<256> bytes;
  for (const auto* stack : stacks) {
    for (int byte = 0; byte < 256; ++byte) {
      if (!bytes[byte] && reads(stack, static_cast<std::uint8_t>(byte))) bytes.set(byte);
    }
  }
  return bytes;
}

// A token has at most horizon_ bytes and so moves a counter by less than `far`.
Frame Machine::settled(const Frame& frame) const {
  auto f = frame;
  auto far = horizon_ + 1;
  const auto bring = [&](std::uint32_t least, std::uint32_t min, std::uint32_t max) {
    if (max == kUnbounded) {
      // Already counted up to what matters; the way up to it may still be long.
      if (f.count >= least && f.count < min && min - f.count > far) f.count = least;
    } else if (max - f.count > far && f.count >= least) {
      if (f.count >= min) {
        f.count = max - far - 1;
      } else if (min - f.count > far) {
        f.count = least;
      }
    }
  };
  const auto& what = program_.node(f.node).what;
  if (const auto* automaton = std::get_if<Automaton>(&what)) {
    far += automaton->reserve;
    bring(0, automaton->min, automaton->max);
  } else if (const auto* repeat = std::get_if<Repeat>(&what)) {
    bring(1, repeat->min, repeat->max);
  } else if (const auto* array = std::get_if<Array>(&what)) {
    bring(static_cast<std::uint32_t>(array->prefix.size()), array->min, array->max);
  }
  return f;
}

const Stack* Machine::representative(const Stack* stack) {
  if (stack == nullptr) return nullptr;
  if (const auto* known = stack->twin.load(std::memory_order_acquire)) return known;
  const auto* made = push(settled(stack->frame), representative(stack->below));
  stack->twin.store(made, std::memory_order_release);
  return made;
}

const Config* Machine::representative(const Config* config) {
  StackSet set;
  set.may_end = config->may_end;
  for (const auto* stack : config->stacks) set.stacks.push_back(representative(stack));
  return intern(set);
}

}  // namespace sr::constrain
