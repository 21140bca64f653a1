#include "engine/mask_walk.h"

#include <algorithm>
#include <bit>

#include "engine/utf8.h"

namespace sr::constrain {

Mask MaskWalk::tokens_of(const Stack* stack) && {
  const auto* automaton = automaton_of(stack);
  if (automaton != nullptr && automaton->text && stack->frame.phase == Frame::kInside &&
      automaton->dfa->row(stack->frame.pos).boundary) {
    text_tokens(*automaton, stack);
  } else {
    StackSet set{{stack}, false};
    walk(vocabulary_.trie(), vocabulary_.trie().all(), set);
  }
  mark_twins();
  return Mask(std::move(bits_));
}

void MaskWalk::mark_twins() {
  if (!vocabulary_.has_twins()) return;
  for (std::int32_t token = 0; token < vocabulary_.size(); ++token) {
    const auto set = bits_[static_cast<std::size_t>(token) / 32] >> (token % 32) & 1;
    if (set != 0 && vocabulary_.twin(token) >= 0) mark(vocabulary_.twin(token));
  }
}

const Automaton* MaskWalk::automaton_of(const Stack* stack) const {
  return std::get_if<Automaton>(&machine_.program().node(stack->frame.node).what);
}

// A token may come when any one of the stacks reads it. An automaton that is alone of its kind
// walks apart from the others, which is faster; several walk together, so that stacks that meet
// again are followed once.
void MaskWalk::walk(const TokenTrie& trie, Range range, StackSet& set) {
  if (range.empty() || set.stacks.empty()) return;
  auto& stacks = set.stacks;
  std::sort(stacks.begin(), stacks.end());
  stacks.erase(std::unique(stacks.begin(), stacks.end()), stacks.end());
  const auto is_automaton = [&](const Stack* s) { return automaton_of(s) != nullptr; };
  if (std::count_if(stacks.begin(), stacks.end(), is_automaton) == 1) {
    const auto at = std::find_if(stacks.begin(), stacks.end(), is_automaton);
    const auto* stack = *at;
    stacks.erase(at);
    walk_automaton(trie, range, *automaton_of(stack), stack->frame, stack->below);
  }
  if (!stacks.empty()) walk_together(trie, range, stacks);
}

void MaskWalk::walk_together(const TokenTrie& trie, Range range,
                             std::span<const Stack* const> stacks) {
  StackSet next;
  for (auto at = range.begin; at < range.end; at = trie[at].end) {
    next.clear();
    machine_.step(stacks, trie[at].byte, next);
    if (next.empty()) continue;
    if (trie[at].token >= 0) mark(trie[at].token);
    walk(trie, trie.below(at), next);
  }
}

void MaskWalk::walk_automaton(const TokenTrie& trie, Range range, const Automaton& a,
                              const Frame& frame, const Stack* below) {
  for (auto at = range.begin; at < range.end; at = trie[at].end) {
    auto f = frame;
    if (!Machine::step_automaton(a, f, trie[at].byte)) continue;
    if (trie[at].token >= 0) mark(trie[at].token);
    const auto children = trie.below(at);
    if (children.empty()) continue;
    if (f.phase == Frame::kInside && a.dfa->row(f.pos).accepts) {
      auto next = behind(below);
      walk(trie, children, next);
    }
    if (f.pos != ByteDfa::kEnd) walk_automaton(trie, children, a, f, below);
  }
}

// What comes when a frame above `below` is done. Asked again and again for the same one.
const StackSet& MaskWalk::behind(const Stack* below) {
  if (!behind_known_ || behind_of_ != below) {
    behind_known_ = true;
    behind_of_ = below;
    behind_.clear();
    machine_.resume(below, behind_);
  }
  return behind_;
}

bool MaskWalk::read(const Automaton& a, Frame& frame, std::span<const std::uint8_t> bytes) {
  return std::all_of(bytes.begin(), bytes.end(),
                     [&](std::uint8_t byte) { return Machine::step_automaton(a, frame, byte); });
}

void MaskWalk::text_tokens(const Automaton& a, const Stack* stack) {
  const auto& all = vocabulary_.trie();
  if (!plain_tokens(a, stack->frame)) {
    return walk_automaton(all, all.all(), a, stack->frame, stack->below);
  }
  closing_tokens(a, stack);
  const auto& other = vocabulary_.in_text().other;
  walk_automaton(other, other.all(), a, stack->frame, stack->below);
}

// False when so few of them can come that a walk of the whole trie is cheaper.
bool MaskWalk::plain_tokens(const Automaton& a, const Frame& frame) {
  const auto& dfa = static_cast<const TextDfa&>(*a.dfa);
  if (frame.count >= a.max) return true;
  if (dfa.codes().universal(dfa.row(frame.pos).code)) {
    all_plain(a, frame, nullptr);
    return true;
  }
  std::vector<std::size_t> leaving;
  if (!stays_for_most(dfa, frame, leaving)) return false;
  // Tokens without a character that leaves this state are read like any others; the rest is tried.
  const auto& tokens = vocabulary_.in_text();
  Bits tried(vocabulary_.words());
  for (const auto kind : leaving) {
    for (std::size_t i = 0; i < tried.size(); ++i) tried[i] |= tokens.holding[kind][i];
  }
  all_plain(a, frame, &tried);
  for (std::size_t i = 0; i < tried.size(); ++i) {
    for (auto word = tried[i]; word != 0; word &= word - 1) {
      const auto token = static_cast<std::int32_t>(i * 32) + std::countr_zero(word);
      auto f = frame;
      if (read(a, f, vocabulary_.bytes(token))) mark(token);
    }
  }
  return true;
}

// Which characters lead out of this state; false when most do.
bool MaskWalk::stays_for_most(const TextDfa& dfa, const Frame& frame,
                              std::vector<std::size_t>& leaving) {
  const auto& row = dfa.row(frame.pos);
  const auto& codes = dfa.codes();
  for (std::uint32_t c = 0x20; c < 0x80; ++c) {
    if (c != '"' && c != '\\' && row.next[c] != frame.pos) leaving.push_back(c - 0x20);
  }
  const bool others = codes.all_in(row.code, 0x80, kSurrogates - 1) == row.code &&
                      codes.all_in(row.code, kAfterSurrogates, kLastCode) == row.code;
  if (!others) leaving.push_back(TextTokens::kOther);
  constexpr std::size_t kFew = 24;
  return leaving.size() <= kFew;
}

// The plain tokens that are short enough for what is left of the string, without those in `but`.
void MaskWalk::all_plain(const Automaton& a, const Frame& frame, const Bits* but) {
  const auto& tokens = vocabulary_.in_text();
  // The tokens stay in this row's state, whose reserve fits, or it could not have been reached.
  const auto left = a.max == kUnbounded ? kUnbounded
                                        : a.max - frame.count - a.dfa->row(frame.pos).reserve;
  if (left + 1ULL >= tokens.up_to.size()) {
    for (std::size_t i = 0; i < bits_.size(); ++i) {
      bits_[i] |= but == nullptr ? tokens.plain[i] : tokens.plain[i] & ~(*but)[i];
    }
    return;
  }
  for (std::uint32_t i = 0; i < tokens.up_to[left]; ++i) {
    const auto token = static_cast<std::size_t>(tokens.by_length[i]);
    if (but == nullptr || ((*but)[token / 32] >> (token % 32) & 1) == 0) {
      mark(tokens.by_length[i]);
    }
  }
}

void MaskWalk::closing_tokens(const Automaton& a, const Stack* stack) {
  const auto& tokens = vocabulary_.in_text();
  // Which rests can be read behind the string? Walked like tokens, into a mask of their own.
  Bits rests((tokens.rest_count + 31) / 32);
  rests[0] = 1;  // nothing
  bits_.swap(rests);
  auto next = behind(stack->below);
  walk(tokens.rests, tokens.rests.all(), next);
  bits_.swap(rests);
  for (const auto& closing : tokens.closing) {
    if ((rests[closing.rest / 32] >> (closing.rest % 32) & 1) == 0) continue;
    auto f = stack->frame;
    if (read(a, f, vocabulary_.bytes(closing.token).first(closing.quote + 1U))) {
      mark(closing.token);
    }
  }
}

}  // namespace sr::constrain
