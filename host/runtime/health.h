// host/runtime/health.h - whether the host can serve now, as GET /readyz tells it.
//
// Whoever asks is answered on the transport's thread from what was noted last, so that an executor
// or a store that hangs is seen and holds nobody up. Any thread.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "host/base/clock.h"
#include "host/base/json.h"
#include "host/base/result.h"

namespace sr::host {

class Health {
 public:
  using Now = std::function<Clock::time_point()>;
  explicit Health(Now now = &Clock::now) : now_(std::move(now)) {}

  // The executor ran. Called every kBeat.
  void beat();
  // The store is asked whether it could keep a change, and has said. One question at a time.
  bool may_ask();  // false: it has not answered the last one yet
  void answered(const Status& status);
  // What came of a change that was to be kept (StoreNotes). Until one is kept, the store fails.
  void noted(const Status& status);
  bool doubts_store() const;  // so the store is to be tried
  // Work is finished now, nothing new is taken.
  void drain() { draining_ = true; }
  bool draining() const { return draining_; }
  // Before others call: how long, in milliseconds, a backend has been in one call; 0: it is not.
  void watch(std::string backend, std::function<double()> busy_ms);

  struct Report {
    bool ready = true;
    Json body;  // {"status":"ready"|"not ready"|"draining","checks":{name:{"ok":…,"message"?:…,…}}}
  };
  Report report() const;

  static constexpr auto kBeat = std::chrono::milliseconds(250);
  static constexpr double kExecutorMs = 2000;  // without a beat: it is stalled
  static constexpr double kStoreMs = 5000;     // without an answer
  static constexpr double kBackendMs = 30000;  // in one call

 private:
  struct Watched {
    std::string backend;
    std::function<double()> busy_ms;
  };
  Json store_check() const;

  const Now now_;
  std::atomic<bool> draining_ = false;
  std::vector<Watched> backends_;
  mutable std::mutex mutex_;
  Clock::time_point beat_ = now_();
  bool asking_ = false;
  Clock::time_point asked_ = now_();  // or answered, when nothing is asked
  Status store_;
  Status kept_;
};

}  // namespace sr::host
