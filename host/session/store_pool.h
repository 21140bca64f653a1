// host/session/store_pool.h - the threads on which the store's blocking calls are made.
//
// A function given to one of the four does a whole transaction, so that it stays on one thread; the
// coroutine that waits goes on on its own executor. Each kind has threads of its own: those who wait
// for the right to write, or whose queries take long, keep nobody from reading.
#pragma once

#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "host/base/async.h"
#include "host/plugins/store.h"
#include "host/session/fair_queue.h"

namespace sr::host {

class StorePool {
 public:
  // Transactions at a time. A store needs a connection for each, and one more for the catalog.
  struct Threads {
    std::size_t look = 2, fill = 2, fill_long = 2, write = 3;
  };

  StorePool(LoadedStore store, const Threads& threads)
      : store_(std::move(store)),
        look_(threads.look),
        fill_(threads.fill),
        fill_long_(threads.fill_long),
        write_(threads.write) {}
  explicit StorePool(LoadedStore store) : StorePool(std::move(store), Threads()) {}
  ~StorePool() { stop(); }

  // Returns when the functions that have begun are done; those that wait are dropped.
  void stop() {
    for (auto* threads : {&look_, &fill_.threads, &fill_long_.threads, &write_}) threads->stop();
    for (auto* threads : {&look_, &fill_.threads, &fill_long_.threads, &write_}) threads->join();
  }

  // fn(LoadedStore&) → a value that may be an Error. It must not throw. Name a lambda that owns
  // what it captures before co_await: g++ 12 destroys such a temporary twice.

  // A short look at the log, or at what the store says of itself.
  template <class Fn>
  auto look(Fn fn) {
    return run(look_, std::move(fn));
  }
  // The queries of a screen, which are short. Parties (session.h) take turns.
  template <class Fn>
  auto fill(const std::string& party, Fn fn) {
    return run(fill_, party, std::move(fn));
  }
  // The same of a screen that takes longer: as long as the policy lets it.
  template <class Fn>
  auto fill_long(const std::string& party, Fn fn) {
    return run(fill_long_, party, std::move(fn));
  }
  // A write transaction. They wait in a queue, in the order in which they came; when that is full it
  // is SR_UNAVAILABLE.
  template <class Fn>
  auto write(Fn fn) -> Async<decltype(fn(std::declval<LoadedStore&>()))> {
    using Out = decltype(fn(std::declval<LoadedStore&>()));
    if (*writing_ >= kMostWriting) co_return Out(too_many());
    const Writing writing(writing_);
    co_return co_await run(write_, std::move(fn));
  }

  LoadedStore& store() { return store_; }

  // Write transactions that run or wait at a time.
  static constexpr std::size_t kMostWriting = 4096;
  // A screen that needs more time goes on among its like.
  static constexpr std::chrono::milliseconds kQuick{50};

 private:
  using Count = std::shared_ptr<std::atomic<std::size_t>>;
  // Counted while a coroutine waits, which may be taken down after the pool is gone.
  struct Writing {
    explicit Writing(Count count) : count_(std::move(count)) { ++*count_; }
    Writing(const Writing&) = delete;
    ~Writing() { --*count_; }
    Count count_;
  };
  static Error too_many() {
    return {SR_UNAVAILABLE, "store",
            std::to_string(kMostWriting) + " changes are waiting to be written; try again later", {}};
  }

  template <class Fn>
  auto run(asio::thread_pool& threads, Fn fn) -> Async<decltype(fn(std::declval<LoadedStore&>()))> {
    using Out = decltype(fn(std::declval<LoadedStore&>()));
    return suspend<Out>([this, &threads, fn = std::move(fn)](auto done) mutable {
      asio::post(threads, [this, fn = std::move(fn), done]() mutable { done(fn(store_)); });
    });
  }

  struct Shared {
    explicit Shared(std::size_t count) : threads(count) {}
    FairQueue queue;
    asio::thread_pool threads;
  };
  template <class Fn>
  auto run(Shared& shared, std::string party, Fn fn)
      -> Async<decltype(fn(std::declval<LoadedStore&>()))> {
    using Out = decltype(fn(std::declval<LoadedStore&>()));
    return suspend<Out>(
        [this, &shared, party = std::move(party), fn = std::move(fn)](auto done) mutable {
          shared.queue.put(party, [this, fn = std::move(fn), done]() mutable { done(fn(store_)); });
          asio::post(shared.threads, [&shared] { shared.queue.take()(); });
        });
  }

  LoadedStore store_;
  Count writing_ = std::make_shared<std::atomic<std::size_t>>(0);
  asio::thread_pool look_;
  Shared fill_, fill_long_;
  asio::thread_pool write_;
};

}  // namespace sr::host
