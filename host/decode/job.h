// host/decode/job.h - one read or decode on its way through the worker's steps.
//
// Owned by the worker thread once submitted; finish() may also come from the executor's timer,
// and whoever is first answers.
#pragma once

#include <algorithm>
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
  // What the answer may be: read ahead from the first choice on, as far as the model agrees.
  void expect(std::vector<std::int32_t> draft) { draft_ = std::move(draft); }
  bool expects() const { return !draft_.empty(); }

  // The next tokens to forward, at most `limit`; remembers how many. [worker]
  std::span<const std::int32_t> next_chunk(std::size_t limit);
  std::uint32_t logits() const;  // for the chunk just taken
  bool wants_token() const { return matcher_ && idle() && !complete_; }
  void forwarded(double ms);
  void not_forwarded() { next_ = chunk_start_; }  // the backend was interrupted: once more
  std::size_t forwarded_tokens() const { return last_size_; }  // of the last forward
  bool idle() const { return next_ == pending_.size(); }

  Status fill_mask(std::span<std::uint32_t> mask);
  // Of the last forward: after which of the tokens whose logits it kept the model chooses next.
  std::size_t position() const { return all_logits_ ? last_size_ - ahead_.size() - 1 : 0; }
  // How far ahead of all others the token is that is taken next.
  void chose(float margin);
  // Advances over what was sampled and over what that forces. [worker]
  Status take(std::int32_t token, const sr_vocabulary&, ForcedRuns& runs);
  // How many tokens the sequence must forget: the end of the last forward, which a draft had wrong.
  std::size_t wrong() const { return wrong_; }
  void forgotten() { wrong_ = 0; }
  void sampled(double ms) { result_.stats.sample_ms += ms; }

  // Everything that was asked for is done.
  bool complete() const { return matcher_ ? complete_ : idle(); }
  sr_sequence* sequence() const { return request_.sequence->get(); }
  const DecodeRequest& request() const { return request_; }
  const Decoded& result() const { return result_; }

  bool finished() const { return finished_.load(std::memory_order_acquire); }
  void succeed();
  void fail(Error error);

 private:
  void append(std::span<const std::int32_t> tokens, const sr_vocabulary& vocabulary);
  void add(std::span<const std::int32_t> tokens, const sr_vocabulary& vocabulary);
  void compare_with_draft();
  void read_ahead();

  DecodeRequest request_;
  Done done_;
  std::atomic<bool> finished_ = false;
  std::optional<MatcherRef> matcher_;
  std::vector<std::int32_t> pending_;
  std::size_t next_ = 0, chunk_start_ = 0;
  std::vector<std::int32_t> draft_;  // of the whole answer
  std::vector<std::int32_t> ahead_;  // its part at the end of the last forward, not yet chosen
  std::size_t last_size_ = 0, wrong_ = 0;
  bool all_logits_ = false;
  bool prompt_read_ = false;
  bool complete_ = false;
  Clock::time_point submitted_ = Clock::now();
  Decoded result_;
};

}  // namespace sr::host
