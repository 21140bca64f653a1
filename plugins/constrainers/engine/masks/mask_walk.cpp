#include "engine/masks/mask_walk.h"

#include <algorithm>

#include "engine/base/utf8.h"

namespace sr::constrain {

bool MaskWalk::is_text(const Machine& machine, const Stack* stack) {
  const auto* automaton = automaton_of(machine, stack);
  return automaton != nullptr && stack->frame.phase == Frame::kInside &&
         automaton->dfa->row(stack->frame.pos).boundary &&
         automaton->dfa->row(stack->frame.pos).loops != 0;
}

Mask MaskWalk::tokens_of(const Stack* stack) && {
  given_ = stack;
  bool done = is_text(machine_, stack) && text_tokens(*automaton_of(stack), stack);
  if (lost_) {
    bits_.assign(bits_.size(), 0);
    groups_.clear();
    entrances_.clear();
    done = false;
  }
  if (!done) {
    StackSet set{{stack}, false};
    walk(vocabulary_.trie(), vocabulary_.trie().all(), set);
  }
  return finish();
}

Mask MaskWalk::tokens_of(std::span<const Stack* const> stacks) && {
  StackSet set{{stacks.begin(), stacks.end()}, false};
  walk(vocabulary_.trie(), vocabulary_.trie().all(), set);
  return finish();
}

Mask MaskWalk::finish() {
  mark_twins(bits_);
  Mask out(std::move(bits_));
  if (groups_.empty() && entrances_.empty()) return out;
  auto depends = std::make_shared<Depends>();
  for (auto& [stacks, bits] : groups_) {
    mark_twins(bits);
    Mask tokens(std::move(bits));
    if (!tokens.words.empty() || !tokens.tokens.empty()) {
      depends->groups.push_back({stacks, std::move(tokens)});
    }
  }
  for (const auto& entrance : entrances_) {
    auto& all = depends->entrances;
    if (std::find(all.begin(), all.end(), entrance) == all.end()) all.push_back(entrance);
  }
  out.depends = std::move(depends);
  return out;
}

void MaskWalk::mark_twins(Bits& bits) const {
  if (!vocabulary_.has_twins()) return;
  for (std::int32_t token = 0; token < vocabulary_.size(); ++token) {
    const auto set = bits[static_cast<std::size_t>(token) / 32] >> (token % 32) & 1;
    const auto twin = vocabulary_.twin(token);
    if (set != 0 && twin >= 0) {
      bits[static_cast<std::size_t>(twin) / 32] |= 1U << (static_cast<std::uint32_t>(twin) % 32);
    }
  }
}

const Automaton* MaskWalk::automaton_of(const Machine& machine, const Stack* stack) {
  return std::get_if<Automaton>(&machine.program().node(stack->frame.node).what);
}

// A token may come when any one of the stacks reads it. Where only one automaton can read a byte it
// is followed alone, which needs no stacks; else all that read it are followed together, so that
// stacks that meet again are followed once.
void MaskWalk::walk(const TokenTrie& trie, Range range, StackSet& set) {
  if (range.empty() || set.stacks.empty()) return;
  auto& stacks = set.stacks;
  std::sort(stacks.begin(), stacks.end());
  stacks.erase(std::unique(stacks.begin(), stacks.end()), stacks.end());
  if (machine_.has_slots()) take_entrances(trie, range, stacks);
  std::vector<const Stack*> readers;
  for (auto at = range.begin; at < range.end; at = trie[at].end) {
    readers.clear();
    for (const auto* stack : stacks) {
      if (machine_.reads(stack, trie[at].byte)) readers.push_back(stack);
    }
    if (!readers.empty()) walk_node(trie, at, readers);
  }
}

void MaskWalk::walk_node(const TokenTrie& trie, std::uint32_t at,
                         std::vector<const Stack*>& readers) {
  const auto byte = trie[at].byte;
  const auto children = trie.below(at);
  StackSet next;
  const bool slots = machine_.has_slots();
  if (slots && trie[at].token >= 0) {
    machine_.step(readers, byte, next);
    into_ = &tokens_to(next);
  }
  if (trie[at].token >= 0) mark(trie[at].token);
  into_ = &bits_;
  if (children.empty()) return;
  if (slots ? mark_staying(trie, at, readers) : any_stays(trie, at, readers)) {
    if (!slots) mark_below(trie, at);
    return;
  }
  const auto* automaton = automaton_of(readers[0]);
  const bool alike = std::all_of(readers.begin() + 1, readers.end(), [&](const Stack* stack) {
    return stack->frame == readers[0]->frame;
  });
  if (automaton != nullptr && alike && (!slots || may_go_alone(readers))) {
    auto frame = readers[0]->frame;
    Machine::step_automaton(*automaton, frame, byte);
    return go_on(trie, children, *automaton, frame, below_of(readers));
  }
  const bool space = std::all_of(readers.begin(), readers.end(),
                                 [&](const Stack* stack) { return machine_.skips(stack, byte); });
  if (space) {
    auto behind = behind_space(readers);
    return walk(trie, children, behind);
  }
  next.clear();
  machine_.step(readers, byte, next);
  walk(trie, children, next);
}

// What is read in a slot is up to whoever has its texts. Deeper in the trie a slot's beginning is
// found in this way, too: it is never walked through here.
void MaskWalk::take_entrances(const TokenTrie& trie, Range range,
                              std::vector<const Stack*>& stacks) {
  std::erase_if(stacks, [&](const Stack* stack) {
    if (!machine_.in_slot(stack)) return false;
    lost_ = lost_ || &trie != &vocabulary_.trie();
    entrances_.push_back({stack, range.begin - 1});
    return true;
  });
}

// Does the stack go on to an end, whichever slots have texts? What the walk began with does.
bool MaskWalk::is_settled(const Stack* stack) const {
  if (stack->sure || stack == given_) return true;
  const auto& conditions = *machine_.program().conditions();
  return conditions.goes_on(stack->frame, conditions.sure()) && is_settled_below(stack->below);
}

bool MaskWalk::is_settled_below(const Stack* stack) const {
  const auto& conditions = *machine_.program().conditions();
  for (; stack != nullptr && !stack->sure_below; stack = stack->below) {
    if (given_ != nullptr) {
      for (const auto* at = given_->below; at != nullptr; at = at->below) {
        if (at == stack) return true;
      }
    }
    if (!conditions.completes(stack->frame, conditions.sure())) return false;
  }
  return true;
}

// Where tokens are marked that lead to these stacks.
Bits& MaskWalk::tokens_to(const StackSet& set) {
  if (set.may_end || std::any_of(set.stacks.begin(), set.stacks.end(),
                                 [&](const Stack* stack) { return is_settled(stack); })) {
    return bits_;
  }
  lost_ = lost_ || in_rests_;
  auto key = set.stacks;
  std::sort(key.begin(), key.end());
  key.erase(std::unique(key.begin(), key.end()), key.end());
  auto& bits = groups_[std::move(key)];
  if (bits.empty()) bits.resize(vocabulary_.words());
  return bits;
}

// Marks what is below the node for those that stay where they are; is that all there is to say?
bool MaskWalk::mark_staying(const TokenTrie& trie, std::uint32_t at,
                            std::span<const Stack* const> readers) {
  for (const auto* stack : readers) {
    const auto* automaton = automaton_of(stack);
    if (automaton == nullptr) continue;
    auto frame = stack->frame;
    if (!Machine::step_automaton(*automaton, frame, trie[at].byte)) continue;
    if (!stays(trie, at, *automaton, frame)) continue;
    into_ = &tokens_to({{machine_.push(frame, stack->below)}, false});
    const bool all = into_ == &bits_;
    mark_below(trie, at);
    into_ = &bits_;
    if (all) return true;
  }
  return false;
}

// Automata without conditions, one of which goes on to an end: their own tokens need no groups.
bool MaskWalk::may_go_alone(std::span<const Stack* const> readers) const {
  return machine_.program().conditions()->is_steady(readers[0]->frame.node) &&
         std::any_of(readers.begin(), readers.end(),
                     [&](const Stack* stack) { return is_settled_below(stack->below); });
}

// Tokens of white space come to the same places in many ways.
StackSet& MaskWalk::behind_space(const std::vector<const Stack*>& readers) {
  const auto [at, added] = spaced_.try_emplace(readers);
  if (added) machine_.step(readers, ' ', at->second);
  return at->second;
}

// Do all strings below this node leave an automaton that stands in `frame` there where it is?
bool MaskWalk::stays(const TokenTrie& trie, std::uint32_t at, const Automaton& a,
                     const Frame& frame) {
  const auto& row = a.dfa->row(frame.pos);
  if ((trie.kinds_below(at) & ~row.loops) != 0) return false;
  if (a.max == kUnbounded || !row.counts) return true;
  return a.max - frame.count >= trie.depth_below(at) + row.reserve;
}

// The same behind the node, for one of the stacks that can read its byte.
bool MaskWalk::any_stays(const TokenTrie& trie, std::uint32_t at,
                         std::span<const Stack* const> readers) const {
  return std::any_of(readers.begin(), readers.end(), [&](const Stack* stack) {
    const auto* automaton = automaton_of(stack);
    if (automaton == nullptr) return false;
    auto frame = stack->frame;
    return Machine::step_automaton(*automaton, frame, trie[at].byte) &&
           stays(trie, at, *automaton, frame);
  });
}

// An automaton and what may be read beside it. As long as a byte can be read by one of them only,
// they are followed apart, without stacks for every step; else together.
void MaskWalk::walk_automaton(const TokenTrie& trie, Range range, const Automaton& a,
                              const Frame& frame, Below& below, const Exits* exits) {
  const auto* row = frame.phase == Frame::kInside ? &a.dfa->row(frame.pos) : nullptr;
  if (exits != nullptr && machine_.has_slots()) {
    auto stacks = exits->set.stacks;
    take_entrances(trie, range, stacks);
  }
  for (auto at = range.begin; at < range.end; at = trie[at].end) {
    const auto byte = trie[at].byte;
    const bool other = exits != nullptr && exits->bytes[byte];
    if (!other && row != nullptr && row->next[byte] == ByteDfa::kDead) continue;
    auto f = frame;
    const bool own = Machine::step_automaton(a, f, byte);
    if (!own && !other) continue;
    if (!own && machine_.has_slots()) {
      StackSet next;
      machine_.step(exits->set.stacks, byte, next);
      into_ = &tokens_to(next);
    }
    if (trie[at].token >= 0) mark(trie[at].token);
    into_ = &bits_;
    const auto children = trie.below(at);
    if (children.empty()) continue;
    if (own && stays(trie, at, a, f)) {
      mark_below(trie, at);
      continue;
    }
    if (!other) {
      go_on(trie, children, a, f, below);
      continue;
    }
    StackSet next;
    machine_.step(exits->set.stacks, byte, next);
    if (own) add_frame(a, f, below, next);
    walk(trie, children, next);
  }
}

void MaskWalk::go_on(const TokenTrie& trie, Range range, const Automaton& a, const Frame& frame,
                     Below& below) {
  if (!a.dfa->row(frame.pos).calls.empty()) {
    StackSet set;
    add_frame(a, frame, below, set);
    return walk(trie, range, set);
  }
  const auto* exits = Machine::done(a, frame) ? &behind(below) : nullptr;
  walk_automaton(trie, range, a, frame, below, exits);
}

// The frame, where it can read on, and what may be read instead of its next byte.
void MaskWalk::add_frame(const Automaton& a, const Frame& frame, const Below& below,
                         StackSet& out) {
  for (const auto* stack : below.first) {
    if (a.dfa->row(frame.pos).reads) out.stacks.push_back(machine_.push(frame, stack));
    machine_.leave(a, frame, stack, out);
  }
}

MaskWalk::Below& MaskWalk::below_of(std::span<const Stack* const> readers) {
  std::vector<const Stack*> stacks;
  for (const auto* reader : readers) stacks.push_back(reader->below);
  return *below_.try_emplace(std::move(stacks)).first;
}

// What comes when a frame above is done.
const MaskWalk::Exits& MaskWalk::behind(Below& below) {
  auto& exits = below.second;
  if (!exits.known) {
    for (const auto* stack : below.first) machine_.resume(stack, exits.set);
    exits.bytes = machine_.next_bytes(exits.set.stacks);
    exits.known = true;
  }
  return exits;
}

bool MaskWalk::text_tokens(const Automaton& a, const Stack* stack) {
  Loop loop{a, stack, a.dfa->row(stack->frame.pos)};
  if (!find_loop(loop)) return false;
  plain_tokens(loop);
  const auto& all = vocabulary_.trie();
  const auto from_here = [&] {
    StackSet set;
    machine_.leave(a, stack->frame, stack->below, set);
    set.stacks.push_back(stack);
    return set;
  };
  for (const auto c : loop.out) {
    auto set = from_here();
    walk(all, all.beginning_with(c), set);
    tail_tokens(loop, c);
  }
  auto set = from_here();
  const auto& other = vocabulary_.in_text().other;
  walk(other, other.all(), set);
  return true;
}

bool MaskWalk::find_loop(Loop& loop) {
  const auto& a = loop.a;
  const auto& row = loop.row;
  auto frame = loop.stack->frame;
  if (row.counts && frame.count >= a.max) return false;
  const auto& dfa = static_cast<const TextDfa&>(*a.dfa);
  const auto& codes = dfa.codes();
  const bool wide = codes.all_in(row.code, 0x80, kSurrogates - 1) == row.code &&
                    codes.all_in(row.code, kAfterSurrogates, kLastCode) == row.code;
  if (!wide && codes.any_in(row.code, 0x80, kLastCode)) return false;

  loop.counting = frame.count < a.min || (a.max != kUnbounded && a.max - frame.count <=
                                                                      machine_.horizon() + a.reserve);
  frame.count = std::max(frame.count, a.min);
  machine_.leave(a, frame, loop.stack->below, loop.others);
  loop.other_bytes = machine_.next_bytes(loop.others.stacks);
  if (std::any_of(loop.others.stacks.begin(), loop.others.stacks.end(),
                  [&](const Stack* other) { return machine_.in_slot(other); })) {
    return false;
  }
  for (int byte = 0x80; byte < 0x100; ++byte) {
    if (loop.other_bytes[byte]) return false;
    loop.back[byte] = wide;
  }
  loop.all_plain_back = wide;
  for (int c = 0x20; c < 0x80; ++c) {
    const bool back = c != '"' && c != '\\' && row.next[c] == frame.pos;
    const bool read = row.next[c] != ByteDfa::kDead || loop.other_bytes[c];
    loop.back[c] = back;
    if (back && loop.other_bytes[c]) return false;
    if (back || c == '\\') continue;
    if (c != '"') loop.all_plain_back = false;
    if (!read) continue;
    if (vocabulary_.in_text().tails(static_cast<std::uint8_t>(c)) == nullptr) return false;
    loop.out.push_back(static_cast<std::uint8_t>(c));
  }
  return loop.back.any();
}

// The plain tokens that lead back here and are short enough for what is left of the text.
void MaskWalk::plain_tokens(const Loop& loop) {
  const auto& tokens = vocabulary_.in_text();
  Bits bits = tokens.plain;
  const auto without = [&](const Bits& others) {
    for (std::size_t i = 0; i < bits.size(); ++i) bits[i] &= ~others[i];
  };
  if (!loop.all_plain_back) {
    for (std::size_t c = 0x20; c < 0x80; ++c) {
      if (!loop.back[c]) without(tokens.holding[c - 0x20]);
    }
    if (!loop.back[0x80]) without(tokens.holding[TextTokens::kOther]);
  }
  // The tokens stay in this row's state, whose reserve fits, or it could not have been reached.
  const auto left = loop.a.max == kUnbounded || !loop.row.counts
                        ? kUnbounded
                        : loop.a.max - loop.stack->frame.count - loop.row.reserve;
  const auto short_enough =
      left + 1ULL >= tokens.up_to.size() ? tokens.by_length.size() : tokens.up_to[left];
  if (short_enough * 2 > tokens.by_length.size()) {
    for (auto i = short_enough; i < tokens.by_length.size(); ++i) {
      const auto token = static_cast<std::size_t>(tokens.by_length[i]);
      bits[token / 32] &= ~(1U << (token % 32));
    }
    for (std::size_t i = 0; i < bits_.size(); ++i) bits_[i] |= bits[i];
    return;
  }
  for (std::size_t i = 0; i < short_enough; ++i) {
    const auto token = static_cast<std::size_t>(tokens.by_length[i]);
    if ((bits[token / 32] >> (token % 32) & 1) != 0) mark(tokens.by_length[i]);
  }
}

// Tokens that come back here some times and then go on with `c`, which leads elsewhere.
void MaskWalk::tail_tokens(const Loop& loop, std::uint8_t c) {
  const auto& tails = *vocabulary_.in_text().tails(c);
  const auto next = loop.row.next[c];
  // What follows c may depend on how much was read before it.
  const bool one_by_one =
      loop.counting && next != ByteDfa::kDead && (next != ByteDfa::kEnd || loop.other_bytes[c]);
  Bits rests((tails.count + 31) / 32);
  if (tails.count > 0) {
    auto frame = loop.stack->frame;
    frame.count = std::max(frame.count, loop.a.min);
    auto set = loop.others;
    set.stacks.push_back(machine_.push(frame, loop.stack->below));
    bits_.swap(rests);
    in_rests_ = true;
    walk(tails.rests, tails.rests.all(), set);
    in_rests_ = false;
    bits_.swap(rests);
  }
  for (const auto& tail : tails.tokens) {
    const auto bytes = vocabulary_.bytes(tail.token);
    const auto before = bytes.first(tail.at);
    if (!std::all_of(before.begin(), before.end(), [&](auto b) { return loop.back[b]; })) continue;
    if (one_by_one && !is_roomy(loop, bytes, tail.at)) {
      if (reads_all(loop.stack, bytes)) mark(tail.token);
    } else if ((rests[tail.rest / 32] >> (tail.rest % 32) & 1) != 0) {
      if (one_by_one || !loop.counting || fits(loop, bytes, tail.at)) mark(tail.token);
    }
  }
}

// Is the text long enough behind bytes[0, at), and not at its end behind all of them? Then what
// follows `at` does not depend on how much stands before it.
bool MaskWalk::is_roomy(const Loop& loop, std::span<const std::uint8_t> bytes, std::size_t at) {
  const auto& a = loop.a;
  const auto count = loop.stack->frame.count;
  if (a.max != kUnbounded && a.max - count < bytes.size() + a.reserve) return false;
  // A character has up to four bytes.
  return count >= a.min || (loop.row.counts && count + std::max(at / 4, std::size_t{1}) >= a.min);
}

// Is the text of a length that allows it to be left behind bytes[0, at)?
bool MaskWalk::fits(const Loop& loop, std::span<const std::uint8_t> bytes, std::size_t at) {
  auto frame = loop.stack->frame;
  const bool inside = loop.row.next[bytes[at]] != ByteDfa::kDead;
  for (const auto byte : bytes.first(inside ? at + 1 : at)) {
    if (!Machine::step_automaton(loop.a, frame, byte)) return false;
  }
  return inside || Machine::done(loop.a, frame);
}

bool MaskWalk::reads_all(const Stack* stack, std::span<const std::uint8_t> bytes) {
  StackSet now{{stack}, false}, next;
  for (const auto byte : bytes) {
    next.clear();
    machine_.step(now.stacks, byte, next);
    if (machine_.has_slots()) lost_ = lost_ || meets_slot(next);
    if (next.empty()) return false;
    std::swap(now, next);
  }
  return true;
}

bool MaskWalk::meets_slot(const StackSet& set) const {
  return std::any_of(set.stacks.begin(), set.stacks.end(), [&](const Stack* stack) {
    return machine_.in_slot(stack) || !is_settled(stack);
  });
}

}  // namespace sr::constrain
