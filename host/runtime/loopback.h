// host/runtime/loopback.h - a transport inside the process: a program that is its own client.
//
// Test cases and measurements talk to a runtime through it, over the same contract as any other
// transport. send() and wait_for() may be called from any thread but the executor's.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "host/plugins/transport.h"
#include "state_runtime/transport.hpp"

namespace sr::host {

class Loopback final : public sr::Transport {
 public:
  using Interface = sr::Transport;
  static constexpr const char* kType = "loopback";
  static constexpr const char* kSummary = "Messages from within the process.";
  static constexpr const sr_option* kOptions[] = {nullptr};

  Loopback(sr::Host, const sr::Config&) {}

  // A created one, and the object behind it; both live as long as the LoadedTransport.
  static std::pair<LoadedTransport, Loopback*> make(const sr_host_api& api);

  // The client's side.
  std::uint64_t connect(const std::string& address = "in-process");
  void say(std::uint64_t connection, std::string_view text);
  // The next message for the connection; none when the time is over or the connection closed.
  std::optional<std::string> next(std::uint64_t connection, std::chrono::milliseconds timeout);
  void disconnect(std::uint64_t connection);
  // No client will say anything any more, as when stdin has ended.
  void finish() { events_.finished(); }

  void start(const sr::TransportEvents& events) override;
  std::string address() const override { return "in-process"; }
  bool send(std::uint64_t connection, std::string_view text) override;
  void close(std::uint64_t connection, sr_close why, std::string_view reason) override;
  void drain() noexcept override {}
  void stop() noexcept override;

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  // What a client has not read yet; it may read on when the host has closed the connection.
  struct Inbox {
    std::deque<std::string> messages;
    bool open = true;
  };
  std::map<std::uint64_t, Inbox> inboxes_;
  std::uint64_t last_ = 0;
  sr::TransportEvents events_;
};

}  // namespace sr::host
