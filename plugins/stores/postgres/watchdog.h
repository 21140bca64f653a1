// watchdog.h - ends calls to a server that no longer answers.
//
// The server's own time limits end what takes too long, but a server that is frozen, or a network
// that swallows everything, ends nothing: libpq would wait for ever. So each call is watched, and
// when its time has passed the connection's socket is shut down, which libpq takes for a server
// that has hung up. Any thread; one thread of its own does the watching.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

namespace sr::postgres {

class Watchdog {
 public:
  Watchdog() : thread_([this] { run(); }) {}
  ~Watchdog();

  // A call that is under way, while this lives. `time` 0: however long it takes.
  class Call {
   public:
    Call(Watchdog&, int socket, std::chrono::milliseconds time);
    ~Call();
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;
    bool ended() const;  // its time has passed, and the connection is of no use any more

   private:
    friend class Watchdog;
    Watchdog& watchdog_;
    const int socket_;
    std::chrono::steady_clock::time_point deadline_;
    bool ended_ = false;
  };

 private:
  using Clock = std::chrono::steady_clock;
  void run();
  bool sooner_than(Clock::time_point) const;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::set<Call*> calls_;
  Clock::time_point next_ = Clock::time_point::max();  // when the thread looks again
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace sr::postgres
