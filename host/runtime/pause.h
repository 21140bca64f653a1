// host/runtime/pause.h - a moment after an answer, in which the client may go on.
//
// Executor thread; one wait at a time.
#pragma once

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>

#include "host/base/async.h"

namespace sr::host {

class Pause {
 public:
  // Until end() is called, but for so long at most.
  Async<void> wait(std::chrono::milliseconds at_most) {
    asio::steady_timer timer(co_await asio::this_coro::executor, at_most);
    timer_ = &timer;
    boost::system::error_code ended;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ended));
    timer_ = nullptr;
  }
  void end() {
    if (timer_ != nullptr) timer_->cancel();
  }

 private:
  asio::steady_timer* timer_ = nullptr;  // while someone waits
};

}  // namespace sr::host
