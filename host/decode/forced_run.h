// host/decode/forced_run.h - text that a grammar leaves no choice about, as canonical tokens.
//
// Forced bytes are tokenized as the model's tokenizer would write them and appended as one batch.
// The end of a run is held back while it could still be the beginning of a longer token, together
// with what follows, so that the model sees the same tokens as if it had written the run itself.
// One thread at a time.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "host/plugins/backend.h"
#include "host/plugins/constrainer.h"

namespace sr::host {

class ForcedRuns {
 public:
  explicit ForcedRuns(const LoadedBackend& backend);

  // The tokens that must come next; the matcher is advanced over them. Empty when there is a
  // choice at once.
  Result<std::vector<std::int32_t>> take(MatcherRef& matcher);

  const sr_vocabulary& vocabulary() const { return backend_.vocabulary(); }

 private:
  // Does a longer token begin with this text?
  bool may_grow(std::string_view text) const;
  // How many tokens of the run stay as they are whatever follows.
  std::size_t settled(std::string_view text, std::span<const std::int32_t> run) const;

  const LoadedBackend& backend_;
  std::vector<std::int32_t> in_order_;  // tokens by their bytes, so that extensions follow
  std::vector<std::uint8_t> buffer_;
};

}  // namespace sr::host
