// engine/grammar.h - what the SDK's interfaces need: a compiled grammar and its matchers.
//
// A CompiledGrammar is shared; its matchers are cursors, one thread at a time each. When what an
// engine has worked out exceeds the budget, matchers opened from then on get a fresh engine; the
// old one goes with its last matcher.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "engine/opening.h"
#include "engine/slot_cache.h"
#include "state_runtime/constrainer.hpp"

namespace sr::constrain {

class CompiledGrammar final {
 public:
  // `slots`: of the vocabulary.
  CompiledGrammar(std::shared_ptr<const Program> program,
                  std::shared_ptr<const Vocabulary> vocabulary, std::size_t budget,
                  std::shared_ptr<SlotCache> slots);
  std::shared_ptr<Engine> engine();
  // With what its slots hold; nullptr when it has none.
  std::shared_ptr<Opening> open(std::shared_ptr<Engine> engine,
                                std::span<const sr_slot_texts> texts);
  const Program& program() const { return *program_; }

 private:
  const std::shared_ptr<const Program> program_;
  const std::shared_ptr<const Vocabulary> vocabulary_;
  const std::size_t budget_;  // bytes
  const std::shared_ptr<SlotCache> slots_;
  std::shared_ptr<const Conditions::Items> live_with(const std::vector<bool>& available);

  std::mutex mutex_;
  std::shared_ptr<Engine> engine_;
  // What can be completed when these slots have texts; latest use first.
  static constexpr std::size_t kLiveKept = 16;
  std::list<std::pair<std::vector<bool>, std::shared_ptr<const Conditions::Items>>> live_;
};

// A handle that compile() gives out; many may stand for one compiled grammar.
class SharedGrammar final : public Grammar {
 public:
  explicit SharedGrammar(std::shared_ptr<CompiledGrammar> grammar) : grammar_(std::move(grammar)) {}
  std::unique_ptr<Matcher> open() override { return open_with({}); }
  std::unique_ptr<Matcher> open_with(std::span<const sr_slot_texts> texts) override;

 private:
  std::shared_ptr<CompiledGrammar> grammar_;
};

class EngineMatcher final : public Matcher {
 public:
  EngineMatcher(std::shared_ptr<Engine> engine, std::shared_ptr<Opening> opening);

  std::unique_ptr<Matcher> fork() const override;
  void fill_mask(std::span<std::uint32_t> mask) override;
  void accept(std::int32_t token) override;
  std::size_t forced(std::span<std::uint8_t> bytes) override;
  void rollback(std::size_t count) override;
  std::int32_t status() override;
  std::string explain() override;

 private:
  [[noreturn]] void refuse(std::int32_t token);

  std::shared_ptr<Engine> engine_;
  std::shared_ptr<Opening> opening_;  // nullptr: the grammar has no slots
  const Config* now_;
  std::vector<const Config*> before_;  // one a token
};

}  // namespace sr::constrain
