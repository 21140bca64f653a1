#include "host/runtime/runtime.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "host/base/start_error.h"
#include "host/observe/log.h"
#include "host/runtime/engine_start.h"
#include "host/session/open.h"

namespace sr::host {
namespace {

constexpr auto kSweepEvery = std::chrono::seconds(5);
constexpr unsigned kSweepsPerRead = 6;    // of what a change reaches
constexpr unsigned kSweepsPerPurge = 60;  // of sessions that are older than they are kept
constexpr std::size_t kPurgedAtOnce = 256;
constexpr double kForgetAfterMs = 300000;
constexpr double kForgetUntouchedAfterMs = 10000;  // nobody has sent an event
constexpr int kBeatsPerQuestion = 8;               // to the store, whether it is well
constexpr auto kDrainAtMost = std::chrono::seconds(10);
constexpr std::uint64_t kReconnectAfterMs = 1000;

}  // namespace

// One transport's callbacks, carried onto the executor. Messages are parsed on the transport's
// thread, so that the executor only sees what is well formed.
class Runtime::Gate final : public TransportListener {
 public:
  Gate(Runtime& runtime, std::size_t index)
      : runtime_(runtime),
        index_(index),
        turnstile_(std::make_shared<Turnstile>(runtime.parts_.limits.waiting_events)) {}

  // Whoever waits to be let in waits no longer.
  void release() { turnstile_->open(); }

  void opened(std::uint64_t connection, Peer peer) override {
    if (peer.waits) waits_ = true;
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
    take(connection, std::move(parsed));
  }
  void unread(std::uint64_t connection, std::string why) override {
    take(connection, wire::Bad{"bad_message", std::move(why), {}});
  }
  void writable(std::uint64_t) override {}  // the hub closes slow readers; they resume
  void closed(std::uint64_t connection, std::string reason) override {
    if (waits_ && runtime_.transports_running_) {
      log_error("[{}] {}", runtime_.parts_.transports[index_].label(), reason);
      runtime_.broken_ = true;
    }
    post([this, connection] { runtime_.hub_.closed(index_, connection); });
  }
  void request(std::uint64_t exchange, HttpRequest request) override {
    const bool reading = request.method == "GET" || request.method == "HEAD";
    if (reading && request.path == "/readyz") {
      const auto report = runtime_.health_.report();
      return respond(exchange, Http::readiness(report.ready, compact(report.body)));
    }
    if (reading && request.path == "/metrics" && runtime_.parts_.metrics) {
      return post([this, exchange] { respond(exchange, Http::metrics(runtime_.hub_.metrics())); });
    }
    respond(exchange, runtime_.http_.answer(request, !runtime_.health_.draining()));
  }
  void finished() override {
    post([this] { runtime_.transport_finished(); });
  }

