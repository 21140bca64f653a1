// Events on their way into turns, and turns on their way out to clients.
#include <algorithm>

#include "host/observe/log.h"
#include "host/runtime/hub.h"
#include "host/session/manifest.h"
#include "host/session/window.h"
#include "host/turn/past.h"

namespace sr::host {
namespace {

// After an answer, before the model takes the processor to read what came of it.
constexpr auto kPause = std::chrono::milliseconds(1);

bool shows(const Session& session, const Touched& touched) {
  const auto& bindings = session.screen.bindings;
  return std::any_of(bindings.begin(), bindings.end(),
                     [&](const Binding& b) { return touched.one_of(b.plan.tables); });
}

// Why the event cannot be taken as the session stands; empty when it can.
std::string mistake(const App& app, const Session& session, const wire::EventMessage& message) {
  const auto& component = message.event.component;
  if (message.event.kind == EventKind::kScreen) {
    const auto name = message.event.payload.value("screen", std::string());
    if (app.screen(name) == nullptr) return "this app has no screen \"" + name + "\"";
  }
  if (!component.empty() && component_index(session.screen.view, component) < 0) {
    return "there is no component \"" + component + "\" on screen";
  }
  if (message.event.kind == EventKind::kWindow) {
    auto wrong = window_mistake(session.screen, app.policy, message.event.payload);
    if (!wrong.empty()) return wrong;
  }
  if (message.event.base_seq && *message.event.base_seq > session.painted) {
    return "baseSeq " + std::to_string(*message.event.base_seq) +
           " is from the future; the view is at " + std::to_string(session.painted);
  }
  return {};
}

struct Answer {
  const char* status;  // of the ack; null: none
  const char* code;    // of the error; null: none
  bool retryable = false;
};

Answer answer_to(Ending ending) {
  switch (ending) {
    case Ending::kPainted: return {"accepted", nullptr};
    case Ending::kRefused: return {"accepted", "refused"};
    case Ending::kDuplicate: return {"duplicate", nullptr};
    case Ending::kNotAllowed: return {"rejected", "not_allowed"};
    case Ending::kModelFailed: return {"rejected", "model_failed", true};
    case Ending::kUnavailable: return {nullptr, "store_unavailable", true};
    case Ending::kLostSession: return {nullptr, "internal", true};
    case Ending::kUnroutable: return {nullptr, "bad_event"};
  }
  return {nullptr, "internal", true};
}

}  // namespace

void Hub::event(const ConnectionPtr& connection, wire::EventMessage message, Ticket ticket) {
  const auto& id = message.event.id;
  if (finishing_) return refuse(connection, "draining", "this host is shutting down", id, true);
  if (!connection->entry) {
    if (!message.event.made_here) {
      return refuse(connection, "bad_message", "say hello before the first event", id, false);
    }
    const auto why = make_room(address_of(*connection));
    if (!why.empty()) return refuse(connection, "overloaded", why, id, true);
    open_entry(connection);
  }
  const auto entry = connection->entry;
  if (!ticket && entry->queue.size() >= limits_.waiting_events) {
    return refuse(connection, "overloaded", "too many events of this session are waiting", id, true);
  }
  enqueue(entry, EventWork{connection, std::move(message), std::move(ticket)});
}

Async<void> Hub::handle(EntryPtr entry, EventWork& work) {
  const Event& event = work.message.event;
  if (work.connection) entry->touched = true;
  if (!entry->loaded) {
    refuse(work.connection, "unknown_session", "the session could not be opened", event.id, true);
    co_return;
  }
  Session& session = entry->session;
  if (auto wrong = mistake(engine_.app, session, work.message); !wrong.empty()) {
    // Unless it was taken when the screen was another one.
    const auto look = [&words = engine_.app.refusals, id = session.id,
                       event_id = event.id](LoadedStore& store) {
      return past_of(store, id, event_id, words);
    };
    const auto past = co_await engine_.facts.look(look);
    if (!past) {
      refuse(work.connection, "store_unavailable", past.error().text(), event.id, true);
    } else if (past->seq != 0) {
      answer(*entry, work.connection, event, duplicate(*past, session));
    } else {
      refuse(work.connection, "bad_event", wrong, event.id, false);
    }
    co_return;
  }
  TurnListener listener;
  listener.deliver = [this, &entry, &work, &event](const TurnOutcome& outcome) {
    answer(*entry, work.connection, event, outcome);
    metrics_.answered(outcome, ms_since(event.received));
    if (!outcome.touched.none() && outcome.ending == Ending::kPainted) {
      engine_.known.changed(outcome.touched);
      spread(entry.get(), outcome.touched);
      if (outcome.left_behind) enqueue(entry, RepaintWork{outcome.touched});
    }
  };
  listener.someone_waits = [&entry] { return !entry->queue.empty(); };
  listener.show_preview = [this, &entry, &event](const Json& ops) {
    send_all(*entry, wire::preview(event.id, ops));
  };
  if (work.connection) listener.pause = [&entry] { return entry->pause.wait(kPause); };
  const TurnOutcome outcome = co_await run_turn(engine_, session, event, listener);
  metrics_.turn(outcome);
  if (observer_) observer_(event, outcome);
  if (outcome.ending == Ending::kLostSession) {
    log_warn("session {}: {}", entry->id, outcome.message);
    drop(entry, "another host has taken this session; reconnect to go on");
  } else if (outcome.ending == Ending::kDuplicate && outcome.seq > session.seq) {
    // A commit that went through although its answer was lost: the log is ahead of what is here.
    log_warn("session {}: event {} is in the log beyond seq {}; it is read again", entry->id, event.id,
             session.seq);
    drop(entry, "the session has to be read again; reconnect to go on");
  }
}

void Hub::answer(const Entry& entry, const ConnectionPtr& connection, const Event& event,
                 const TurnOutcome& outcome) {
  const bool again = outcome.ending == Ending::kDuplicate;
  const auto ending = again ? outcome.past : outcome.ending;
  const auto answer = answer_to(ending);
  if (connection && answer.status != nullptr) {
    send(connection, wire::ack(event.id, again ? "duplicate" : answer.status, outcome.seq));
  }
  if (ending == Ending::kPainted) {
    const auto text =
        wire::patch(outcome.painted, event.id, outcome.ops, outcome.hash, &outcome.timings, outcome.did);
    if (!outcome.ops.empty()) {
      send_all(entry, text);
    } else if (connection) {
      send(connection, text);
    }
  }
  // What it is asked back about; the event itself came to nothing.
  if (outcome.ending == Ending::kRefused && !outcome.ops.empty()) {
    send_all(entry, wire::patch(outcome.painted, "", outcome.ops, outcome.hash, nullptr));
  }
  if (answer.code == nullptr) return;
  const bool ends = finishing_ && outcome.ending == Ending::kUnavailable;
  const auto* code = ends ? "draining" : answer.code;
  const auto text = wire::error(code, outcome.message, event.id, answer.retryable);
  const bool failed = std::string_view(code) != "refused";  // the model's own no is an answer
  if (connection && connection->peer.waits && failed) ++failures_;
  if (connection) {
    send(connection, text);
  } else {
    send_all(entry, text);  // the host's own event: whoever is looking learns why it is empty
  }
}

void Hub::spread(const Entry* from, const Touched& touched) {
  for (const auto& [id, entry] : entries_) {
    // One that is at work may be about to show it: looked at again when its time comes.
    if (entry.get() == from || !(entry->running || shows(entry->session, touched))) continue;
    if (idle(*entry)) {
      entry->stale = true;  // looked at again when somebody comes
      continue;
    }
    const bool waiting = std::any_of(entry->queue.begin(), entry->queue.end(), [&](const Work& w) {
      const auto* repaint = std::get_if<RepaintWork>(&w);
      return repaint != nullptr && repaint->touched == touched;
    });
    if (!waiting) enqueue(entry, RepaintWork{touched});
  }
}

void Hub::changed_outside(const std::string& table) {
  const auto touched = engine_.dependencies.by(table);
  engine_.known.changed(touched);
  spread(nullptr, touched);
}

Async<void> Hub::handle(EntryPtr entry, RepaintWork& work) {
  if (!entry->loaded || !shows(entry->session, work.touched)) co_return;
  const TurnOutcome outcome = co_await repaint(engine_, repaints_, entry->session, work.touched);
  if (outcome.ending == Ending::kLostSession) {
    drop(entry, "another host has taken this session; reconnect to go on");
  } else if (outcome.ending != Ending::kPainted) {
    log_warn("session {}: not repainted: {}", entry->id, outcome.message);
    if (finishing_) co_return;
    const auto answer = answer_to(outcome.ending);
    send_all(*entry, wire::error(answer.code, "what is on screen is not up to date: " + outcome.message,
                                 {}, answer.retryable));
  } else if (!outcome.ops.empty()) {
    metrics_.repaint();
    send_all(*entry, wire::patch(outcome.painted, "", outcome.ops, outcome.hash, nullptr));
    co_await keep_up(engine_, entry->session);
  }
}

}  // namespace sr::host
