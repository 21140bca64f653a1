#include "watcher.h"

#include "common/records.h"
#include "statement.h"

namespace sr::sqlite {

void Watcher::start(Store::ChangedFn changed) {
  stop();
  changed_ = std::move(changed);
  stop_ = false;
  thread_ = std::thread([this, seen = version()] { loop(seen); });
}

void Watcher::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

std::int64_t Watcher::version() {
  files_.check();
  const WriterTurn turn(gate_, settings_.lock_timeout);
  if (!turn) {
    throw Failure(SR_UNAVAILABLE, "the database was busy for " + stores::spoken(settings_.lock_timeout));
  }
  Query query(writer_, "PRAGMA data_version");
  query.step();
  return query.integer(0);
}

void Watcher::loop(std::int64_t seen) {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, settings_.watch_interval, [&] { return stop_; })) {
    lock.unlock();
    try {
      const auto now = version();
      if (now != seen) changed_({});
      seen = now;
    } catch (const Failure&) {
      // Busy or unreadable for the moment: the next look finds the same change.
    }
    lock.lock();
  }
}

}  // namespace sr::sqlite
