// host/session/store_pool.h - the threads on which the store's blocking calls are made.
//
// A function given to run() does a whole transaction, so that it stays on one thread; the
// coroutine that waits goes on on its own executor.
#pragma once

#include <boost/asio/thread_pool.hpp>

#include "host/base/async.h"
#include "host/plugins/store.h"

namespace sr::host {

class StorePool {
 public:
  StorePool(LoadedStore store, std::size_t threads) : store_(std::move(store)), threads_(threads) {}
  ~StorePool() { stop(); }

  // Returns when the functions that have begun are done; those that wait are dropped.
  void stop() {
    threads_.stop();
    threads_.join();
  }

  // fn(LoadedStore&) → a value; called on a store thread. It must not throw. Name a lambda that
  // owns what it captures before co_await: g++ 12 destroys such a temporary twice.
  template <class Fn>
  auto run(Fn fn) -> Async<decltype(fn(std::declval<LoadedStore&>()))> {
    using Out = decltype(fn(std::declval<LoadedStore&>()));
    return suspend<Out>([this, fn = std::move(fn)](auto done) mutable {
      asio::post(threads_, [this, fn = std::move(fn), done]() mutable { done(fn(store_)); });
    });
  }

  LoadedStore& store() { return store_; }

 private:
  LoadedStore store_;
  asio::thread_pool threads_;
};

}  // namespace sr::host
