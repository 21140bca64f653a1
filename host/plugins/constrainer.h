// host/plugins/constrainer.h - calls to a constrainer. Thread rules: state_runtime/constrainer.h.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "host/plugins/instance.h"
#include "state_runtime/constrainer.h"

namespace sr::host {

struct NamedGrammar {
  std::string name, kind, text;
};
struct GrammarSource {
  std::string kind, text;
  std::vector<NamedGrammar> named;
};

// The texts that the slots of one name hold; see sr_slot_texts.
struct SlotTexts {
  std::string name;
  std::vector<std::string> texts;
};

// A cursor through a grammar; one thread at a time.
class MatcherRef {
 public:
  MatcherRef(std::shared_ptr<Instance> instance, sr_matcher* matcher);
  ~MatcherRef();
  MatcherRef(MatcherRef&&) noexcept;
  MatcherRef& operator=(MatcherRef&&) noexcept;

  Result<MatcherRef> fork() const;
  Status fill_mask(std::span<std::uint32_t> mask);
  Status accept(std::int32_t token);
  std::size_t forced(std::span<std::uint8_t> bytes);
  Status rollback(std::size_t count);
  std::int32_t status();
  std::string explain();

 private:
  std::shared_ptr<Instance> instance_;
  const sr_constrainer* table_;
  sr_matcher* matcher_;
};

// A compiled grammar; any thread. Keep it while matchers of it live.
class GrammarRef {
 public:
  GrammarRef(std::shared_ptr<Instance> instance, sr_grammar* grammar);
  ~GrammarRef();
  GrammarRef(const GrammarRef&) = delete;
  GrammarRef& operator=(const GrammarRef&) = delete;
  // With what its slots hold, when it has any. SR_UNSUPPORTED when texts are given to a constrainer
  // that is too old for slots.
  Result<MatcherRef> open(std::span<const SlotTexts> slots = {}) const;

 private:
  std::shared_ptr<Instance> instance_;
  const sr_constrainer* table_;
  sr_grammar* grammar_;
};

class LoadedConstrainer {
 public:
  explicit LoadedConstrainer(std::shared_ptr<Instance> instance);
  // The vocabulary must outlive the grammar.
  Result<std::shared_ptr<GrammarRef>> compile(const GrammarSource&, const sr_vocabulary&);
  const std::string& label() const { return instance_->label(); }

 private:
  std::shared_ptr<Instance> instance_;
  const sr_constrainer* table_;
};

}  // namespace sr::host
