// host/runtime/runtime.h - a deployment that runs: plugins, engine, hub, and the executor.
//
// Construct, start(), run() from one thread; stop() and drain() from any.
#pragma once

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <vector>

#include "host/runtime/health.h"
#include "host/runtime/http.h"
#include "host/runtime/hub.h"
#include "host/runtime/parts.h"

namespace sr::host {

class Runtime {
 public:
  // Reads the preamble and compiles the grammars; throws StartError. `io` and the services behind
  // the parts must outlive the runtime.
  Runtime(asio::io_context& io, Parts parts);
  ~Runtime();

  // The transports listen. The error names the transport as LoadedTransport::label() does.
  Status start();
  void run();    // until stopped or drained
  void stop();
  // No new work; returns from run() when what is under way is done, after 10 s at the latest.
  void drain();
  // SIGTERM and SIGINT drain; a second one stops at once.
  void handle_signals();

  std::vector<std::string> addresses() const;
  // After run(): a client that waits for its answers (stdio) was told of an error, or did not hear
  // them to the end.
  bool failed() const;
  // Some transport uses the process's own standard streams.
  bool uses_stdio() const;
  const Health& health() const { return health_; }
  std::string metrics() const { return hub_.metrics(); }  // executor thread
  void observe(Hub::Observer observer) { hub_.observe(std::move(observer)); }

 private:
  class Gate;
  void stop_transports();
  void sweep();
  void beat();
  Async<void> ask_store();
  Async<void> purge();
  void transport_finished();
  void wait_for_signal();

  asio::io_context& io_;
  Parts parts_;
  Http http_;
  Health health_;
  StorePool facts_;
  std::unique_ptr<Engine> engine_;
  Hub hub_;
  std::vector<std::unique_ptr<Gate>> gates_;
  std::size_t finished_transports_ = 0;
  std::atomic<bool> transports_running_ = false;
  std::atomic<bool> broken_ = false;  // a client that waits for its answers does not get them
  unsigned beats_ = 0, sweeps_ = 0, next_purge_ = 0;
  bool signalled_ = false;
  bool purging_ = false;
  asio::steady_timer sweep_timer_, beat_timer_, drain_timer_;
  asio::signal_set signals_;
};

}  // namespace sr::host
