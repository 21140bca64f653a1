// How connections come to sessions: new ones, resumed ones, and those that have to go.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "host/base/ids.h"
#include "host/observe/log.h"
#include "host/patch/patch.h"
#include "host/runtime/hub.h"
#include "host/session/open.h"

namespace sr::host {
namespace {

// More missed patches than this are sent as one snapshot.
constexpr std::size_t kMaxResume = 256;

wire::EventMessage open_event(const std::string& app) {
  wire::EventMessage message;
  message.event.id = "open";
  message.event.kind = EventKind::kOpen;
  message.event.payload["open"] = app;
  message.event.made_here = true;
  return message;
}

Error wrong_token() {
  return {SR_NOT_FOUND, "session", "there is no such session, or the token is not its token", {}};
}

Json screens_of(const App& app) {
  Json out = Json::array();
  for (const auto& screen : app.screens) out.push_back({{"name", screen.name}, {"label", screen.label}});
  return out;
}

std::string snapshot_of(const Session& session) {
  const auto& view = session.screen.view;
  return wire::snapshot(session.painted, view, patch::view_hash(view));
}

}  // namespace

std::string Hub::make_room(const std::string& peer) {
  const bool full = entries_.size() + creating_ >= limits_.sessions;
  const bool peer_full = !peer.empty() && seats_.of(peer) >= limits_.sessions_per_peer;
  if (!full && !peer_full) return {};
  auto oldest = entries_.end();
  for (auto it = entries_.begin(); it != entries_.end(); ++it) {
    const auto& entry = *it->second;
    if (!idle(entry) || (peer_full && entry.peer != peer)) continue;
    if (oldest == entries_.end() || entry.idle_since < oldest->second->idle_since) oldest = it;
  }
  if (oldest != entries_.end()) {
    entries_.erase(oldest);
    return {};
  }
  if (!peer_full) return "this host holds as many sessions as it may (limits.sessions)";
  return "this host holds as many sessions of your address as it may (limits.sessions_per_peer)";
}

// Clients behind one proxy have one address. Those within the process, or on its pipes, have none.
std::string Hub::address_of(const Connection& connection) {
  const auto& address = connection.peer.address;
  const auto colon = address.rfind(':');
  return colon == std::string::npos ? std::string() : address.substr(0, colon);
}

void Hub::sit_down(Entry& entry, const Connection& connection) {
  entry.peer = address_of(connection);
  if (!entry.peer.empty()) entry.seat = seats_.take(entry.peer);
}

void Hub::forget_idle(double idle_ms, double untouched_ms) {
  std::erase_if(entries_, [&](const auto& item) {
    const Entry& entry = *item.second;
    return idle(entry) && ms_since(entry.idle_since) > (entry.touched ? idle_ms : untouched_ms);
  });
}

EntryPtr Hub::open_entry(const ConnectionPtr& connection) {
  auto entry = std::make_shared<Entry>();
  sit_down(*entry, *connection);
  connection->entry = entry;
  ++creating_;
  enqueue(entry, CreateWork{connection});
  return entry;
}

void Hub::hello(const ConnectionPtr& connection, wire::Hello said) {
  if (finishing_) return refuse(connection, "draining", "this host is shutting down", {}, true);
  const auto left = connection->entry;
  leave(connection);
  // Nothing was done in it: whoever asks for another one does not come back to it.
  if (left && !left->touched && idle(*left) && left->id != said.session) entries_.erase(left->id);
  const bool known = !said.session.empty() && entries_.contains(said.session);
  if (!known) {
    const auto why = make_room(address_of(*connection));
    if (!why.empty()) return refuse(connection, "overloaded", why, {}, true);
  }
  if (said.session.empty()) {
    open_entry(connection);
    return;
  }
  auto& entry = entries_[said.session];
  if (!entry) {
    entry = std::make_shared<Entry>();
    entry->id = said.session;
    entry->touched = true;
    sit_down(*entry, *connection);
  }
  connection->entry = entry;
  if (!entry->loaded) return enqueue(entry, AttachWork{connection, std::move(said)});
  // Before anything else that the client says is looked at.
  if (!same_secret(entry->session.token_hash, sha256(said.token))) {
    return turn_away(entry, connection, wrong_token());
  }
  // At once: a person who reloads the page need not wait for a turn that is running.
  ++entry->attaching;
  ++busy_;
  asio::co_spawn(executor_, attach_beside(entry, connection, std::make_shared<wire::Hello>(said)),
                 asio::detached);
  if (std::exchange(entry->stale, false)) enqueue(entry, RepaintWork{});
}

Async<void> Hub::attach_beside(EntryPtr entry, ConnectionPtr connection,
                               std::shared_ptr<wire::Hello> hello) {
  std::string failure;
  try {
    co_await attach(entry, connection, hello);
  } catch (const std::exception& e) {
    failure = e.what();
  }
  --entry->attaching;
  entry->idle_since = Clock::now();
  if (!failure.empty()) {
    log_error("session {}: {}", entry->id, failure);
    drop(entry, "the host made a mistake; reconnect to go on");
  }
  work_ended();
}

// What the connection has said meanwhile is not taken either.
void Hub::turn_away(const EntryPtr& entry, const ConnectionPtr& connection, const Error& why) {
  const bool unknown = why.code == SR_NOT_FOUND, damaged = why.code == SR_CORRUPT;
  const char* code = unknown ? "unknown_session" : damaged ? "internal" : "store_unavailable";
  if (!unknown) log_error("session {}: {}", entry->id, why.text());
  if (connection->entry == entry) leave(connection);
  const auto what = unknown ? why.what : why.text();
  refuse(connection, code, what, {}, !unknown && !damaged);
  std::erase_if(entry->queue, [&](const Work& work) {
    const auto* event = std::get_if<EventWork>(&work);
    if (event == nullptr || event->connection != connection) return false;
    refuse(connection, code, what, event->message.event.id, !unknown && !damaged);
    return true;
  });
}

Async<void> Hub::handle(EntryPtr entry, CreateWork& work) {
  if (work.connection->entry != entry) {  // it has gone, or asked for another one
    --creating_;
    co_return;
  }
  Model& model = *engine_.models.at(engine_.default_model);
  LogEntry preamble;
  preamble.body = model.preamble_body;
  preamble.tokens = model.preamble_tokens;
  preamble.vocabulary = model.text.vocabulary();
  const auto token = random_id(32);
  const auto create = [user = work.connection->peer.user, token, preamble](LoadedStore& store) {
    return create_session(store, user, token, preamble);
  };
  auto made = co_await engine_.facts.write(create);
  --creating_;
  if (!made) {
    turn_away(entry, work.connection, made.error());
    co_return;
  }
  if (work.connection->entry != entry) co_return;
  entry->session = std::move(*made);
  entry->session.peer = entry->peer;
  begin_new(model, entry->session);
  entry->id = entry->session.id;
  entry->loaded = true;
  entries_[entry->id] = entry;
  entry->connections.insert(work.connection);

  const Session& session = entry->session;
  send(work.connection, wire::welcome(session.id, token, session.epoch, session.painted, false, screens_of(engine_.app)));
  send(work.connection, snapshot_of(session));
  EventWork first{nullptr, open_event(engine_.app.name), nullptr};
  co_await handle(entry, first);
}

Async<bool> Hub::load(EntryPtr entry, const AttachWork& work) {
  const auto restore = [this, id = entry->id, token = work.hello.token](LoadedStore& store) {
    return restore_session(store, engine_.app, engine_.guard, id, token);
  };
  auto restored = co_await engine_.facts.write(restore);
  if (!restored) {
    turn_away(entry, work.connection, restored.error());
    co_return false;
  }
  entry->session = std::move(restored->session);
  entry->session.peer = entry->peer;
  entry->loaded = true;
  // Before any event, however long it takes: the model reads the log, and the screen shows what
  // was changed while the session was not in memory.
  entry->queue.emplace_front(RepaintWork{});
  entry->queue.emplace_front(CatchUpWork{std::move(restored->entries)});
  co_return true;
}

Async<void> Hub::handle(EntryPtr entry, AttachWork& work) {
  if (!entry->loaded) {
    const bool loaded = co_await load(entry, work);
    if (!loaded) co_return;
  }
  co_await attach(entry, work.connection, std::make_shared<wire::Hello>(work.hello));
}

Async<void> Hub::handle(EntryPtr entry, CatchUpWork& work) {
  Model& model = *engine_.models.at(engine_.default_model);
  auto read = co_await begin_sequence(engine_, model, entry->session, work.entries);
  if (read) read = co_await read_unread(model, entry->session);
  if (!read) log_error("session {}: {}", entry->id, read.error().text());
}

Async<void> Hub::attach(EntryPtr entry, ConnectionPtr connection,
                        std::shared_ptr<wire::Hello> hello) {
  const Session& session = entry->session;
  if (!same_secret(session.token_hash, sha256(hello->token))) {
    turn_away(entry, connection, wrong_token());
    co_return;
  }
  bool resume = hello->epoch == session.epoch && hello->last_seq > 0 &&
                hello->last_seq <= session.painted;
  std::vector<LogEntry> missed;
  std::uint64_t at = hello->last_seq;
  while (resume && at < session.painted) {
    const auto find_paints = [id = session.id, at](LoadedStore& store) {
      return paints_after(store, id, at, kMaxResume);
    };
    auto paints = co_await engine_.facts.look(find_paints);
    resume = paints && !paints->empty() && missed.size() <= kMaxResume;
    if (!resume) break;
    at = paints->back().seq;
    std::move(paints->begin(), paints->end(), std::back_inserter(missed));
  }
  if (connection->entry != entry || !connection->open) co_return;  // it left meanwhile
  // A turn that has committed but is not told yet is told to all connections, this one too.
  std::erase_if(missed, [&](const LogEntry& paint) { return paint.seq > session.painted; });

  entry->connections.insert(connection);
  send(connection, wire::welcome(session.id, hello->token, session.epoch, session.painted, resume,
                                 screens_of(engine_.app)));
  if (!resume) {
    send(connection, snapshot_of(session));
    co_return;
  }
  for (const auto& paint : missed) {
    const Json body = Json::parse(paint.body, nullptr, /*allow_exceptions=*/false);
    send(connection, wire::patch(paint.seq, body.value("cause", std::string()), body["ops"],
                                 body.value("hash", std::string()), nullptr));
  }
}

void Hub::resync(const ConnectionPtr& connection) {
  const auto& entry = connection->entry;
  if (!entry || !entry->connections.contains(connection)) {
    return refuse(connection, "bad_message", "say hello first and wait for its welcome", {}, false);
  }
  send(connection, snapshot_of(entry->session));
}

void Hub::drop(const EntryPtr& entry, const std::string& why) {
  const auto found = entries_.find(entry->id);
  if (found != entries_.end() && found->second == entry) entries_.erase(found);
  entry->loaded = false;
  entry->queue.clear();
  entry->connections.clear();
  for (const auto& [key, connection] : connections_) {
    if (connection->entry != entry) continue;  // those that wait for their welcome go as well
    connection->entry = nullptr;
    transports_[connection->transport].close(connection->id, SR_CLOSE_GOING_AWAY, why);
  }
}

}  // namespace sr::host
