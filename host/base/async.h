// host/base/async.h - waiting in a coroutine for something that another thread finishes.
//
// The host has one executor thread; every session, turn and connection lives on it, so none of
// their data needs a lock. Blocking work (the model, the store) happens on threads of its own and
// comes back through suspend().
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <utility>

namespace sr::host {

namespace asio = boost::asio;
using Executor = asio::any_io_executor;
template <class T>
using Async = asio::awaitable<T>;

// Calls start(done) and waits until done(value) is called, once, from any thread. The coroutine
// goes on on its own executor.
template <class T, class Start>
Async<T> suspend(Start start) {
  return asio::async_initiate<const asio::use_awaitable_t<>, void(T)>(
      [start = std::move(start)](auto handler) mutable {
        using Handler = decltype(handler);
        auto executor = asio::get_associated_executor(handler);
        auto held = std::make_shared<Handler>(std::move(handler));
        start([executor, held](T value) {
          asio::post(executor, [held, value = std::move(value)]() mutable {
            (*held)(std::move(value));
          });
        });
      },
      asio::use_awaitable);
}

}  // namespace sr::host
