// engine/grammar.h - what the SDK's interfaces need: a compiled grammar and its matchers.
//
// A CompiledGrammar is shared; its matchers are cursors, one thread at a time each. When what an
// engine has worked out exceeds the budget, matchers opened from then on get a fresh engine; the
// old one goes with its last matcher.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "engine/engine.h"
#include "state_runtime/constrainer.hpp"

namespace sr::constrain {

class CompiledGrammar final {
 public:
  CompiledGrammar(std::shared_ptr<const Program> program,
                  std::shared_ptr<const Vocabulary> vocabulary, std::size_t budget);
  std::shared_ptr<Engine> engine();
  const Program& program() const { return *program_; }

 private:
  const std::shared_ptr<const Program> program_;
  const std::shared_ptr<const Vocabulary> vocabulary_;
  const std::size_t budget_;  // bytes
  std::mutex mutex_;
  std::shared_ptr<Engine> engine_;
};

// A handle that compile() gives out; many may stand for one compiled grammar.
class SharedGrammar final : public Grammar {
 public:
  explicit SharedGrammar(std::shared_ptr<CompiledGrammar> grammar) : grammar_(std::move(grammar)) {}
  std::unique_ptr<Matcher> open() override;

 private:
  std::shared_ptr<CompiledGrammar> grammar_;
};

class EngineMatcher final : public Matcher {
 public:
  explicit EngineMatcher(std::shared_ptr<Engine> engine);

  std::unique_ptr<Matcher> fork() const override;
  void fill_mask(std::span<std::uint32_t> mask) override;
  void accept(std::int32_t token) override;
  std::size_t forced(std::span<std::uint8_t> bytes) override;
  void rollback(std::size_t count) override;
  std::int32_t status() override;
  std::string explain() override;

 private:
  [[noreturn]] void refuse(std::int32_t token) const;

  std::shared_ptr<Engine> engine_;
  const Config* now_;
  std::vector<const Config*> before_;  // one a token
};

}  // namespace sr::constrain
