// host/decode/worker.h - the thread that makes every [worker] call of one backend.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "host/decode/drafts.h"
#include "host/decode/job.h"
#include "host/decode/mask_team.h"

namespace sr::host {

class Scheduler::Worker final : public SequenceGraveyard {
 public:
  // A call that is made between two steps (open, fork, save, load). `backend` is null when the
  // worker is stopping.
  using Call = std::function<void(LoadedBackend* backend)>;

  explicit Worker(LoadedBackend& backend);
  void stop();

  void submit(std::shared_ptr<Job> job);
  void submit(Call call);
  void bury(SequencePtr sequence) noexcept override;
  double busy_ms() const;  // [any]

 private:
  void run();
  bool take_waiting();  // false: stop
  void step();
  void forward_all();
  void sample_all();
  bool sample_round();  // whether some have read ahead and can choose again at once
  void take(const std::shared_ptr<Job>& job, std::int32_t token);
  bool may_draft(const Job& job);
  void fill_masks(const std::vector<std::shared_ptr<Job>>& jobs);  // fails those that are stuck
  void settle(const std::shared_ptr<Job>& job, const Status& status);

  LoadedBackend& backend_;
  ForcedRuns runs_;
  Drafts drafts_;
  std::optional<bool> can_forget_;  // tokens; not known before it was asked
  const std::size_t mask_words_;

  // When the round that is running began; none: the worker waits.
  std::atomic<Clock::time_point> round_{Clock::time_point()};

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::shared_ptr<Job>> waiting_;
  std::deque<Call> calls_;
  std::vector<SequencePtr> buried_;
  bool stopping_ = false;
  bool stopped_ = false;

  std::vector<std::shared_ptr<Job>> active_;  // the worker's own
  std::vector<std::uint32_t> masks_;          // (active, mask_words_)
  MaskTeam team_;
  std::thread thread_;
};

}  // namespace sr::host
