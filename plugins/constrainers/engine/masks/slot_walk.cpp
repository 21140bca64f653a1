#include "engine/masks/slot_walk.h"

#include <algorithm>

namespace sr::constrain {

void SlotWalk::read(const Depends& depends) {
  for (const auto& group : depends.groups) {
    if (std::any_of(group.any_of.begin(), group.any_of.end(),
                    [&](const Stack* stack) { return machine_.is_live(stack); })) {
      group.tokens.add_to(bits_);
    }
  }
  for (const auto& entrance : depends.entrances) {
    if (machine_.is_live(entrance.slot)) read(entrance.slot, entrance.node);
  }
}

void SlotWalk::read(const Stack* slot, std::uint32_t node) {
  const auto* texts = machine_.texts(slot);
  if (texts == nullptr) return;
  const auto* outer = std::exchange(slot_, slot);
  const auto outer_left = std::exchange(left_, {});
  const auto cursor = SlotMachine::cursor(slot->frame);
  if (const auto* span = std::get_if<SpanTexts>(texts)) {
    follow(*span, cursor, node);
  } else {
    const auto& values = std::get<ValueTexts>(*texts);
    follow(values, cursor.phase == SlotCursor::kOpening ? values.start() : cursor, node);
  }
  left_ = outer_left;
  slot_ = outer;
}

void SlotWalk::follow(const SpanTexts& texts, const SlotCursor& cursor, std::uint32_t node) {
  if (cursor.phase == SlotCursor::kClosing) {
    return follow(texts.spelling().close(), cursor.at, node);
  }
  if (cursor.phase == SlotCursor::kInside) {
    for (const auto place : texts.places(cursor, machine_.cache(slot_))) {
      if (texts.may_end(place)) end_span(texts, node);
      follow(texts, place - cursor.length, place, node);
    }
    return;
  }
  const auto& open = texts.spelling().open();
  for (auto at = cursor.at; at < open.size(); ++at) {
    node = trie_.child(node, static_cast<std::uint8_t>(open[at]));
    if (node == TokenTrie::kNone) return;
    mark_node(node);
  }
  const auto range = trie_.children(node);
  for (auto at = range.begin; at < range.end; at = trie_[at].end) {
    for (const auto start : texts.starts(trie_[at].byte)) follow(texts, start, start, node);
  }
}

void SlotWalk::follow(const SpanTexts& texts, std::uint32_t start, std::uint32_t place,
                      std::uint32_t node) {
  while (texts.goes_on(start, place)) {
    node = trie_.child(node, texts.byte(place++));
    if (node == TokenTrie::kNone) return;
    mark_node(node);
    if (!texts.may_end(place)) continue;
    if (texts.spelling().close().empty()) {
      leave(node);
    } else {
      end_span(texts, node);
    }
  }
}

void SlotWalk::end_span(const SpanTexts& texts, std::uint32_t node) {
  const auto& close = texts.spelling().close();
  if (!close.empty()) follow(close, 0, node);
}

// What closes a span, from its byte `written` on.
void SlotWalk::follow(const std::string& text, std::uint32_t written, std::uint32_t node) {
  for (; written < text.size(); ++written) {
    node = trie_.child(node, static_cast<std::uint8_t>(text[written]));
    if (node == TokenTrie::kNone) return;
    mark_node(node);
  }
  leave(node);
}

void SlotWalk::follow(const ValueTexts& texts, const SlotCursor& cursor, std::uint32_t node) {
  const auto depth = cursor.length;
  for (auto at = cursor.at; at < cursor.end;) {
    const auto end = texts.group_end(at, cursor.end, depth);
    const auto child = trie_.child(node, static_cast<std::uint8_t>(texts.value(at)[depth]));
    if (child != TokenTrie::kNone) {
      mark_node(child);
      const bool ends = texts.value(at).size() == depth + 1;
      if (ends) leave(child), ++at;
      if (at < end && !trie_.below(child).empty()) {
        follow(texts, {SlotCursor::kInside, false, at, depth + 1, end}, child);
      }
    }
    at = end;
  }
}

// A text of the slot is done at this node: what stands behind the slot goes on.
void SlotWalk::leave(std::uint32_t node) {
  const auto range = trie_.below(node);
  if (range.empty()) return;
  const auto* slot = slot_;
  auto& exits = exits_[slot->below];
  if (!exits.known) {
    exits.known = true;
    StackSet set;
    machine_.resume(slot->below, set);
    divide(set, exits);
    const auto bytes = machine_.next_bytes(exits.others);
    for (std::size_t byte = 0; byte < 256; ++byte) {
      if (bytes[byte]) exits.bytes.push_back(static_cast<std::uint8_t>(byte));
    }
  }
  // Many places may come to one node.
  const auto seen = std::lower_bound(left_.begin(), left_.end(), node);
  if (seen != left_.end() && *seen == node) return;
  left_.insert(seen, node);
  for (const auto byte : exits.bytes) {
    const auto child = trie_.child(node, byte);
    if (child != TokenTrie::kNone) walk_child(child, exits.others);
  }
  for (const auto* other : exits.slots) read(other, node);
}

// Those that are live.
void SlotWalk::divide(StackSet& set, Exits& into) const {
  std::sort(set.stacks.begin(), set.stacks.end());
  set.stacks.erase(std::unique(set.stacks.begin(), set.stacks.end()), set.stacks.end());
  for (const auto* stack : set.stacks) {
    if (!machine_.is_live(stack)) continue;
    (machine_.in_slot(stack) ? into.slots : into.others).push_back(stack);
  }
}

bool SlotWalk::stays(const Stack* stack, std::uint32_t at) const {
  const auto* automaton = std::get_if<Automaton>(&machine_.program().node(stack->frame.node).what);
  if (automaton == nullptr) return false;
  const auto& row = automaton->dfa->row(stack->frame.pos);
  if (stack->frame.phase != Frame::kInside || (trie_.kinds_below(at) & ~row.loops) != 0) {
    return false;
  }
  if (automaton->max == kUnbounded || !row.counts) return true;
  return automaton->max - stack->frame.count >= trie_.depth_below(at) + row.reserve;
}

// What live stacks outside of slots read below the node.
void SlotWalk::walk(std::uint32_t node, const std::vector<const Stack*>& stacks) {
  if (stacks.empty()) return;
  const auto range = trie_.below(node);
  for (auto at = range.begin; at < range.end; at = trie_[at].end) walk_child(at, stacks);
}

void SlotWalk::walk_child(std::uint32_t child, const std::vector<const Stack*>& stacks) {
  StackSet next;
  machine_.step(stacks, trie_[child].byte, next);
  if (next.empty()) return;
  Exits live;
  divide(next, live);
  if (live.slots.empty() && live.others.empty() && !next.may_end) return;
  mark_node(child);
  if (trie_.below(child).empty()) return;
  if (std::any_of(live.others.begin(), live.others.end(),
                  [&](const Stack* stack) { return stays(stack, child); })) {
    for (const auto token : trie_.tokens_below(child)) mark(token);
    return;
  }
  walk(child, live.others);
  for (const auto* slot : live.slots) read(slot, child);
}

}  // namespace sr::constrain
