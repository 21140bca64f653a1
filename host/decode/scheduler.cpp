#include "host/decode/scheduler.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "host/decode/worker.h"

namespace sr::host {
namespace {

Error stopping(const std::string& label) {
  return {SR_CANCELLED, label, "the host is shutting down", {}};
}

using Make = std::function<Result<SequencePtr>(LoadedBackend&)>;

// Runs make(backend) on the worker and wraps what it returns.
template <class WorkerPtr>
Async<Result<SharedSequence>> made_on_worker(WorkerPtr worker, std::string label, Make make) {
  using Out = Result<SharedSequence>;
  co_return co_await suspend<Out>([&](auto done) {
    worker->submit([worker, label, make, done](LoadedBackend* backend) {
      if (backend == nullptr) return done(Out(stopping(label)));
      auto made = make(*backend);
      if (!made) return done(Out(std::move(made).error()));
      done(Out(std::make_shared<Sequence>(worker, std::move(*made))));
    });
  });
}

// The same of a plain value.
template <class T, class WorkerPtr>
Async<Result<T>> asked_on_worker(WorkerPtr worker, std::string label,
                                 std::function<Result<T>(LoadedBackend&)> ask) {
  co_return co_await suspend<Result<T>>([&](auto done) {
    worker->submit([worker, label, ask, done](LoadedBackend* backend) {
      done(backend == nullptr ? Result<T>(stopping(label)) : ask(*backend));
    });
  });
}

// Asks the backend to return until the worker has let go of the job: a call that begins just after
// an interrupt would not see it, and what waits behind it would wait for ever.
Async<void> interrupt_until_gone(LoadedBackend backend, std::weak_ptr<Job> late) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (!late.expired()) {
    backend.interrupt();
    timer.expires_after(std::chrono::milliseconds(20));
    co_await timer.async_wait(asio::use_awaitable);
  }
}

}  // namespace

Scheduler::Scheduler(LoadedBackend backend)
    : backend_(std::move(backend)), worker_(std::make_shared<Worker>(backend_)) {}

Scheduler::~Scheduler() { worker_->stop(); }

double Scheduler::busy_ms() const { return worker_->busy_ms(); }

Async<Result<SharedSequence>> Scheduler::open(std::uint64_t pinned) {
  return made_on_worker(worker_, backend_.label(),
                        [pinned](LoadedBackend& backend) -> Result<SequencePtr> {
    auto made = backend.open();
    if (!made || pinned == 0) return made;
    if (auto done = backend.pin(made->get(), pinned); !done) return std::move(done).error();
    return made;
  });
}

Async<Result<SharedSequence>> Scheduler::fork(SharedSequence from) {
  return made_on_worker(worker_, backend_.label(), [from = std::move(from)](LoadedBackend& backend) {
    return backend.fork(from->get());
  });
}

Async<Result<SharedSequence>> Scheduler::load(std::string bytes) {
  const auto held = std::make_shared<std::string>(std::move(bytes));
  return made_on_worker(worker_, backend_.label(),
                        [held](LoadedBackend& backend) { return backend.load(*held); });
}

Async<Result<std::string>> Scheduler::save(SharedSequence sequence) {
  return asked_on_worker<std::string>(
      worker_, backend_.label(),
      [sequence = std::move(sequence)](LoadedBackend& b) { return b.save(sequence->get()); });
}

Async<Result<std::uint64_t>> Scheduler::length(SharedSequence sequence) {
  return asked_on_worker<std::uint64_t>(
      worker_, backend_.label(), [sequence = std::move(sequence)](LoadedBackend& b) {
        return Result<std::uint64_t>(b.length(sequence->get()));
      });
}

Async<Status> Scheduler::read(ReadRequest& request) {
  if (request.tokens.empty()) co_return Status();
  DecodeRequest read;
  read.sequence = std::move(request.sequence);
  read.prompt = std::move(request.tokens);
  read.timeout_ms = request.timeout_ms;
  auto done = co_await decode(read);
  if (!done) co_return Status(std::move(done).error());
  co_return Status();
}

Async<Result<Decoded>> Scheduler::decode(DecodeRequest& request) {
  const auto timeout_ms = request.timeout_ms;
  const Executor executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor);
  auto outcome = co_await suspend<Result<Decoded>>([&](auto done) {
    auto job = std::make_shared<Job>(std::move(request), std::move(done));
    timer.expires_after(std::chrono::milliseconds(timeout_ms));
    const std::weak_ptr<Job> weak = job;
    timer.async_wait([this, executor, timeout_ms, weak](const auto& failed) {
      const auto late = weak.lock();
      if (failed || !late) return;
      late->fail({SR_DEADLINE, backend_.label(),
                  "the model was not done after " + std::to_string(timeout_ms) + " ms", {}});
      asio::co_spawn(executor, interrupt_until_gone(backend_, weak), asio::detached);
    });
    worker_->submit(std::move(job));
  });
  timer.cancel();
  co_return outcome;
}

}  // namespace sr::host
