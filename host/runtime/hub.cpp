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
  return metrics_.text({entries_.size(), connections_.size(), *bytes_, finishing_});
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

void Hub::message(std::size_t transport, std::uint64_t id, wire::Message message, Ticket ticket) {
  const auto found = connections_.find({transport, id});
  if (found == connections_.end()) return;
  const auto connection = found->second;
  if (std::holds_alternative<wire::Ack>(message)) return;
  if (!ticket && !connection->messages.take()) {
    const auto* happened = std::get_if<wire::EventMessage>(&message);
    refuse(connection, "overloaded", "too many messages a second on this connection",
           happened == nullptr ? std::string() : happened->event.id, true);
  } else if (auto* bad = std::get_if<wire::Bad>(&message)) {
    refuse(connection, bad->code, bad->message, bad->id, false);
  } else if (auto* said = std::get_if<wire::Hello>(&message)) {
    hello(connection, std::move(*said));
  } else if (auto* happened = std::get_if<wire::EventMessage>(&message)) {
    event(connection, std::move(*happened), std::move(ticket));
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
  if (!connection) return;
  if (connection->peer.waits) ++failures_;
  send(connection, wire::error(code, what, id, retryable));
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
    count_bytes(*entry);
  }
  entry->running = false;
  entry->idle_since = Clock::now();
  const auto known = entries_.find(entry->id);
  if (!entry->loaded && known != entries_.end() && known->second == entry) entries_.erase(known);
  ease_memory();
  work_ended();
}

void Hub::count_bytes(Entry& entry) {
  std::uint64_t bytes = 0;
  for (const auto& [name, state] : entry.session.models) {
    const auto info = engine_.models.at(name)->scheduler.backend().describe();
    const auto of = [&](const Reading& reading) {
      return reading.borrowed ? 0 : info.session_bytes + info.token_bytes * reading.length;
    };
    bytes += of(state);
    if (state.successor) bytes += of(*state.successor);
  }
  if (bytes != 0 && entry.bytes.get() == 0) entry.bytes = CountedBytes(bytes_);
  entry.bytes.set(bytes);
}

// What a model has read can be read again from the log: those who went on longest ago wait for that
// when they go on. Of those whom nobody looks at, nothing stays.
void Hub::ease_memory() {
  while (*bytes_ > limits_.memory) {
    EntryPtr oldest;
    for (const auto& [id, entry] : entries_) {
      if (entry->running || entry->attaching != 0 || entry->bytes.get() == 0) continue;
      if (!oldest || entry->idle_since < oldest->idle_since) oldest = entry;
    }
    if (!oldest) return;
    oldest->session.models.clear();
    oldest->bytes.set(0);
    if (idle(*oldest)) entries_.erase(oldest->id);
  }
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
