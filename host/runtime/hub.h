// host/runtime/hub.h - who is connected, which sessions they speak for, and whose turn it is.
//
// Everything but the constructor and on_transport_* runs on the executor thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "host/runtime/entry.h"
#include "host/config/deployment.h"
#include "host/plugins/transport.h"
#include "host/runtime/metrics.h"
#include "host/session/catch_up.h"
#include "host/session/engine.h"
#include "host/turn/repaint_group.h"
#include "host/turn/turn.h"

namespace sr::host {

class Hub {
 public:
  using Observer = std::function<void(const Event&, const TurnOutcome&)>;

  Hub(Executor executor, Engine& engine, std::vector<LoadedTransport>& transports,
      const config::Limits& limits);
  ~Hub();

  // What a transport brings; executor thread.
  void opened(std::size_t transport, std::uint64_t id, Peer peer);
  // `ticket` is kept until the message has been dealt with; null: nobody waits for that.
  void message(std::size_t transport, std::uint64_t id, wire::Message message,
               Ticket ticket = nullptr);
  void closed(std::size_t transport, std::uint64_t id);

  // Views that show this table, or what depends on it, are repainted; an empty name means any table.
  void changed_outside(const std::string& table);

  // Refuses new work from now on; `done` is called when all work is done.
  void finish(std::function<void()> done);
  // The same, and tells the clients to come back after a while.
  void drain(std::uint64_t after_ms, std::function<void()> done);

  void observe(Observer observer) { observer_ = std::move(observer); }
  std::size_t sessions() const { return entries_.size(); }
  bool holds(const std::string& session) const { return entries_.contains(session); }
  // What was done so far, as GET /metrics tells it.
  std::string metrics() const;
  // Lets go of sessions that nobody has looked at for a while; they are in the log.
  void forget_idle(double idle_ms, double untouched_ms);
  // Messages of clients that wait for their answers (Peer::waits) that could not be done.
  std::size_t failures() const { return failures_; }

 private:
  void send(const ConnectionPtr& connection, const std::string& text);
  void send_all(const Entry& entry, const std::string& text);
  void refuse(const ConnectionPtr& connection, const char* code, const std::string& what,
              const std::string& id, bool retryable);

  void hello(const ConnectionPtr& connection, wire::Hello hello);
  void event(const ConnectionPtr& connection, wire::EventMessage message, Ticket ticket);
  void resync(const ConnectionPtr& connection);
  EntryPtr open_entry(const ConnectionPtr& connection);
  // Empty when there is room for one more session of this peer; otherwise why not.
  std::string make_room(const std::string& peer);
  static std::string address_of(const Connection& connection);
  void sit_down(Entry& entry, const Connection& connection);
  void count_bytes(Entry& entry);
  void ease_memory();

  void enqueue(const EntryPtr& entry, Work work);
  Async<void> serve(EntryPtr entry);
  Async<void> handle(EntryPtr entry, CreateWork& work);
  Async<void> handle(EntryPtr entry, AttachWork& work);
  Async<void> handle(EntryPtr entry, EventWork& work);
  Async<void> handle(EntryPtr entry, RepaintWork& work);
  Async<void> handle(EntryPtr entry, CatchUpWork& work);

  Async<bool> load(EntryPtr entry, const AttachWork& work);
  void turn_away(const EntryPtr& entry, const ConnectionPtr& connection, const Error& why);
  Async<void> attach(EntryPtr entry, ConnectionPtr connection, std::shared_ptr<wire::Hello> hello);
  Async<void> attach_beside(EntryPtr entry, ConnectionPtr connection,
                            std::shared_ptr<wire::Hello> hello);
  void answer(const Entry& entry, const ConnectionPtr& connection, const Event& event,
              const TurnOutcome& outcome);
  void spread(const Entry* from, const Touched& touched);
  void drop(const EntryPtr& entry, const std::string& why);
  void leave(const ConnectionPtr& connection);
  void work_ended();

  Executor executor_;
  Engine& engine_;
  std::vector<LoadedTransport>& transports_;
  const config::Limits limits_;
  std::map<std::pair<std::size_t, std::uint64_t>, ConnectionPtr> connections_;
  std::map<std::string, EntryPtr> entries_;  // by session id
  Seats seats_;
  std::shared_ptr<std::uint64_t> bytes_ = std::make_shared<std::uint64_t>(0);  // of all sequences
  std::size_t failures_ = 0;
  std::size_t creating_ = 0;                 // sessions that will be in entries_
  std::size_t busy_ = 0;                     // queues being served, connections on their way in
  bool finishing_ = false;
  std::function<void()> finished_;
  Observer observer_;
  Metrics metrics_;
  RepaintGroup repaints_;
};

}  // namespace sr::host
