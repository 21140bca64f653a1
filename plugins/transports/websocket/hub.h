// plugins/transports/websocket/hub.h - what the transport's connections share: settings, the
// executor, the host's callbacks, and who is connected.
//
// The executor has one thread ("the loop"). Tables that other threads use are under a mutex.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "settings.h"

namespace sr::websocket {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Stream = beast::basic_stream<asio::ip::tcp, Executor>;
using Clock = std::chrono::steady_clock;
using Timer = asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor>;

class Connection;
class HttpConnection;

// Counts one socket for as long as it lives; moves from the HTTP to the WebSocket connection.
class Slot {
 public:
  explicit Slot(std::atomic<std::size_t>& count) : count_(&count) { ++count; }
  Slot(Slot&& other) noexcept : count_(std::exchange(other.count_, nullptr)) {}
  Slot& operator=(Slot&&) = delete;
  ~Slot() {
    if (count_ != nullptr) --*count_;
  }

 private:
  std::atomic<std::size_t>* count_;
};

class Hub {
 public:
  Hub(const Config& config, Host host) : settings(config), host(host) {}

  const Settings settings;
  const Host host;
  std::size_t max_connections = 0;  // set before the loop starts: settings', or what files allow
  asio::ip::address listening;      // the same
  TransportEvents events;               // set before the loop starts
  std::atomic<std::size_t> sockets{0};  // outlives the sockets that the executor still holds
  std::atomic<bool> draining{false};
  bool stopping = false;                     // [loop]
  std::unordered_set<HttpConnection*> http;  // [loop] those that are open
  asio::io_context loop{1};

  // [loop] Says once why somebody was turned away; of the first kRefusalsTold different ones.
  void tell_refusal(const std::string& why);

  // [any]
  std::uint64_t add(std::shared_ptr<Connection>);
  void remove(std::uint64_t connection);
  std::shared_ptr<Connection> find(std::uint64_t connection);
  std::vector<std::shared_ptr<Connection>> connections();

  // [any] An exchange waits for the host's answer and keeps its connection alive; take() ends it.
  std::uint64_t expect(std::shared_ptr<HttpConnection>);
  std::shared_ptr<HttpConnection> take(std::uint64_t exchange);

 private:
  static constexpr std::size_t kRefusalsTold = 64;
  std::unordered_set<std::string> refusals_;  // [loop]
  std::mutex mutex_;
  std::uint64_t last_id_ = 0;
  std::unordered_map<std::uint64_t, std::shared_ptr<Connection>> connections_;
  std::unordered_map<std::uint64_t, std::shared_ptr<HttpConnection>> exchanges_;
};

}  // namespace sr::websocket
