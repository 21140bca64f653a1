// host/decode/forced_run.h - text that a grammar leaves no choice about, as canonical tokens.
//
// Forced bytes are tokenized as the model's tokenizer would write them and appended as one batch.
// The last token of a run is held back while it could still grow into a longer token with what
// follows, so that the model sees the same tokens as if it had written the run itself.
// One thread at a time.
#pragma once

#include <cstdint>
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
  const LoadedBackend& backend_;
  std::vector<bool> may_grow_;  // (vocabulary) token is a proper prefix of another
  std::vector<std::uint8_t> buffer_;
};

}  // namespace sr::host
