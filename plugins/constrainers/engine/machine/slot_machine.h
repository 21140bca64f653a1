// engine/machine/slot_machine.h - the machine of one opened matcher: the shared one, with texts in
// its slots. What stands outside of slots is the shared machine's; what is written inside one is
// kept here, and goes with the matcher and its forks. One thread at a time.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "engine/machine/machine.h"
#include "engine/slots/slot_texts.h"

namespace sr::constrain {

class SlotMachine final : public Machine {
 public:
  using Texts = std::vector<std::shared_ptr<const SlotTexts>>;  // [slot]; nullptr: none

  // `live`: what can be completed with these texts; nullptr: everything.
  SlotMachine(Machine& shared, Texts texts, std::shared_ptr<const Conditions::Items> live);

  const Config* intern(StackSet& set) override;
  const Stack* push(const Frame& frame, const Stack* below) override;

  // Can what the stack begins be completed with these texts? And some stack of the config?
  bool is_live(const Stack* stack) const;
  bool is_live(const Config* config) const;
  // Has the node a text?
  bool is_live(NodeId node) const {
    return live_ == nullptr || (*live_)[static_cast<std::size_t>(node)];
  }

  // The texts of the slot that the stack stands before or in; nullptr: none.
  const SlotTexts* texts(const Stack* stack) const {
    return texts_[program().get<Slot>(stack->frame.node).number].get();
  }
  static SlotCursor cursor(const Frame& frame);
  SpanTexts::Cache& cache(const Stack* stack) {
    return caches_[program().get<Slot>(stack->frame.node).number];
  }
  // The bytes that may come next and lead on.
  std::bitset<256> live_bytes(const Stack* stack);
  std::bitset<256> live_bytes(const Config* config);

  // Has a slot been asked since the last time?
  bool take_asked() { return std::exchange(asked_, false); }

 private:
  bool reads_slot(const Stack* stack, std::uint8_t byte) const override;
  void step_slot(const Stack* stack, std::uint8_t byte, StackSet& out) override;

  Machine& shared_;
  const Texts texts_;
  const std::shared_ptr<const Conditions::Items> live_;
  mutable std::vector<SpanTexts::Cache> caches_;  // [slot]
  mutable bool asked_ = false;
};

}  // namespace sr::constrain
