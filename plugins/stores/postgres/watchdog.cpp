#include "watchdog.h"

#include <sys/socket.h>

#include <algorithm>

namespace sr::postgres {

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

Watchdog::Call::Call(Watchdog& watchdog, int socket, std::chrono::milliseconds time)
    : watchdog_(watchdog), socket_(socket), deadline_(Clock::now() + time) {
  if (time.count() == 0) {
    deadline_ = Clock::time_point::max();
    return;
  }
  bool sooner = false;
  {
    const std::lock_guard lock(watchdog_.mutex_);
    watchdog_.calls_.insert(this);
    sooner = deadline_ < watchdog_.next_;
  }
  // Seldom: most calls end long before the thread looks, and it sleeps on until the first of them
  // would have been too late.
  if (sooner) watchdog_.wake_.notify_all();
}

Watchdog::Call::~Call() {
  if (deadline_ == Clock::time_point::max()) return;
  const std::lock_guard lock(watchdog_.mutex_);
  watchdog_.calls_.erase(this);
}

bool Watchdog::Call::ended() const {
  const std::lock_guard lock(watchdog_.mutex_);
  return ended_;
}

bool Watchdog::sooner_than(Clock::time_point time) const {
  return std::any_of(calls_.begin(), calls_.end(), [&](const Call* call) {
    return !call->ended_ && call->deadline_ < time;
  });
}

void Watchdog::run() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    const auto now = Clock::now();
    next_ = Clock::time_point::max();
    for (Call* call : calls_) {
      if (call->ended_) continue;
      if (call->deadline_ <= now) {
        // The owner closes the socket only after its call, so it is still this one.
        ::shutdown(call->socket_, SHUT_RDWR);
        call->ended_ = true;
      } else {
        next_ = std::min(next_, call->deadline_);
      }
    }
    if (next_ == Clock::time_point::max()) {
      wake_.wait(lock, [&] { return stop_ || sooner_than(Clock::time_point::max()); });
    } else {
      wake_.wait_until(lock, next_, [&] { return stop_ || sooner_than(next_); });
    }
  }
}

}  // namespace sr::postgres
