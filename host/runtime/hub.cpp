// Connections and messages; sessions are in hub_sessions.cpp, events in hub_events.cpp.
#include "host/runtime/hub.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "host/base/ids.h"
#include "host/observe/log.h"
#include "host/patch/patch.h"

namespace sr::host {

Hub::Hub(Executor executor, Engine& engine, std::vector<LoadedTransport>& transports,
         const config::Limits& limits)
    : executor_(std::move(executor)), engine_(engine), transports_(transports), limits_(limits),
      repaints_(executor_, engine) {}

std::string Hub::metrics() const {
  return metrics_.text({entries_.size(), connections_.size(), finishing_});
}

// A session and its connections hold each other.
Hub::~Hub() {
  for (const auto& [key, connection] : connections_) leave(connection);
}

void Hub::opened(std::size_t transport, std::uint64_t id, Peer peer) {
  auto connection = std::make_shared<Connection>(
      Connection{transport, id, std::move(peer),
                 TokenBucket(limits_.events_per_second,
                             static_cast<double>(limits_.event_burst)), nullptr, true});
  connections_[{transport, id}] = std::move(connection);
}

void Hub::closed(std::size_t transport, std::uint64_t id) {
  const auto found = connections_.find({transport, id});
  if (found == connections_.end()) return;
  auto connection = std::move(found->second);
  connections_.erase(found);
  connection->open = false;
  leave(connection);
}

void Hub::leave(const ConnectionPtr& connection) {
  const auto entry = std::exchange(connection->entry, nullptr);
  if (!entry) return;
  entry->connections.erase(connection);
  if (entry->connections.empty()) entry->pause.end();
  entry->idle_since = Clock::now();
}

void Hub::message(std::size_t transport, std::uint64_t id, wire::Message message) {
  const auto found = connections_.find({transport, id});
  if (found == connections_.end()) return;
  const auto connection = found->second;
  if (std::holds_alternative<wire::Ack>(message)) return;
  if (!connection->messages.take()) {
    const auto* happened = std::get_if<wire::EventMessage>(&message);
    refuse(connection, "overloaded", "too many messages a second on this connection",
           happened == nullptr ? std::string() : happened->event.id, true);
  } else if (auto* bad = std::get_if<wire::Bad>(&message)) {
    refuse(connection, bad->code, bad->message, bad->id, false);
  } else if (auto* said = std::get_if<wire::Hello>(&message)) {
    hello(connection, std::move(*said));
  } else if (auto* happened = std::get_if<wire::EventMessage>(&message)) {
    event(connection, std::move(*happened));
  } else if (std::holds_alternative<wire::Resync>(message)) {
    resync(connection);
  }
}

void Hub::send(const ConnectionPtr& connection, const std::string& text) {
  if (!connection->open) return;
  auto& transport = transports_[connection->transport];
  const auto sent = transport.send(connection->id, text);
  if (sent || sent.error().code == SR_NOT_FOUND) return;
  // What it misses is in the log: it can come back and resume where it was.
  connection->open = false;
  transport.close(connection->id, SR_CLOSE_OVERLOADED,
                  "the client reads too slowly; reconnect to resume");
}

void Hub::send_all(const Entry& entry, const std::string& text) {
  for (const auto& connection : entry.connections) send(connection, text);
}

void Hub::refuse(const ConnectionPtr& connection, const char* code, const std::string& what,
                 const std::string& id, bool retryable) {
  if (connection) send(connection, wire::error(code, what, id, retryable));
}

void Hub::enqueue(const EntryPtr& entry, Work work) {
  entry->queue.push_back(std::move(work));
  entry->pause.end();
  if (entry->running) return;
  entry->running = true;
  ++busy_;
  asio::co_spawn(executor_, serve(entry), asio::detached);
}

Async<void> Hub::serve(EntryPtr entry) {
  while (!entry->queue.empty()) {
    Work work = std::move(entry->queue.front());
    entry->queue.pop_front();
    std::string failure;
    try {
      co_await std::visit([&](auto& w) { return handle(entry, w); }, work);
    } catch (const std::exception& e) {
      failure = e.what();
    }
    if (!failure.empty()) {
      log_error("session {}: {}", entry->id, failure);
      drop(entry, "the host made a mistake; reconnect to go on");
    }
  }
  entry->running = false;
  entry->idle_since = Clock::now();
  const auto known = entries_.find(entry->id);
  if (!entry->loaded && known != entries_.end() && known->second == entry) entries_.erase(known);
  work_ended();
}

void Hub::finish(std::function<void()> done) {
  finished_ = std::move(done);
  finishing_ = true;
  ++busy_;
  work_ended();
}

void Hub::drain(std::uint64_t after_ms, std::function<void()> done) {
  for (auto& transport : transports_) transport.drain();
  for (const auto& [key, connection] : connections_) send(connection, wire::drain(after_ms));
  finish(std::move(done));
}

void Hub::work_ended() {
  --busy_;
  if (finishing_ && busy_ == 0 && finished_) asio::post(executor_, std::exchange(finished_, nullptr));
}

}  // namespace sr::host