 private:
  // A client that can wait does so here; what others say too fast is refused by the hub.
  void take(std::uint64_t connection, wire::Message message) {
    Ticket ticket;
    if (waits_ && !(ticket = turnstile_->enter())) return;
    post([this, connection, message = std::move(message), ticket = std::move(ticket)]() mutable {
      runtime_.hub_.message(index_, connection, std::move(message), std::move(ticket));
    });
  }
  void respond(std::uint64_t exchange, const HttpResponse& response) {
    (void)runtime_.parts_.transports[index_].respond(exchange, response);
  }
  template <class Fn>
  void post(Fn fn) {
    asio::post(runtime_.io_, std::move(fn));
  }
  Runtime& runtime_;
  std::size_t index_;
  std::shared_ptr<Turnstile> turnstile_;
  std::atomic<bool> waits_ = false;  // its one client (Peer::waits)
};

Runtime::Runtime(asio::io_context& io, Parts parts)
    : io_(io),
      parts_(std::move(parts)),
      http_(parts_.canvas),
      facts_(parts_.store),
      engine_(start_engine(parts_.app, facts_, parts_.constrainer, parts_.backends, parts_.backend)),
      hub_(io.get_executor(), *engine_, parts_.transports, parts_.limits),
      sweep_timer_(io),
      beat_timer_(io),
      drain_timer_(io),
      signals_(io) {}

Runtime::~Runtime() {
  stop_transports();
  (void)parts_.store.watch(nullptr);
  facts_.stop();  // a transaction that has begun uses the engine
  parts_.store.note(nullptr);
}

Status Runtime::start() {
  parts_.store.note([this](const Status& status) { health_.noted(status); });
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
  for (const auto& [name, model] : engine_->models) {
    health_.watch(name, [model = model.get()] { return model->scheduler.busy_ms(); });
  }
  sweep();
  beat();
  return {};
}

void Runtime::run() { io_.run(); }

void Runtime::sweep() {
  sweep_timer_.expires_after(kSweepEvery);
  sweep_timer_.async_wait([this](const auto& error) {
    if (error) return;
    hub_.forget_idle(kForgetAfterMs, kForgetUntouchedAfterMs);
    // An administrator may have added a view or a trigger.
    const auto look = [this](LoadedStore& store) {
      engine_->dependencies.read(store);
      return Status();
    };
    if (parts_.limits.keep != 0 && sweeps_ >= next_purge_ && !purging_) {
      asio::co_spawn(io_, purge(), asio::detached);
    }
    if (++sweeps_ % kSweepsPerRead == 0) asio::co_spawn(io_, facts_.look(look), asio::detached);
    sweep();
  });
}

void Runtime::beat() {
  health_.beat();
  if (beats_++ % kBeatsPerQuestion == 0 && health_.may_ask()) {
    asio::co_spawn(io_, ask_store(), asio::detached);
  }
  if (engine_->known.begin_reading()) {
    const auto read = [this](LoadedStore& store) {
      engine_->known.read(store);
      return Status();
    };
    asio::co_spawn(io_, facts_.fill_long("known values", read), asio::detached);
  }
  beat_timer_.expires_after(Health::kBeat);
  beat_timer_.async_wait([this](const auto& error) {
    if (!error) beat();
  });
}

Async<void> Runtime::ask_store() {
  const auto ask = [](LoadedStore& store) -> Status {
    return store.ready();
  };
  const auto answer = co_await facts_.look(ask);
  if (answer && health_.doubts_store()) {
    const auto kept = co_await facts_.write(try_to_keep);
    if (kept) health_.noted(kept);
  }
  health_.answered(answer);
}

// Sessions in memory stay. One that is taken up meanwhile has another fence, and stays, too.
Async<void> Runtime::purge() {
  purging_ = true;
  const auto before = now_ms() - static_cast<std::int64_t>(parts_.limits.keep);
  const auto most = kPurgedAtOnce + hub_.sessions();
  const auto look = [before, most](LoadedStore& store) {
    return old_sessions(store, before, most);
  };
  const auto old = co_await facts_.look(look);
  std::size_t deleted = 0;
  for (std::size_t i = 0; old && i < old->size(); ++i) {
    const auto& session = (*old)[i];
    if (hub_.holds(session.id)) continue;
    const auto remove = [&session](LoadedStore& store) { return delete_session(store, session); };
    const auto gone = co_await facts_.write(remove);
    if (gone)
      ++deleted;
    else if (gone.error().code != SR_CONFLICT)
      log_warn("session {}: {}", session.id, gone.error().text());
  }
  const bool more = old && old->size() == most && deleted != 0;
  next_purge_ = sweeps_ + (more ? 1 : kSweepsPerPurge);
  if (!old) log_warn("old sessions are not deleted: {}", old.error().text());
  if (deleted != 0) log_info("{} sessions were deleted, older than limits.keep", deleted);
  purging_ = false;
}

void Runtime::stop() {
  asio::post(io_, [this] {
    stop_transports();
    io_.stop();
  });
}

void Runtime::stop_transports() {
  if (!transports_running_.exchange(false)) return;
  health_.drain();
  for (auto& gate : gates_) gate->release();
  for (auto& transport : parts_.transports) transport.stop();
}

void Runtime::drain() {
  asio::post(io_, [this] {
    health_.drain();
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
  health_.drain();
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

bool Runtime::failed() const { return broken_ || hub_.failures() != 0; }

bool Runtime::uses_stdio() const { return addresses().size() < parts_.transports.size(); }

}  // namespace sr::host
