#include "host/runtime/runtime.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "host/base/start_error.h"
#include "host/observe/log.h"
#include "host/runtime/engine_start.h"

namespace sr::host {
namespace {

constexpr std::size_t kStoreThreads = 4;
constexpr auto kSweepEvery = std::chrono::seconds(30);
constexpr double kForgetAfterMs = 300000;
constexpr auto kDrainAtMost = std::chrono::seconds(10);
constexpr std::uint64_t kReconnectAfterMs = 1000;

}  // namespace

// One transport's callbacks, carried onto the executor. Messages are parsed on the transport's
// thread, so that the executor only sees what is well formed.
class Runtime::Gate final : public TransportListener {
 public:
  Gate(Runtime& runtime, std::size_t index) : runtime_(runtime), index_(index) {}

  void opened(std::uint64_t connection, Peer peer) override {
    post([this, connection, peer = std::move(peer)]() mutable {
      runtime_.hub_.opened(index_, connection, std::move(peer));
    });
  }
  void message(std::uint64_t connection, std::string text) override {
    const auto limit = runtime_.parts_.limits.message_size;
    auto parsed = text.size() <= limit
                      ? wire::parse(text)
                      : wire::Bad{"bad_message",
                                  "the message has " + std::to_string(text.size()) +
                                      " bytes; at most " + std::to_string(limit) + " are taken",
                                  {}};
    post([this, connection, parsed = std::move(parsed)]() mutable {
      runtime_.hub_.message(index_, connection, std::move(parsed));
    });
  }
  void writable(std::uint64_t) override {}  // the hub closes slow readers; they resume
  void closed(std::uint64_t connection, std::string) override {
    post([this, connection] { runtime_.hub_.closed(index_, connection); });
  }
  void request(std::uint64_t exchange, HttpRequest request) override {
    const bool reading = request.method == "GET" || request.method == "HEAD";
    if (reading && request.path == "/metrics" && runtime_.parts_.metrics) {
      return post([this, exchange] { respond(exchange, Http::metrics(runtime_.hub_.metrics())); });
    }
    respond(exchange, runtime_.http_.answer(request, runtime_.healthy_));
  }
  void finished() override {
    post([this] { runtime_.transport_finished(); });
  }

 private:
  void respond(std::uint64_t exchange, const HttpResponse& response) {
    (void)runtime_.parts_.transports[index_].respond(exchange, response);
  }
  template <class Fn>
  void post(Fn fn) {
    asio::post(runtime_.io_, std::move(fn));
  }
  Runtime& runtime_;
  std::size_t index_;
};

Runtime::Runtime(asio::io_context& io, Parts parts)
    : io_(io),
      parts_(std::move(parts)),
      http_(parts_.canvas),
      facts_(parts_.store, kStoreThreads),
      engine_(start_engine(parts_.app, facts_, parts_.constrainer, parts_.backends, parts_.backend)),
      hub_(io.get_executor(), *engine_, parts_.transports, parts_.limits),
      sweep_timer_(io),
      drain_timer_(io),
      signals_(io) {}

Runtime::~Runtime() {
  stop_transports();
  (void)parts_.store.watch(nullptr);
  facts_.stop();  // a transaction that has begun uses the engine
}

Status Runtime::start() {
  transports_running_ = true;
  for (std::size_t i = 0; i < parts_.transports.size(); ++i) {
    gates_.push_back(std::make_unique<Gate>(*this, i));
    auto started = parts_.transports[i].start(*gates_.back());
    if (!started) return started;
  }
  auto watched = parts_.store.watch([this](std::string_view table) {
    // A store that cannot name the table may have seen a change of the tables themselves.
    if (table.empty()) engine_->dependencies.read(parts_.store);
    asio::post(io_, [this, table = std::string(table)] { hub_.changed_outside(table); });
  });
  if (!watched) log_info("{}", watched.error().text());
  sweep();
  return {};
}

void Runtime::run() { io_.run(); }

void Runtime::sweep() {
  sweep_timer_.expires_after(kSweepEvery);
  sweep_timer_.async_wait([this](const auto& error) {
    if (error) return;
    hub_.forget_idle(kForgetAfterMs);
    // An administrator may have added a view or a trigger.
    const auto look = [this](LoadedStore& store) {
      engine_->dependencies.read(store);
      return true;
    };
    asio::co_spawn(io_, facts_.run(look), asio::detached);
    sweep();
  });
}

void Runtime::stop() {
  asio::post(io_, [this] {
    stop_transports();
    io_.stop();
  });
}

void Runtime::stop_transports() {
  if (!std::exchange(transports_running_, false)) return;
  healthy_ = false;
  for (auto& transport : parts_.transports) transport.stop();
}

void Runtime::drain() {
  asio::post(io_, [this] {
    healthy_ = false;
    hub_.drain(kReconnectAfterMs, [this] { stop(); });
    drain_timer_.expires_after(kDrainAtMost);
    drain_timer_.async_wait([this](const auto& error) {
      if (error) return;
      log_warn("work was still under way {} s after the request to drain; stopping",
               kDrainAtMost.count());
      stop();
    });
  });
}

// Nobody is left to be told, and nobody waits for the end: all that was said is done.
void Runtime::transport_finished() {
  if (++finished_transports_ != parts_.transports.size()) return;
  healthy_ = false;
  hub_.finish([this] { stop(); });
}

void Runtime::handle_signals() {
  signals_.add(SIGTERM);
  signals_.add(SIGINT);
  wait_for_signal();
}

void Runtime::wait_for_signal() {
  signals_.async_wait([this](const auto& error, int) {
    if (error) return;
    if (std::exchange(signalled_, true)) return stop();
    drain();
    wait_for_signal();
  });
}

std::vector<std::string> Runtime::addresses() const {
  std::vector<std::string> all;
  for (const auto& transport : parts_.transports) {
    if (auto address = transport.address(); !address.empty()) all.push_back(std::move(address));
  }
  return all;
}

bool Runtime::uses_stdio() const { return addresses().size() < parts_.transports.size(); }

}  // namespace sr::host
