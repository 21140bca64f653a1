// keeper.h - the connection that looks after what is not part of any transaction of the host:
// schema, rights, notifications. Any thread; one at a time is let in.
#pragma once

#include <functional>
#include <mutex>
#include <random>

#include "connection.h"

namespace sr::postgres {

// Waits longer after each failure to connect, so that a server that is down is left alone.
class BackOff {
 public:
  bool may_try() const;
  // Throws what the last attempt said while it is too early for another one.
  void check() const;
  void failed(const Failure&);
  void succeeded() { wait_ = {}; }

 private:
  std::chrono::milliseconds wait_{};
  std::chrono::steady_clock::time_point next_{};
  std::string why_;
};

class Keeper {
 public:
  Keeper(const Settings& settings, const std::string& host_id, Watchdog& watchdog, Host host)
      : settings_(settings), host_id_(host_id), watchdog_(watchdog), host_(host) {}

  // `generation` is another one after every new connection: what was held by the old one is lost.
  using Fn = std::function<void(Connection&, std::uint64_t generation)>;

  // Lets fn use the connection, which is made first when there is none; once more on a new one when
  // the old one turns out to be lost.
  void use(const Fn& fn);

 private:
  void connect();
  void run(const Fn&);

  const Settings& settings_;
  const std::string& host_id_;
  Watchdog& watchdog_;
  Host host_;
  std::mutex mutex_;
  std::unique_ptr<Connection> connection_;
  std::uint64_t generation_ = 0;
  BackOff back_off_;
};

}  // namespace sr::postgres
