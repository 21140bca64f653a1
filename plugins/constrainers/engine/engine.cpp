#include "engine/engine.h"

#include <algorithm>

#include "engine/masks/mask_walk.h"

namespace sr::constrain {

Engine::Engine(std::shared_ptr<const Program> program,
               std::shared_ptr<const Vocabulary> vocabulary)
    : program_(std::move(program)),
      vocabulary_(std::move(vocabulary)),
      machine_(*program_, vocabulary_->longest()) {}

const Config* Engine::accept(const Config* from, std::int32_t token) {
  if (const auto* next = known(from, token)) return next;
  if (token < 0 || token >= vocabulary_->size()) return nullptr;
  if (token == vocabulary_->end_token()) return from->may_end ? machine_.ended() : nullptr;
  const auto bytes = vocabulary_->bytes(token);
  if (bytes.empty()) return nullptr;
  const auto* next = machine_.advance(from, bytes);
  if (next != nullptr && next != from) remember(from, token, next);
  return next;
}

const Config* Engine::known(const Config* from, std::int32_t token) {
  const auto* memo = from->memo.load(std::memory_order_acquire);
  return memo == nullptr ? nullptr : memo->find(token);
}

void Engine::remember(const Config* from, std::int32_t token, const Config* next) {
  const std::lock_guard lock(mutex_);
  auto* memo = from->memo.load(std::memory_order_relaxed);
  if (memo == nullptr || !memo->add(token, next)) {
    auto& larger = memos_.emplace_back(memo);
    machine_.charge(larger.memory());
    larger.add(token, next);
    from->memo.store(&larger, std::memory_order_release);
  }
}

void Engine::fill_mask(const Config* config, std::span<std::uint32_t> bits) {
  mask(config).copy_to(bits);
  const auto end = vocabulary_->end_token();
  if (config->may_end && end >= 0) {
    bits[static_cast<std::size_t>(end) / 32] |= 1U << (static_cast<std::uint32_t>(end) % 32);
  }
}

const Mask* Engine::keep(Mask mask) {
  const std::lock_guard lock(mutex_);
  machine_.charge(mask.memory() + (mask.depends == nullptr ? 0 : mask.depends->memory()));
  return &masks_.emplace_back(std::move(mask));
}

const Mask& Engine::mask(const Config* config) {
  const auto* known = config->mask.load(std::memory_order_acquire);
  return known != nullptr ? *known : make_mask(config);
}

namespace {

// The masks of several stacks together. What comes from a stack that may come to no end comes only
// when it does.
class Together {
 public:
  explicit Together(std::size_t words) : bits_(words) {}
  void add(const Stack* stack, const Mask& mask) {
    if (stack->sure) {
      mask.add_to(bits_);
    } else {
      auto& group = depends_.groups.emplace_back(Depends::Group{{stack}, mask});
      group.tokens.depends = nullptr;
    }
    add_depends(mask);
  }
  void add_sure(const Mask& mask) {
    mask.add_to(bits_);
    add_depends(mask);
  }
  Mask take() {
    Mask out(std::move(bits_));
    if (!depends_.groups.empty() || !depends_.entrances.empty()) {
      out.depends = std::make_shared<const Depends>(std::move(depends_));
    }
    return out;
  }

 private:
  void add_depends(const Mask& mask) {
    if (mask.depends == nullptr) return;
    const auto& [groups, entrances] = *mask.depends;
    depends_.groups.insert(depends_.groups.end(), groups.begin(), groups.end());
    depends_.entrances.insert(depends_.entrances.end(), entrances.begin(), entrances.end());
  }
  Bits bits_;
  Depends depends_;
};

}  // namespace

// Two threads may work out one mask at the same time; both are right, one is kept in use.
const Mask& Engine::make_mask(const Config* config) {
  const Mask* made = nullptr;
  if (config->stacks.size() == 1) {
    made = &mask(config->stacks[0]);
  } else if (const auto* twin = machine_.representative(config); twin != config) {
    made = &mask(twin);
  } else {
    // Those that are known or cost little are taken one by one, as other configs share them.
    Together all(vocabulary_->words());
    std::vector<const Stack*> together;
    for (const auto* stack : config->stacks) {
      const bool known = stack->mask.load(std::memory_order_acquire) != nullptr;
      if (known || !stack->sure || MaskWalk::is_text(machine_, stack)) {
        all.add(stack, mask(stack));
      } else {
        together.push_back(stack);
      }
    }
    if (together.size() == 1) {
      all.add(together[0], mask(together[0]));
    } else if (!together.empty()) {
      all.add_sure(MaskWalk(machine_, *vocabulary_).tokens_of(together));
    }
    made = keep(all.take());
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
    const bool slot = std::any_of(run.after->stacks.begin(), run.after->stacks.end(),
                                  [&](const Stack* stack) { return machine_.in_slot(stack); });
    const auto next = machine_.next_bytes(run.after);
    if (slot || next.count() != 1) break;
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
