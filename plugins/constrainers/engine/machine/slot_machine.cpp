#include "engine/machine/slot_machine.h"

#include <algorithm>

namespace sr::constrain {

namespace {

Frame frame_of(NodeId node, const SlotCursor& cursor) {
  constexpr Frame::Phase kPhases[] = {Frame::kQuote, Frame::kInside, Frame::kAfter};
  return {node,      kPhases[cursor.phase], static_cast<std::uint16_t>(cursor.only ? 1 : 0),
          cursor.at, cursor.length,         cursor.end};
}

}  // namespace

SlotMachine::SlotMachine(Machine& shared, Texts texts,
                         std::shared_ptr<const Conditions::Items> live)
    : Machine(Shared(), shared), shared_(shared), texts_(std::move(texts)), live_(std::move(live)),
      caches_(texts_.size()) {
  opened_ = true;
}

SlotCursor SlotMachine::cursor(const Frame& f) {
  const auto phase = f.phase == Frame::kQuote    ? SlotCursor::kOpening
                     : f.phase == Frame::kInside ? SlotCursor::kInside
                                                 : SlotCursor::kClosing;
  return {phase, f.spaces != 0, f.pos, f.key, f.count};
}

// A slot's frame is always the topmost one.
const Stack* SlotMachine::push(const Frame& frame, const Stack* below) {
  const bool inside = std::holds_alternative<Slot>(program().node(frame.node).what) &&
                      !(frame.phase == Frame::kQuote && frame.pos == 0);
  return inside ? push_own(frame, below) : shared_.push(frame, below);
}

const Config* SlotMachine::intern(StackSet& set) {
  tidy(set);
  const bool own = !set.stacks.empty() && set.stacks.back()->opened;
  return own ? intern_own(set) : shared_.intern(set);
}

bool SlotMachine::is_live(const Stack* stack) const {
  if (stack->sure || live_ == nullptr) return true;
  const auto& conditions = *program().conditions();
  if (!stack->opened && !conditions.goes_on(stack->frame, *live_)) return false;
  for (stack = stack->below; stack != nullptr && !stack->sure_below; stack = stack->below) {
    if (!conditions.completes(stack->frame, *live_)) return false;
  }
  return true;
}

bool SlotMachine::is_live(const Config* config) const {
  return config->sure || std::any_of(config->stacks.begin(), config->stacks.end(),
                                     [&](const Stack* stack) { return is_live(stack); });
}

bool SlotMachine::reads_slot(const Stack* stack, std::uint8_t byte) const {
  asked_ = true;
  const auto* texts = this->texts(stack);
  if (texts == nullptr) return false;
  const auto cursor = this->cursor(stack->frame);
  auto& cache = caches_[program().get<Slot>(stack->frame.node).number];
  if (const auto* span = std::get_if<SpanTexts>(texts)) return span->reads(cursor, byte, cache);
  const auto step = std::get<ValueTexts>(*texts).step(cursor, byte);
  return step.ends || step.count > 0;
}

void SlotMachine::step_slot(const Stack* stack, std::uint8_t byte, StackSet& out) {
  const auto* texts = this->texts(stack);
  if (texts == nullptr) return;
  const auto cursor = this->cursor(stack->frame);
  const auto* span = std::get_if<SpanTexts>(texts);
  const auto step = span != nullptr ? span->step(cursor, byte, cache(stack))
                                    : std::get<ValueTexts>(*texts).step(cursor, byte);
  for (std::uint8_t i = 0; i < step.count; ++i) {
    out.stacks.push_back(push(frame_of(stack->frame.node, step.on[i]), stack->below));
  }
  if (step.ends) resume(stack->below, out);
}

std::bitset<256> SlotMachine::live_bytes(const Stack* stack) {
  if (in_slot(stack)) {
    const auto* texts = this->texts(stack);
    if (texts == nullptr) return {};
    const auto cursor = this->cursor(stack->frame);
    if (const auto* span = std::get_if<SpanTexts>(texts)) return span->next(cursor, cache(stack));
    return std::get<ValueTexts>(*texts).next(cursor);
  }
  auto bytes = next_bytes(std::span(&stack, 1));
  if (live_ == nullptr || program().conditions()->is_steady(stack->frame.node)) return bytes;
  for (std::size_t byte = 0; byte < 256; ++byte) {
    if (!bytes[byte]) continue;
    StackSet next;
    step(stack, static_cast<std::uint8_t>(byte), next);
    bytes[byte] = next.may_end || std::any_of(next.stacks.begin(), next.stacks.end(),
                                              [&](const Stack* s) { return is_live(s); });
  }
  return bytes;
}

std::bitset<256> SlotMachine::live_bytes(const Config* config) {
  std::bitset<256> bytes;
  for (const auto* stack : config->stacks) {
    if (is_live(stack)) bytes |= live_bytes(stack);
  }
  return bytes;
}

}  // namespace sr::constrain
