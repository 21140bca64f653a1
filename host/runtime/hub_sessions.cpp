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

std::string snapshot_of(const Session& session) {
  const auto& view = session.screen.view;
  return wire::snapshot(session.painted, view, patch::view_hash(view));
}

}  // namespace

bool Hub::make_room() {
  if (entries_.size() < limits_.sessions) return true;
  auto oldest = entries_.end();
  for (auto it = entries_.begin(); it != entries_.end(); ++it) {
    const auto& entry = *it->second;
    if (entry.running || !entry.connections.empty()) continue;
    if (oldest == entries_.end() || entry.idle_since < oldest->second->idle_since) oldest = it;
  }
  if (oldest == entries_.end()) return false;
  entries_.erase(oldest);
  return true;
}

void Hub::forget_idle(double idle_ms) {
  std::erase_if(entries_, [&](const auto& item) {
    const Entry& entry = *item.second;
    return !entry.running && entry.connections.empty() && ms_since(entry.idle_since) > idle_ms;
  });
}

EntryPtr Hub::open_entry(const ConnectionPtr& connection) {
  auto entry = std::make_shared<Entry>();
  connection->entry = entry;
  enqueue(entry, CreateWork{connection});
  return entry;
}

void Hub::hello(const ConnectionPtr& connection, wire::Hello said) {
  if (draining_) return refuse(connection, "draining", "this host is shutting down", {}, true);
  leave(connection);
  const bool known = !said.session.empty() && entries_.contains(said.session);
  if (!known && !make_room()) {
    return refuse(connection, "overloaded", "this host holds as many sessions as it may", {}, true);
  }
  if (said.session.empty()) {
    open_entry(connection);
    return;
  }
  auto& entry = entries_[said.session];
  if (!entry) {
    entry = std::make_shared<Entry>();
    entry->id = said.session;
  }
  connection->entry = entry;
  if (entry->loaded) {
    // At once: a person who reloads the page need not wait for a turn that is running.
    asio::co_spawn(executor_, attach(entry, connection, std::make_shared<wire::Hello>(said)),
                   asio::detached);
  } else {
    enqueue(entry, AttachWork{connection, std::move(said)});
  }
}

Async<void> Hub::handle(EntryPtr entry, CreateWork& work) {
  Model& model = *engine_.models.at(engine_.default_model);
  LogEntry preamble;
  preamble.body = model.preamble_body;
  preamble.tokens = model.preamble_tokens;
  preamble.vocabulary = model.text.vocabulary();
  const auto token = random_id(32);
  const auto create = [user = work.connection->peer.user, token, preamble](LoadedStore& store) {
    return create_session(store, user, token, preamble);
  };
  auto made = co_await engine_.facts.run(create);
  if (!made) {
    leave(work.connection);
    refuse(work.connection, "store_unavailable", made.error().text(), {}, true);
    co_return;
  }
  entry->session = std::move(*made);
  entry->id = entry->session.id;
  entry->loaded = true;
  entries_[entry->id] = entry;
  if (work.connection->open) entry->connections.insert(work.connection);

  const Session& session = entry->session;
  send(work.connection, wire::welcome(session.id, token, session.epoch, session.painted, false));
  send(work.connection, snapshot_of(session));
  EventWork first{nullptr, open_event(engine_.app.name)};
  co_await handle(entry, first);
}

Async<bool> Hub::load(EntryPtr entry, const AttachWork& work) {
  const auto restore = [this, id = entry->id, token = work.hello.token](LoadedStore& store) {
    return restore_session(store, engine_.app, engine_.guard, id, token);
  };
  auto restored = co_await engine_.facts.run(restore);
  if (!restored) {
    const auto& error = restored.error();
    leave(work.connection);
    if (error.code == SR_NOT_FOUND) {
      refuse(work.connection, "unknown_session", error.what, {}, false);
    } else {
      log_error("session {}: {}", entry->id, error.text());
      refuse(work.connection, error.code == SR_CORRUPT ? "internal" : "store_unavailable",
             error.text(), {}, error.code != SR_CORRUPT);
    }
    if (entry->queue.empty()) entries_.erase(entry->id);
    co_return false;
  }
  entry->session = std::move(restored->session);
  entry->loaded = true;
  Model& model = *engine_.models.at(engine_.default_model);
  auto started = co_await start_sequence(model, entry->session, restored->entries);
  if (!started) log_error("session {}: {}", entry->id, started.error().text());
  co_return true;
}

Async<void> Hub::handle(EntryPtr entry, AttachWork& work) {
  if (!entry->loaded) {
    const bool loaded = co_await load(entry, work);
    if (!loaded) co_return;
    entry->queue.emplace_front(CatchUpWork{});  // before any event, however long it takes
  }
  co_await attach(entry, work.connection, std::make_shared<wire::Hello>(work.hello));
}

Async<void> Hub::handle(EntryPtr entry, CatchUpWork&) {
  Model& model = *engine_.models.at(engine_.default_model);
  auto read = co_await read_unread(model, entry->session);
  if (!read) log_error("session {}: {}", entry->id, read.error().text());
}

Async<void> Hub::attach(EntryPtr entry, ConnectionPtr connection,
                        std::shared_ptr<wire::Hello> hello) {
  const Session& session = entry->session;
  if (!same_secret(session.token_hash, sha256(hello->token))) {
    leave(connection);
    refuse(connection, "unknown_session",
           "there is no such session, or the token is not its token", {}, false);
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
    auto paints = co_await engine_.facts.run(find_paints);
    resume = paints && !paints->empty() && missed.size() <= kMaxResume;
    if (!resume) break;
    at = paints->back().seq;
    std::move(paints->begin(), paints->end(), std::back_inserter(missed));
  }
  if (connection->entry != entry || !connection->open) co_return;  // it left meanwhile

  entry->connections.insert(connection);
  send(connection, wire::welcome(session.id, hello->token, session.epoch, session.painted, resume));
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
  if (!entry || !entry->loaded) {
    return refuse(connection, "bad_message", "say hello first", {}, false);
  }
  send(connection, snapshot_of(entry->session));
}

void Hub::drop(const EntryPtr& entry, const std::string& why) {
  const auto found = entries_.find(entry->id);
  if (found != entries_.end() && found->second == entry) entries_.erase(found);
  entry->loaded = false;
  entry->queue.clear();
  const auto connections = std::exchange(entry->connections, {});
  for (const auto& connection : connections) {
    connection->entry = nullptr;
    transports_[connection->transport].close(connection->id, SR_CLOSE_GOING_AWAY, why);
  }
}

}  // namespace sr::host
