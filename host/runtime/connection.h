// host/runtime/connection.h - one client's connection and the session it speaks for.
//
// Executor thread.
#pragma once

#include <algorithm>
#include <memory>

#include "host/base/clock.h"
#include "host/plugins/transport.h"

namespace sr::host {

struct Entry;

// Lets `rate` things a second through on average and `burst` at once.
class TokenBucket {
 public:
  TokenBucket(double rate, double burst) : rate_(rate), burst_(burst), tokens_(burst) {}
  bool take() {
    const auto now = Clock::now();
    tokens_ = std::min(burst_, tokens_ + rate_ * ms_between(last_, now) / 1000.0);
    last_ = now;
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

 private:
  double rate_, burst_, tokens_;
  Clock::time_point last_ = Clock::now();
};

struct Connection {
  std::size_t transport = 0;
  std::uint64_t id = 0;
  Peer peer;
  TokenBucket messages;
  std::shared_ptr<Entry> entry;  // null before hello
  bool open = true;
};
using ConnectionPtr = std::shared_ptr<Connection>;

}  // namespace sr::host
