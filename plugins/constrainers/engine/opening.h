// engine/opening.h - a grammar with slots, opened: an Engine, and what its slots hold.
//
// Positions outside of slots are the engine's, with all that is known about them; what stands in a
// slot is kept here as long as the matcher or one of its forks lives. Any thread; calls wait for
// each other, which matters only to forks that go on at the same time.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>

#include "engine/engine.h"
#include "engine/machine/slot_machine.h"

namespace sr::constrain {

class Opening {
 public:
  // Errors: sr::Failure(SR_INVALID_ARGUMENT) when no text is possible.
  Opening(std::shared_ptr<Engine> engine, SlotMachine::Texts texts,
          std::shared_ptr<const Conditions::Items> live);

  // As those of Engine.
  const Config* accept(const Config* from, std::int32_t token);
  void fill_mask(const Config* config, std::span<std::uint32_t> bits);
  std::size_t forced(const Config* config, std::span<std::uint8_t> bytes);
  bool done(const Config* config);
  std::string explain(const Config* config);

 private:
  std::string why_stuck() const;

  const std::shared_ptr<Engine> engine_;
  const SlotMachine::Texts texts_;
  std::mutex mutex_;
  SlotMachine machine_;
};

}  // namespace sr::constrain
