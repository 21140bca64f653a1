// host/decode/job.h - one read or decode on its way through the worker's steps.
//
// Owned by the worker thread once submitted; finish() may also come from the executor's timer,
// and whoever is first answers.
#pragma once

#include <atomic>
#include <optional>

#include "host/base/clock.h"
#include "host/decode/forced_run.h"
#include "host/decode/scheduler.h"

namespace sr::host {

class Job {
 public:
  using Done = std::function<void(Result<Decoded>)>;

  // A read when the request has no grammar.
  Job(DecodeRequest request, Done done) : request_(std::move(request)), done_(std::move(done)) {
    pending_ = std::move(request_.prompt);
    result_.stats.prompt = static_cast<std::uint32_t>(pending_.size());
  }

  // Opens the matcher and adds the run that is forced from the start. [worker]
  Status begin(ForcedRuns& runs);

  // The next tokens to forward, at most `limit`; remembers how many. [worker]
  std::span<const std::int32_t> next_chunk(std::size_t limit);
  std::uint32_t logits() const;  // for the chunk just taken
  bool wants_token() const { return matcher_ && idle() && !complete_; }
  void forwarded(double ms);
  void not_forwarded() { next_ = chunk_start_; }  // the backend was interrupted: once more
  bool idle() const { return next_ == pending_.size(); }

  Status fill_mask(std::span<std::uint32_t> mask);
  // Advances over what was sampled and over what that forces. [worker]
  Status take(std::int32_t token, const sr_vocabulary&, ForcedRuns& runs);
  void sampled(double ms) { result_.stats.sample_ms += ms; }

  // Everything that was asked for is done.
  bool complete() const { return matcher_ ? complete_ : idle(); }
  sr_sequence* sequence() const { return request_.sequence->get(); }
  const DecodeRequest& request() const { return request_; }

  bool finished() const { return finished_.load(std::memory_order_acquire); }
  void succeed();
  void fail(Error error);

 private:
  void append(std::span<const std::int32_t> tokens, const sr_vocabulary& vocabulary);

  DecodeRequest request_;
  Done done_;
  std::atomic<bool> finished_ = false;
  std::optional<MatcherRef> matcher_;
  std::vector<std::int32_t> pending_;
  std::size_t next_ = 0, chunk_start_ = 0;
  bool prompt_read_ = false;
  bool complete_ = false;
  Clock::time_point submitted_ = Clock::now();
  Decoded result_;
};

}  // namespace sr::host
