#include "writer_gate.h"

#include <algorithm>

namespace sr::sqlite {

bool WriterGate::enter(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  if (!taken_) {
    taken_ = true;
    return true;
  }
  Waiter self;
  waiting_.push_back(&self);
  const auto mine = [&] { return self.mine; };
  if (self.turn.wait_until(lock, std::chrono::steady_clock::now() + patience, mine)) return true;
  waiting_.erase(std::ranges::find(waiting_, &self));
  return false;
}

void WriterGate::leave() {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) {
    taken_ = false;
    return;
  }
  Waiter* next = waiting_.front();
  waiting_.pop_front();
  next->mine = true;
  next->turn.notify_one();  // under the lock: the waiter's frame may be gone right after it
}

}  // namespace sr::sqlite
