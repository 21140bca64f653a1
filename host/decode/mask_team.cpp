#include "host/decode/mask_team.h"

#include "host/base/clock.h"

namespace sr::host {
namespace {

constexpr double kWorthWakingMs = 0.05;

}  // namespace

MaskTeam::~MaskTeam() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
  }
  for (auto& helper : helpers_) helper.join();
}

void MaskTeam::fill(std::size_t count, const std::function<void(std::size_t)>& one) {
  const auto start = Clock::now();
  std::size_t done = 0;
  while (done < count) {
    one(done++);
    if (ms_since(start) > kWorthWakingMs) break;
  }
  // The last one is the caller's: there is nobody to share it with.
  if (count - done < 2 || most_ == 0) {
    while (done < count) one(done++);
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    one_ = &one;
    count_ = count;
    next_ = done;
    if (helpers_.empty()) {
      for (std::size_t i = 0; i < most_; ++i) helpers_.emplace_back([this] { help(); });
    }
    ++round_;
    wake_.notify_all();
  }
  work(one, count);
  // Nothing is left to take: who has not woken up by now is not waited for.
  std::unique_lock lock(mutex_);
  one_ = nullptr;
  idle_.wait(lock, [this] { return busy_ == 0; });
}

void MaskTeam::work(const One& one, std::size_t count) {
  for (auto i = next_.fetch_add(1); i < count; i = next_.fetch_add(1)) one(i);
}

void MaskTeam::help() {
  std::size_t seen = 0;
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [&] { return stopping_ || round_ != seen; });
    if (stopping_) return;
    seen = round_;
    if (one_ == nullptr) continue;
    const One& one = *one_;
    const auto count = count_;
    ++busy_;
    lock.unlock();
    work(one, count);
    lock.lock();
    if (--busy_ == 0) idle_.notify_all();
  }
}

}  // namespace sr::host
