// host/decode/scheduler.h - one backend's worker thread, and the batches that it runs.
//
// A turn asks for a read or a decode and waits in its coroutine. The worker takes everything that
// is waiting, forwards all sequences in one call, fills their masks, and samples for all of them
// in one call; turns join and leave between steps. Call from the executor thread.
//
// A request that outlives its time is answered SR_DEADLINE at once, even if the backend is stuck:
// the backend is asked to return, and what it still does to that sequence is thrown away.
#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "host/base/async.h"
#include "host/decode/sequence.h"
#include "host/plugins/backend.h"
#include "host/plugins/constrainer.h"

namespace sr::host {

struct ReadRequest {
  SharedSequence sequence;
  std::vector<std::int32_t> tokens;
  std::uint64_t timeout_ms = 20000;
};
// Of one that reads a log anew, which may be long.
constexpr std::uint64_t kReadTimeoutMs = 600000;

// The way not taken at one token of an answer: all in front of it, and what does not follow.
struct Branch {
  std::vector<std::int32_t> begins;
  std::int32_t not_next = -1;  // none: the answer is free from there on
};

struct DecodeRequest {
  SharedSequence sequence;
  std::vector<std::int32_t> prompt;  // read first; at least one token
  std::shared_ptr<GrammarRef> grammar;
  std::vector<SlotTexts> slots;  // what the grammar's slots hold, when it has any
  Branch branch{};               // how the answer begins
  std::uint32_t max_tokens = 2048;
  std::uint64_t timeout_ms = 20000;
  float temperature = 0;
  std::uint64_t seed = 0;
  std::string about;  // what is asked; answers to questions that are alike are tried as drafts
  std::function<void(std::string_view text)> progress;  // on the worker, after each step; or none
};

// Milliseconds, and counts of model steps (forwards that it took part in) and tokens.
struct DecodeStats {
  double wait_ms = 0;     // until the worker took the request
  double read_ms = 0;     // forwards that read the prompt
  double forward_ms = 0;  // forwards after that
  double mask_ms = 0;     // masks, accepting, forced runs
  double sample_ms = 0;
  std::uint32_t steps = 0;
  std::uint32_t prompt = 0, sampled = 0, forced = 0;  // tokens
  std::uint32_t ahead = 0;  // of those sampled and forced, how many a draft had right
};

// A token that was chosen where another came near.
struct Doubt {
  std::size_t at = 0;  // so many of the answer's tokens are in front of it
  float margin = 0;    // of log-probability, less than this:
  static constexpr float kMost = 4;
};

struct Decoded {
  std::string text;
  std::vector<std::int32_t> tokens;
  std::vector<Doubt> doubts;         // in order
  std::vector<std::int32_t> unread;  // the end of `tokens` that the sequence has not read yet
  // The least by which a chosen token's log-probability was above that of any other; infinite when
  // nothing was left to choose, or the backend does not tell.
  float margin = std::numeric_limits<float>::infinity();
  DecodeStats stats;
};

class Scheduler {
 public:
  explicit Scheduler(LoadedBackend backend);
  ~Scheduler();  // waits for the step that is running; what waits is answered SR_CANCELLED

  // [any] How long, in milliseconds, the worker has been at one round of calls of the backend; 0
  // when it waits for work.
  double busy_ms() const;

  LoadedBackend& backend() { return backend_; }
  const LoadedBackend& backend() const { return backend_; }

  // Its first `pinned` tokens are not lost sight of, where a backend would let go of old ones.
  Async<Result<SharedSequence>> open(std::uint64_t pinned = 0);
  Async<Result<SharedSequence>> fork(SharedSequence from);
  // What a sequence has read, as bytes that load() makes it of again, and how many tokens it is.
  Async<Result<std::string>> save(SharedSequence sequence);
  Async<Result<SharedSequence>> load(std::string bytes);
  Async<Result<std::uint64_t>> length(SharedSequence sequence);
  // The request is taken over when the coroutine starts; it must live until then. (By reference,
  // because g++ 12 destroys an aggregate twice that is passed by value in a co_await.)
  // SR_NOT_FOUND: with what the slots hold, nothing can be written.
  Async<Status> read(ReadRequest& request);
  Async<Result<Decoded>> decode(DecodeRequest& request);

 private:
  class Worker;
  LoadedBackend backend_;
  std::shared_ptr<Worker> worker_;
};

}  // namespace sr::host
