#include "engine/opening.h"

#include <algorithm>
#include <cstring>

#include "engine/explain.h"
#include "engine/masks/slot_walk.h"
#include "state_runtime/plugin.hpp"

namespace sr::constrain {

Opening::Opening(std::shared_ptr<Engine> engine, SlotMachine::Texts texts,
                 std::shared_ptr<const Conditions::Items> live)
    : engine_(std::move(engine)), texts_(texts),
      machine_(engine_->machine(), std::move(texts), std::move(live)) {
  if (!machine_.is_live(engine_->start())) throw Failure(SR_INVALID_ARGUMENT, why_stuck());
}

std::string Opening::why_stuck() const {
  constexpr std::size_t kMostNamed = 8;
  std::string slots;
  std::size_t empty = 0;
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    if (texts_[i] != nullptr || ++empty > kMostNamed) continue;
    slots += (slots.empty() ? "" : ", ") + engine_->program().slots()[i].text();
  }
  if (empty > kMostNamed) slots += " and " + std::to_string(empty - kMostNamed) + " more";
  return "no text is possible: every way through the grammar needs a slot for which nothing was "
         "given that can stand there; empty are " + slots;
}

const Config* Opening::accept(const Config* from, std::int32_t token) {
  const auto live = [&](const Config* config) {
    return config != nullptr && machine_.is_live(config) ? config : nullptr;
  };
  if (const auto* next = Engine::known(from, token)) return live(next);
  const auto& vocabulary = engine_->vocabulary();
  if (token < 0 || token >= vocabulary.size()) return nullptr;
  if (token == vocabulary.end_token()) return from->may_end ? engine_->ended() : nullptr;
  const auto bytes = vocabulary.bytes(token);
  if (bytes.empty()) return nullptr;
  const std::lock_guard lock(mutex_);
  machine_.take_asked();
  const auto* next = machine_.advance(from, bytes);
  const bool for_all = !machine_.take_asked() && !from->opened;
  if (for_all && next != nullptr && next != from) engine_->remember(from, token, next);
  return live(next);
}

void Opening::fill_mask(const Config* config, std::span<std::uint32_t> bits) {
  const auto& vocabulary = engine_->vocabulary();
  const auto with_depends = [&](const Mask& mask) {
    if (mask.depends == nullptr) return;
    const std::lock_guard lock(mutex_);
    SlotWalk(machine_, vocabulary, bits).read(*mask.depends);
  };
  if (!config->opened) {
    const auto& mask = engine_->mask(config);
    mask.copy_to(bits);
    with_depends(mask);
  } else {
    std::memset(bits.data(), 0, bits.size_bytes());
    for (const auto* stack : config->stacks) {
      if (!machine_.is_live(stack)) continue;
      if (machine_.in_slot(stack)) {
        const std::lock_guard lock(mutex_);
        SlotWalk(machine_, vocabulary, bits).read(stack, TokenTrie::kRoot);
      } else {
        const auto& mask = engine_->mask(stack);
        mask.add_to(bits);
        with_depends(mask);
      }
    }
  }
  const auto end = vocabulary.end_token();
  if (config->may_end && end >= 0) {
    bits[static_cast<std::size_t>(end) / 32] |= 1U << (static_cast<std::uint32_t>(end) % 32);
  }
}

// As far as all texts agree it is the engine's; from there on by these.
std::size_t Opening::forced(const Config* at, std::span<std::uint8_t> bytes) {
  std::size_t written = 0;
  while (!at->opened && written < bytes.size()) {
    const auto& run = engine_->forced(at);
    const auto count = std::min(run.bytes.size(), bytes.size() - written);
    std::copy_n(run.bytes.begin(), count, bytes.begin() + static_cast<std::ptrdiff_t>(written));
    written += count;
    if (run.bytes.empty() || written == bytes.size()) break;
    at = run.after;
  }
  const std::lock_guard lock(mutex_);
  while (written < bytes.size() && !at->may_end) {
    const auto next = machine_.live_bytes(at);
    if (next.count() != 1) break;
    const auto byte = static_cast<std::uint8_t>(next._Find_first());
    at = machine_.advance(at, {&byte, 1});
    bytes[written++] = byte;
  }
  return written;
}

bool Opening::done(const Config* config) {
  const std::lock_guard lock(mutex_);
  return config->may_end && machine_.live_bytes(config).none();
}

std::string Opening::explain(const Config* config) {
  const std::lock_guard lock(mutex_);
  return constrain::explain(engine_->program(), config, &machine_);
}

}  // namespace sr::constrain
