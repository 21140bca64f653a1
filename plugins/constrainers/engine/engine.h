// engine/engine.h - a Program run over one Vocabulary, with everything that has been worked out
// about it so far: masks, where tokens lead, forced runs. Shared by all sessions; any thread.
// What is known is read without a lock.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <string>

#include "engine/machine/machine.h"
#include "engine/masks/mask.h"
#include "engine/masks/token_memo.h"
#include "engine/masks/vocabulary.h"

namespace sr::constrain {

// The bytes that must follow a config, at most kLongest of them, and where they lead.
struct ForcedRun {
  static constexpr std::size_t kLongest = 256;
  std::string bytes;
  const Config* after;
};

// Where a grammar has slots, it holds for all texts that they may have: masks say apart what
// depends on them, forced runs end before a slot, and accept() may come to a dead end.
// Opening (opening.h) asks it, and knows the texts.
class Engine {
 public:
  Engine(std::shared_ptr<const Program> program, std::shared_ptr<const Vocabulary> vocabulary);

  const Config* start() const { return machine_.start(); }
  const Config* ended() const { return machine_.ended(); }
  // nullptr when the token may not come next.
  const Config* accept(const Config* from, std::int32_t token);
  void fill_mask(const Config* config, std::span<std::uint32_t> bits);
  const ForcedRun& forced(const Config* config);
  bool done(const Config* config) const;  // nothing but the end token can follow
  std::string explain(const Config* config) const;

  // For an Opening. Where the token is known to lead from here; and to remember it.
  static const Config* known(const Config* from, std::int32_t token);
  void remember(const Config* from, std::int32_t token, const Config* next);
  const Mask& mask(const Config* config);
  const Mask& mask(const Stack* stack);
  Machine& machine() { return machine_; }
  const Program& program() const { return *program_; }

  const Vocabulary& vocabulary() const { return *vocabulary_; }
  std::size_t memory() const { return machine_.memory(); }

 private:
  const Mask& make_mask(const Config* config);
  const Mask* keep(Mask mask);

  const std::shared_ptr<const Program> program_;
  const std::shared_ptr<const Vocabulary> vocabulary_;
  Machine machine_;
  std::mutex mutex_;  // guards what follows; what they hold is immutable once published
  std::deque<Mask> masks_;
  std::deque<ForcedRun> runs_;
  std::deque<TokenMemo> memos_;
};

}  // namespace sr::constrain
