// backend.h - the vocabulary of a tokenizer.json, without a model: for checking grammars and
// measuring them. Sequences cannot be opened (SR_UNSUPPORTED). Immutable, any thread.
#pragma once

#include <memory>

#include "state_runtime/backend.hpp"
#include "tokenizer/tokenizer.h"

namespace sr::tokenizer_only {

class TokenizerBackend final : public Backend {
 public:
  using Interface = Backend;
  static constexpr const char* kType = "tokenizer";
  static constexpr const char* kSummary =
      "A tokenizer without a model: for checking and measuring grammars, never for turns.";
  static const sr_option* const kOptions[];

  TokenizerBackend(Host host, const Config& config);

  sr_backend_info describe() const noexcept override;
  const sr_vocabulary& vocabulary() const noexcept override { return vocabulary_; }
  std::vector<std::int32_t> tokenize(std::string_view text, bool specials) const override;
  std::unique_ptr<Sequence> open() override;
  std::unique_ptr<Sequence> fork(const Sequence&) override { return open(); }
  std::uint64_t length(const Sequence&) const noexcept override { return 0; }
  void forward(std::span<sr_forward_item* const>) override { open(); }
  void sample(std::span<sr_pick* const>) override { open(); }

 private:
  std::unique_ptr<const hybrid::Tokenizer> tokenizer_;
  sr_vocabulary vocabulary_;
};

}  // namespace sr::tokenizer_only
