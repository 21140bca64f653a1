#include "host/decode/worker.h"

#include <algorithm>
#include <limits>

namespace sr::host {
namespace {

// Long reads go down in pieces, so that a session that catches up does not hold up a click.
constexpr std::size_t kChunk = 256;
constexpr std::size_t kMostHelpers = 3;

std::size_t helpers() {
  const std::size_t cores = std::thread::hardware_concurrency();
  return std::clamp<std::size_t>(cores == 0 ? 1 : cores - 1, 1, kMostHelpers);
}

// Only what is chosen greedily can be guessed.
bool drafts(const DecodeRequest& request) {
  return !request.about.empty() && request.temperature == 0;
}

Error item_error(const AbiError& error, const std::string& where) {
  return error.error(error.code, where);
}

}  // namespace

Scheduler::Worker::Worker(LoadedBackend& backend)
    : backend_(backend),
      runs_(backend),
      drafts_(backend),
      mask_words_((static_cast<std::size_t>(backend.vocabulary().size) + 31) / 32),
      team_(helpers()),
      thread_([this] { run(); }) {}

void Scheduler::Worker::stop() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  wake_.notify_all();
  // A forward that begins just after an interrupt would not see it: ask until the worker is out.
  while (!wake_.wait_for(lock, std::chrono::milliseconds(20), [&] { return stopped_; })) {
    backend_.interrupt();
  }
  lock.unlock();
  thread_.join();
}

void Scheduler::Worker::submit(std::shared_ptr<Job> job) {
  {
    std::lock_guard lock(mutex_);
    if (!stopping_) {
      waiting_.push_back(std::move(job));
      wake_.notify_all();
      return;
    }
  }
  job->fail({SR_CANCELLED, backend_.label(), "the host is shutting down", {}});
}

void Scheduler::Worker::submit(Call call) {
  {
    std::lock_guard lock(mutex_);
    if (!stopping_) {
      calls_.push_back(std::move(call));
      wake_.notify_all();
      return;
    }
  }
  call(nullptr);
}

void Scheduler::Worker::bury(SequencePtr sequence) noexcept {
  std::lock_guard lock(mutex_);
  if (stopped_) return;  // closed here: nobody else uses the backend any more
  buried_.push_back(std::move(sequence));
  wake_.notify_all();
}

double Scheduler::Worker::busy_ms() const {
  const auto began = round_.load();
  return began == Clock::time_point() ? 0 : ms_since(began);
}

void Scheduler::Worker::run() {
  while (take_waiting()) step();
  const Error cancelled{SR_CANCELLED, backend_.label(), "the host is shutting down", {}};
  std::unique_lock lock(mutex_);
  auto jobs = std::move(waiting_);
  auto calls = std::move(calls_);
  lock.unlock();
  for (auto& job : active_) job->fail(cancelled);
  for (auto& job : jobs) job->fail(cancelled);
  for (auto& call : calls) call(nullptr);
  active_.clear();
  jobs.clear();
  lock.lock();
  stopped_ = true;
  buried_.clear();
  wake_.notify_all();
}

bool Scheduler::Worker::take_waiting() {
  std::deque<Call> calls;
  std::deque<std::shared_ptr<Job>> jobs;
  std::vector<SequencePtr> buried;
  {
    round_ = Clock::time_point();
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [&] {
      return stopping_ || !active_.empty() || !waiting_.empty() || !calls_.empty() ||
             !buried_.empty();
    });
    if (stopping_) return false;
    calls.swap(calls_);
    jobs.swap(waiting_);
    buried.swap(buried_);
    round_ = Clock::now();
  }
  for (auto& call : calls) call(&backend_);
  for (auto& job : jobs) {
    if (job->finished()) continue;  // its time ran out while it waited
    if (auto begun = job->begin(runs_); begun) {
      const bool guess = drafts(job->request()) && can_forget_.value_or(true);
      if (guess) job->expect(drafts_.guess(job->request().about));
      active_.push_back(std::move(job));
    } else {
      job->fail(begun.error());
    }
  }
  return true;
}

void Scheduler::Worker::step() {
  std::erase_if(active_, [](const auto& job) { return job->finished(); });
  if (active_.empty()) return;
  forward_all();
  std::erase_if(active_, [](const auto& job) { return job->finished(); });
  sample_all();
  std::erase_if(active_, [](const auto& job) { return job->finished(); });
}

void Scheduler::Worker::settle(const std::shared_ptr<Job>& job, const Status& status) {
  if (!status) {
    job->fail(status.error());
  } else if (job->complete()) {
    job->succeed();
  }
}

