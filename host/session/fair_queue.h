// host/session/fair_queue.h - work that waits for a thread: who has much of it keeps nobody waiting.
//
// Those who have something waiting take turns, one piece at a time; what one of them has is done in
// the order in which it came. So nobody waits for more than one piece of each of the others. Any thread.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace sr::host {

class FairQueue {
 public:
  using Work = std::function<void()>;

  void put(const std::string& party, Work work) {
    const std::lock_guard lock(mutex_);
    auto& own = waiting_[party];
    if (own.empty()) turns_.push_back(party);
    own.push_back(std::move(work));
  }
  // There must be some.
  Work take() {
    const std::lock_guard lock(mutex_);
    const auto next = waiting_.find(turns_.front());
    turns_.pop_front();
    auto& own = next->second;
    Work work = std::move(own.front());
    own.pop_front();
    if (own.empty()) {
      waiting_.erase(next);
    } else {
      turns_.push_back(next->first);
    }
    return work;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::deque<Work>> waiting_;  // none is empty
  std::deque<std::string> turns_;                    // each of them once
};

}  // namespace sr::host
