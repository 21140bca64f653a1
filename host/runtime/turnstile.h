// host/runtime/turnstile.h - lets so many messages in at a time; the next one's thread waits.
//
// Any thread.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>

namespace sr::host {

// A message that is being worked on holds one.
using Ticket = std::shared_ptr<void>;

class Turnstile : public std::enable_shared_from_this<Turnstile> {
 public:
  explicit Turnstile(std::size_t most) : most_(most) {}

  // Waits for one of those who are in to leave. Null when it was opened: nobody is let in any more.
  Ticket enter() {
    std::unique_lock lock(mutex_);
    left_.wait(lock, [&] { return open_ || inside_ < most_; });
    if (open_) return nullptr;
    ++inside_;
    return {this, [self = shared_from_this()](void*) { self->leave(); }};
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    left_.notify_all();
  }

 private:
  void leave() {
    const std::lock_guard lock(mutex_);
    --inside_;
    left_.notify_one();
  }

  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable left_;
  std::size_t inside_ = 0;
  bool open_ = false;
};

}  // namespace sr::host
