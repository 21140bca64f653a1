// Steps 1 and 2: take the event, and gather what the model has to read.
#include "host/session/catch_up.h"
#include "host/session/mentions.h"
#include "host/turn/event_values.h"
#include "host/turn/mood.h"
#include "host/turn/past.h"
#include "host/turn/steps.h"
#include "host/turn/told.h"

namespace sr::host {
namespace {

Json event_body(const Event& event) {
  Json body;
  body["kind"] = to_string(event.kind);
  if (!event.component.empty()) body["componentId"] = event.component;
  body["payload"] = event.payload;
  return body;
}

// What a command speaks of, where the model reads that.
Status add_mentions(Turn& turn, const Mentions& on_screen) {
  auto& engine = turn.engine;
  if (!engine.app.mentions) return {};
  const auto texts = engine.known.texts();
  std::vector<const Mentions*> known{&on_screen};
  for (const auto& of_table : texts) known.push_back(of_table.get());
  known.push_back(&engine.names);
  auto found = mentioned_days(turn.days);
  for (auto& one : mentioned_in(command_of(turn.event.payload), known))
    found.push_back(std::move(one));
  if (const auto row = named_row(turn.event.payload)) found = mentions_of_row(found, *row);
  if (found.empty()) return {};
  turn.mentions = std::move(found);
  auto entry = entry_for(turn.model, "mentions", compact(turn.mentions));
  if (!entry) return std::move(entry).error();
  turn.entries.push_back(std::move(*entry));
  return {};
}

// What is said by itself: its days, whether it may mean a change, what else it speaks of.
Status hear(Turn& turn) {
  const auto kind = turn.event.kind;
  if (kind != EventKind::kCommand && kind != EventKind::kOpen) return {};
  const auto on_screen = mentions_on(turn.session.screen);
  turn.days = days_heard(turn.engine.app, kind, turn.event.payload, on_screen, turn.today);
  if (kind == EventKind::kOpen) return {};
  const bool no_change =
      turn.days.no_such_day || !may_mean_change(turn.event.payload.value("command", ""));
  if (no_change && turn.targets.size() > 1) std::erase_if(turn.targets, writes);
  return add_mentions(turn, on_screen);
}

}  // namespace

Turn::Turn(Engine& engine_in, Session& session_in, const Event& event_in, const Route& route_in)
    : engine(engine_in),
      session(session_in),
      event(event_in),
      route(route_in),
      model(engine_in.model_of(route_in)),
      today(today_of(engine_in.app)),
      targets(route_in.targets),
      asked(event_in.kind),
      values(values_of(event_in)) {
  outcome.timings.wait = ms_since(event.received);
}

Result<LogEntry> entry_for(const Model& model, std::string kind, std::string body) {
  LogEntry entry;
  entry.kind = std::move(kind);
  entry.body = std::move(body);
  entry.at_ms = now_ms();
  const auto line = model.text.line(entry.kind, entry.body);
  if (line.empty()) return entry;  // the model never reads this kind
  auto tokens = model.text.tokens(line);
  if (!tokens) return std::move(tokens).error();
  entry.tokens = std::move(*tokens);
  entry.vocabulary = model.text.vocabulary();
  return entry;
}

Async<Step> accept(Turn& turn) {
  const auto start = Clock::now();
  if (!turn.event.made_here) {
    const auto look = [&turn](LoadedStore& store) {
      return past_of(store, turn.session.id, turn.event.id, turn.engine.app.refusals);
    };
    auto past = co_await turn.engine.facts.look(look);
    if (!past) co_return Step(std::move(past).error());
    if (past->seq != 0) {
      turn.outcome = duplicate(*past, turn.session);
      co_return Step();
    }
  }
  auto entry = entry_for(turn.model, "event", compact(event_body(turn.event)));
  if (!entry) co_return Step(std::move(entry).error());
  // The first event is the host's own and has its id on the wire only: a client may use the same.
  if (turn.event.kind != EventKind::kOpen) entry->event_id = turn.event.id;
  turn.entries.push_back(std::move(*entry));
  if (auto heard = hear(turn); !heard) co_return Step(heard.error());
  turn.outcome.timings.accept = ms_since(start);
  co_return Step();
}

bool can_share(const Turn& turn) {
  const auto known = turn.session.models.find(turn.model.name);
  return turn.event.kind == EventKind::kOpen && turn.event.made_here && turn.entries.size() == 1 &&
         turn.route.temperature == 0 && known != turn.session.models.end() &&
         known->second.sequence == turn.model.preamble;
}

const Opening* known_opening(const Turn& turn) {
  const auto& opening = turn.model.opening;
  return opening && can_share(turn) && opening->prompt == turn.prompt ? &*opening : nullptr;
}

Async<Step> read(Turn& turn) {
  const auto start = Clock::now();
  auto caught_up = co_await catch_up(turn.engine, turn.model, turn.session);
  if (!caught_up) co_return Step(caught_up.error());
  const auto& state = turn.session.models[turn.model.name];
  auto opener = turn.model.text.tokens(turn.model.text.opener());
  if (!opener) co_return Step(std::move(opener).error());
  turn.prompt = state.unread;
  for (const auto& entry : turn.entries) add_tokens(turn.prompt, entry.tokens);
  add_tokens(turn.prompt, *opener);
  if (known_opening(turn) == nullptr) {
    auto fork = co_await turn.model.scheduler.fork(state.sequence);
    if (!fork) co_return model_failed(std::move(fork).error());
    turn.sequence = std::move(*fork);
  }
  turn.outcome.timings.read += ms_since(start);
  co_return Step();
}

}  // namespace sr::host
