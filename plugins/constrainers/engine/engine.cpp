#include "engine/engine.h"

#include "engine/masks/mask_walk.h"

namespace sr::constrain {

Engine::Engine(std::shared_ptr<const Program> program,
               std::shared_ptr<const Vocabulary> vocabulary)
    : program_(std::move(program)),
      vocabulary_(std::move(vocabulary)),
      machine_(*program_, vocabulary_->longest()) {}

const Config* Engine::accept(const Config* from, std::int32_t token) {
  if (const auto* memo = from->memo.load(std::memory_order_acquire)) {
    if (const auto* next = memo->find(token)) return next;
  }
  if (token < 0 || token >= vocabulary_->size()) return nullptr;
  if (token == vocabulary_->end_token()) return from->may_end ? machine_.ended() : nullptr;
  const auto bytes = vocabulary_->bytes(token);
  if (bytes.empty()) return nullptr;
  const auto* next = machine_.advance(from, bytes);
  if (next == nullptr || next == from) return next;

  const std::lock_guard lock(mutex_);
  auto* memo = from->memo.load(std::memory_order_relaxed);
  if (memo == nullptr || !memo->add(token, next)) {
    auto& larger = memos_.emplace_back(memo);
    machine_.charge(larger.memory());
    larger.add(token, next);
    from->memo.store(&larger, std::memory_order_release);
  }
  return next;
}

void Engine::fill_mask(const Config* config, std::span<std::uint32_t> bits) {
  const auto* known = config->mask.load(std::memory_order_acquire);
  (known != nullptr ? *known : mask(config)).copy_to(bits);
  const auto end = vocabulary_->end_token();
  if (config->may_end && end >= 0) {
    bits[static_cast<std::size_t>(end) / 32] |= 1U << (static_cast<std::uint32_t>(end) % 32);
  }
}

const Mask* Engine::keep(Mask mask) {
  const std::lock_guard lock(mutex_);
  machine_.charge(mask.memory());
  return &masks_.emplace_back(std::move(mask));
}

// Two threads may work out one mask at the same time; both are right, one is kept in use.
const Mask& Engine::mask(const Config* config) {
  const Mask* made = nullptr;
  if (config->stacks.size() == 1) {
    made = &mask(config->stacks[0]);
  } else if (const auto* twin = machine_.representative(config); twin != config) {
    const auto* known = twin->mask.load(std::memory_order_acquire);
    made = known != nullptr ? known : &mask(twin);
  } else {
    // Those that are known or cost little are taken one by one, as other configs share them.
    std::vector<std::uint32_t> bits(vocabulary_->words());
    std::vector<const Stack*> together;
    for (const auto* stack : config->stacks) {
      const bool known = stack->mask.load(std::memory_order_acquire) != nullptr;
      if (known || MaskWalk::is_text(machine_, stack)) {
        mask(stack).add_to(bits);
      } else {
        together.push_back(stack);
      }
    }
    if (together.size() == 1) {
      mask(together[0]).add_to(bits);
    } else if (!together.empty()) {
      MaskWalk(machine_, *vocabulary_).tokens_of(together).add_to(bits);
    }
    made = keep(Mask(std::move(bits)));
  }
  config->mask.store(made, std::memory_order_release);
  return *made;
}

const Mask& Engine::mask(const Stack* stack) {
  const auto* twin = machine_.representative(stack);
  const auto* known = twin->mask.load(std::memory_order_acquire);
  if (known == nullptr) {
    known = keep(MaskWalk(machine_, *vocabulary_).tokens_of(twin));
    twin->mask.store(known, std::memory_order_release);
  }
  return *known;
}

const ForcedRun& Engine::forced(const Config* config) {
  if (const auto* known = config->forced.load(std::memory_order_acquire)) return *known;
  ForcedRun run{"", config};
  while (run.bytes.size() < ForcedRun::kLongest && !run.after->may_end) {
    const auto next = machine_.next_bytes(run.after);
    if (next.count() != 1) break;
    const auto byte = static_cast<std::uint8_t>(next._Find_first());
    run.after = machine_.advance(run.after, {&byte, 1});
    run.bytes += static_cast<char>(byte);
  }
  const std::lock_guard lock(mutex_);
  machine_.charge(sizeof run + run.bytes.size());
  const auto* made = &runs_.emplace_back(std::move(run));
  config->forced.store(made, std::memory_order_release);
  return *made;
}

bool Engine::done(const Config* config) const {
  return config->may_end && machine_.next_bytes(config).none();
}

}  // namespace sr::constrain
