// gate.h - waiting that interrupt() can end. interrupt() is [any]; the rest is [worker].
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

namespace sr::scripted {

class Gate {
 public:
  // One forward() or sample(), from its construction to its end.
  class Call {
   public:
    explicit Call(Gate& gate) : gate_(gate) { gate_.set(true); }
    ~Call() { gate_.set(false); }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

   private:
    Gate& gate_;
  };

  void interrupt() noexcept {
    const std::lock_guard lock(mutex_);
    if (!running_) return;
    interrupted_ = true;
    changed_.notify_all();
  }
  bool interrupted() const noexcept {
    const std::lock_guard lock(mutex_);
    return interrupted_;
  }
  // Without a time: until interrupted. Returns false when it was interrupted.
  bool wait(std::optional<std::chrono::microseconds> time) {
    std::unique_lock lock(mutex_);
    const auto done = [&] { return interrupted_; };
    if (!time) {
      changed_.wait(lock, done);
    } else {
      changed_.wait_for(lock, *time, done);
    }
    return !interrupted_;
  }

 private:
  void set(bool running) noexcept {
    const std::lock_guard lock(mutex_);
    running_ = running;
    interrupted_ = false;
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool running_ = false, interrupted_ = false;
};

}  // namespace sr::scripted
