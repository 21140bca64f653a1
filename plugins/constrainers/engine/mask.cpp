#include "engine/mask.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace sr::constrain {

Mask::Mask(std::vector<std::uint32_t> bits) {
  std::size_t count = 0;
  for (const auto word : bits) count += static_cast<std::size_t>(std::popcount(word));
  if (count * 8 > bits.size()) {
    words = std::move(bits);
    return;
  }
  tokens.reserve(count);
  for (std::size_t i = 0; i < bits.size(); ++i) {
    for (auto word = bits[i]; word != 0; word &= word - 1) {
      tokens.push_back(static_cast<std::int32_t>(i * 32) + std::countr_zero(word));
    }
  }
}

void Mask::copy_to(std::span<std::uint32_t> bits) const {
  if (!words.empty()) {
    std::memcpy(bits.data(), words.data(), words.size() * sizeof(words[0]));
    return;
  }
  std::memset(bits.data(), 0, bits.size_bytes());
  add_to(bits);
}

void Mask::add_to(std::span<std::uint32_t> bits) const {
  for (std::size_t i = 0; i < words.size(); ++i) bits[i] |= words[i];
  for (const auto token : tokens) {
    bits[static_cast<std::size_t>(token) / 32] |= 1U << (static_cast<std::uint32_t>(token) % 32);
  }
}

Mask MaskWalk::tokens_of(const Stack* stack) && {
  StackSet set{{stack}, false};
  walk({0, static_cast<std::uint32_t>(vocabulary_.trie().size())}, set);
  return Mask(std::move(bits_));
}

void MaskWalk::mark(std::int32_t token) {
  for (; token >= 0; token = vocabulary_.twin(token)) {
    bits_[static_cast<std::size_t>(token) / 32] |= 1U << (static_cast<std::uint32_t>(token) % 32);
  }
}

const Automaton* MaskWalk::automaton_of(const Stack* stack) const {
  return std::get_if<Automaton>(&machine_.program().node(stack->frame.node).what);
}

// A token may come when any one of the stacks reads it. An automaton that is alone of its kind
// walks apart from the others, which is faster; several walk together, so that stacks that meet
// again are followed once.
void MaskWalk::walk(Range range, StackSet& set) {
  if (range.empty() || set.stacks.empty()) return;
  auto& stacks = set.stacks;
  std::sort(stacks.begin(), stacks.end());
  stacks.erase(std::unique(stacks.begin(), stacks.end()), stacks.end());
  const auto is_automaton = [&](const Stack* s) { return automaton_of(s) != nullptr; };
  if (std::count_if(stacks.begin(), stacks.end(), is_automaton) == 1) {
    const auto at = std::find_if(stacks.begin(), stacks.end(), is_automaton);
    const auto* stack = *at;
    stacks.erase(at);
    walk_automaton(range, *automaton_of(stack), stack->frame, stack->below);
  }
  if (!stacks.empty()) walk_together(range, stacks);
}

void MaskWalk::walk_together(Range range, std::span<const Stack* const> stacks) {
  const auto& trie = vocabulary_.trie();
  StackSet next;
  for (auto at = range.begin; at < range.end; at = trie[at].end) {
    next.clear();
    machine_.step(stacks, trie[at].byte, next);
    if (next.empty()) continue;
    if (trie[at].token >= 0) mark(trie[at].token);
    walk({at + 1, trie[at].end}, next);
  }
}

void MaskWalk::walk_automaton(Range range, const Automaton& a, const Frame& frame,
                              const Stack* below) {
  const auto& trie = vocabulary_.trie();
  for (auto at = range.begin; at < range.end; at = trie[at].end) {
    auto f = frame;
    if (!Machine::step_automaton(a, f, trie[at].byte)) continue;
    if (trie[at].token >= 0) mark(trie[at].token);
    const Range children{at + 1, trie[at].end};
    if (children.empty()) continue;
    if (f.phase == Frame::kInside && a.dfa->row(f.pos).accepts) {
      StackSet behind;
      machine_.resume(below, behind);
      walk(children, behind);
    }
    if (f.pos != ByteDfa::kEnd) walk_automaton(children, a, f, below);
  }
}

}  // namespace sr::constrain