void Scheduler::Worker::forward_all() {
  std::vector<sr_forward_item> items(active_.size());
  std::vector<AbiError> errors(active_.size());
  std::vector<sr_forward_item*> batch;
  for (std::size_t i = 0; i < active_.size(); ++i) {
    const auto tokens = active_[i]->next_chunk(kChunk);
    if (tokens.empty()) continue;  // an interrupted sample is asked for again
    items[i] = {sizeof(sr_forward_item), active_[i]->logits(), active_[i]->sequence(),
                tokens.data(), tokens.size(), &errors[i]};
    batch.push_back(&items[i]);
  }
  if (batch.empty()) return;
  const auto start = Clock::now();
  const auto called = backend_.forward(batch);
  const double ms = ms_since(start);
  for (std::size_t i = 0; i < active_.size(); ++i) {
    auto& job = active_[i];
    if (items[i].sequence == nullptr) continue;
    if ((called ? errors[i].code : called.error().code) == SR_CANCELLED) {
      job->not_forwarded();  // somebody else's time ran out
    } else if (!called) {
      job->fail(called.error());
    } else if (errors[i].code != SR_OK) {
      job->fail(item_error(errors[i], backend_.label()));
    } else {
      job->forwarded(ms);
      if (job->complete() && job->idle()) job->succeed();
    }
  }
}

// The device may still be at work on the forward.
void Scheduler::Worker::fill_masks(const std::vector<std::shared_ptr<Job>>& jobs) {
  masks_.resize(jobs.size() * mask_words_);
  std::vector<Status> filled(jobs.size());
  team_.fill(jobs.size(), [&](std::size_t i) {
    filled[i] = jobs[i]->fill_mask({masks_.data() + i * mask_words_, mask_words_});
  });
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (!filled[i]) jobs[i]->fail(filled[i].error());
  }
}

void Scheduler::Worker::sample_all() {
  while (sample_round()) {
  }
}

bool Scheduler::Worker::sample_round() {
  std::vector<std::shared_ptr<Job>> jobs;
  for (auto& job : active_) {
    if (job->wants_token() && !job->finished()) jobs.push_back(job);
  }
  if (jobs.empty()) return false;
  fill_masks(jobs);
  std::vector<sr_sampling> sampling(jobs.size());
  std::vector<sr_pick> picks(jobs.size());
  std::vector<AbiError> errors(jobs.size());
  std::vector<sr_pick*> batch;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (jobs[i]->finished()) continue;
    const auto& request = jobs[i]->request();
    sampling[i] = {sizeof(sr_sampling), 0, request.temperature, 1.0F, request.seed};
    picks[i] = {sizeof(sr_pick), -1, jobs[i]->sequence(), jobs[i]->position(),
                masks_.data() + i * mask_words_, &sampling[i], nullptr, nullptr, 0, &errors[i],
                std::numeric_limits<float>::infinity()};
    batch.push_back(&picks[i]);
  }
  if (batch.empty()) return false;
  const auto start = Clock::now();
  const auto called = backend_.sample(batch);
  const double ms = ms_since(start);
  bool again = false;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (jobs[i]->finished()) continue;
    jobs[i]->sampled(ms);
    if ((called ? errors[i].code : called.error().code) == SR_CANCELLED) {
      continue;  // asked for again in the next step
    } else if (!called) {
      jobs[i]->fail(called.error());
    } else if (errors[i].code != SR_OK) {
      jobs[i]->fail(item_error(errors[i], backend_.label()));
    } else {
      jobs[i]->chose(picks[i].margin);
      take(jobs[i], picks[i].token);
      again = again || jobs[i]->wants_token();
    }
  }
  return again;
}

void Scheduler::Worker::take(const std::shared_ptr<Job>& job, std::int32_t token) {
  if (job->expects() && !may_draft(*job)) job->expect({});
  auto status = job->take(token, backend_.vocabulary(), runs_);
  if (status && job->wrong() > 0) {
    status = backend_.keep(job->sequence(), job->forwarded_tokens() - job->wrong());
    job->forgotten();
  }
  if (status && job->complete() && drafts(job->request())) {
    drafts_.remember(job->request().about, job->result().text, job->result().tokens);
  }
  settle(job, status);
}

// Whether the backend lets go of tokens again: keeping all of them tells without doing anything.
bool Scheduler::Worker::may_draft(const Job& job) {
  if (!can_forget_) {
    can_forget_ = static_cast<bool>(backend_.keep(job.sequence(), job.forwarded_tokens()));
  }
  return *can_forget_;
}

}  // namespace sr::host
