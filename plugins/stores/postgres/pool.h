// pool.h - the connections of transactions. Any thread; a connection taken is one thread's.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "keeper.h"

namespace sr::postgres {

class Pool {
 public:
  Pool(const Settings& settings, const std::string& host_id, Watchdog& watchdog, Host host)
      : settings_(settings), host_id_(host_id), watchdog_(watchdog), host_(host) {}

  // A connection on which `begin` (BEGIN …; and a question) has run; `answer` is what the last of
  // its statements returned. Waits up to lock_timeout for a free one;
  // connections that the server has closed meanwhile are replaced. Throws Failure(SR_UNAVAILABLE).
  std::unique_ptr<Connection> take(const std::string& begin, pqxx::result& answer);
  // A connection without a transaction. One that is lost is not kept.
  void give_back(std::unique_ptr<Connection>);

 private:
  std::unique_ptr<Connection> wait_for_one();  // null: make one
  std::unique_ptr<Connection> made();

  const Settings& settings_;
  const std::string& host_id_;
  Watchdog& watchdog_;
  Host host_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Connection>> free_;  // the last one used is used next
  int taken_ = 0;
  BackOff back_off_;
};

}  // namespace sr::postgres
