#include "keeper.h"

#include <algorithm>

#include "common/records.h"

namespace sr::postgres {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kFirstWait{100};
constexpr std::chrono::milliseconds kLongestWait{5000};

}  // namespace

bool BackOff::may_try() const { return wait_.count() == 0 || Clock::now() >= next_; }

void BackOff::check() const {
  if (may_try()) return;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_ - Clock::now());
  throw Lost(SR_UNAVAILABLE, why_ + "; the next attempt is in " + stores::spoken(left));
}

void BackOff::failed(const Failure& why) {
  why_ = why.what();
  wait_ = std::clamp(wait_ * 2, kFirstWait, kLongestWait);
  next_ = Clock::now() + wait_;
}

void Keeper::use(const Fn& fn) {
  const std::lock_guard lock(mutex_);
  if (connection_ && !connection_->lost()) {
    try {
      return run(fn);
    } catch (const Lost&) {
      // It may have been gone for long; what fn does is as well done on another one.
    }
  }
  connect();
  run(fn);
}

void Keeper::connect() {
  connection_.reset();
  back_off_.check();
  try {
    connection_ = std::make_unique<Connection>(settings_, settings_.connect, host_id_, watchdog_,
                                               host_);
  } catch (const Failure& e) {
    connection_.reset();
    back_off_.failed(e);
    throw;
  }
  back_off_.succeeded();
  ++generation_;
}

void Keeper::run(const Fn& fn) {
  try {
    fn(*connection_, generation_);
  } catch (...) {
    if (!connection_->lost()) connection_->run("ROLLBACK", "giving up");
    throw;
  }
}

}  // namespace sr::postgres
