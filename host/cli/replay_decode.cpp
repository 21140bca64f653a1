#include "host/cli/replay_decode.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "host/app/targets.h"
#include "host/base/start_error.h"
#include "host/patch/patch.h"
#include "host/runtime/engine_start.h"
#include "host/session/bindings.h"
#include "host/session/catch_up.h"
#include "host/session/fold.h"
#include "host/sql/grammar/value_slots.h"
#include "host/turn/event_values.h"
#include "host/turn/form.h"
#include "host/turn/told.h"

namespace sr::host {
namespace {

Json body_of(const LogEntry& entry) {
  return Json::parse(entry.body, nullptr, /*allow_exceptions=*/false);
}

// Refusals are the model's own, or the runtime's of what the model wrote.
bool is_decision(const LogEntry& entry) {
  if (entry.kind == "action" || entry.kind == "manifest" || entry.kind == "patch") return true;
  if (entry.kind != "refusal") return false;
  const auto body = body_of(entry);
  return body.is_object() && body.contains("reason");
}

// The event that is being answered.
struct Asked {
  EventKind kind = EventKind::kOpen;
  std::string name, verb;
  Json payload, values;
  Json mentions = Json::array();
  words::Day today;
  std::uint64_t seed = 0;
};

class Replay {
 public:
  Replay(Engine& engine, Model& model) : engine_(engine), model_(model) {}

  Async<Result<std::vector<Decision>>> run(const std::vector<LogEntry>& log) {
    auto begun = co_await begin(log);
    if (!begun) co_return begun.error();
    for (const auto& entry : log) {
      if (entry.kind == "event") ask(entry);
      if (entry.kind == "mentions") asked_.mentions = body_of(entry);
      if (is_decision(entry) && !declared()) {
        auto caught_up = co_await read_unread(entry.seq);
        if (!caught_up) co_return caught_up.error();
        auto made = co_await decide(entry);
        if (!made) co_return std::move(made).error();
        decisions_.push_back(std::move(*made));
      }
      if (auto folded = fold(folded_, entry); !folded) co_return folded.error();
      if (entry.kind == "rows") {
        auto kept = read_kept_change(entry.body);
        if (!kept) co_return std::move(kept).error();
        history_.take(entry.seq, entry.body.size(), *kept);
      }
      if (entry.kind == "rebase") {
        auto prefix = rebase_prefix(entry);
        if (!prefix) co_return std::move(prefix).error();
        auto again = co_await begin(*prefix);
        if (!again) co_return again.error();
        for (const auto& line : *prefix) {
          if (auto added = add(line); !added) co_return added.error();
        }
        continue;
      }
      if (auto added = add(entry); !added) co_return added.error();
    }
    co_return std::move(decisions_);
  }

 private:
  Async<Status> begin(const std::vector<LogEntry>& log) {
    const bool same_app =
        !log.empty() && log.front().kind == "app" && log.front().body == model_.preamble_body;
    auto making = same_app ? model_.scheduler.fork(model_.preamble) : model_.scheduler.open();
    auto made = co_await std::move(making);
    if (!made) co_return Status(std::move(made).error());
    sequence_ = std::move(*made);
    begun_ = same_app;
    unread_.clear();
    co_return Status();
  }

  // Nothing for what the beginning has read already.
  Status add(const LogEntry& entry) {
    if (begun_ && entry.kind == "app") return {};
    auto tokens = model_.text.tokens_of(entry);
    if (!tokens) return std::move(tokens).error();
    unread_.insert(unread_.end(), tokens->begin(), tokens->end());
    return {};
  }

  void ask(const LogEntry& entry) {
    const auto body = body_of(entry);
    const auto kind = body.is_object() ? body.value("kind", std::string()) : std::string();
    asked_.kind = event_kind(kind).value_or(EventKind::kOpen);
    asked_.name = entry.event_id.empty() ? kind : kind + " " + entry.event_id;
    asked_.payload = body.is_object() ? body.value("payload", Json()) : Json();
    asked_.values = values_of(asked_.kind, asked_.payload);
    asked_.mentions = Json::array();
    const auto at = std::chrono::milliseconds(entry.at_ms);
    asked_.today = today_of(engine_.app, std::chrono::system_clock::time_point(at));
    asked_.verb = verb_of(asked_.payload);
    asked_.seed = entry.seq - 1;
  }

  // The app itself says what is shown or done.
  bool declared() const {
    const auto* action = engine_.app.action(asked_.verb);
    return asked_.kind == EventKind::kScreen || asked_.kind == EventKind::kUndo ||
           asked_.kind == EventKind::kRedo || asked_.kind == EventKind::kApply ||
           asked_.kind == EventKind::kCancel ||
           (asked_.kind == EventKind::kSubmit &&
            form_update(engine_.app, screen(), asked_.payload)) ||
           (asked_.kind == EventKind::kClick && action != nullptr && !action->statements.empty()) ||
           (asked_.kind == EventKind::kOpen && !engine_.app.screens.empty());
  }

  Async<Status> read_unread(std::uint64_t before) {
    if (unread_.empty()) co_return Status();
    ReadRequest request{sequence_, std::move(unread_), kReadTimeoutMs};
    unread_.clear();
    auto read = co_await model_.scheduler.read(request);
    if (read) co_return Status();
    auto error = read.error();
    const auto place = "what stands before seq " + std::to_string(before);
    error.what = "could not read " + place + ": " + error.what;
    co_return Status(std::move(error));
  }

  // As the turn had it: with a screen, what may edit it depends on what is there.
  Result<std::shared_ptr<GrammarRef>> grammar_of(const Route& route) {
    const auto& targets = route.targets;
    const bool edits = std::find(targets.begin(), targets.end(), Target::kPatch) != targets.end();
    if (const auto known = model_.grammars.find(asked_.kind);
        known != model_.grammars.end() && (!edits || folded_.manifest.is_null())) {
      return known->second;
    }
    return engine_.constrainer.compile(
        target_source(engine_.app, targets, engine_.sql_of(asked_.kind), folded_.manifest),
        model_.scheduler.backend().vocabulary());
  }

  Screen screen() const {
    Screen out;
    out.view = folded_.view;
    auto planned = folded_.manifest.is_null()
                       ? std::variant<std::vector<Binding>, Rejection>()
                       : plan_bindings(engine_.app, engine_.guard, folded_.manifest);
    if (auto* bindings = std::get_if<std::vector<Binding>>(&planned))
      out.bindings = std::move(*bindings);
    return out;
  }

  // What is known of columns is what stands there now.
  std::vector<SlotTexts> slots() const {
    const auto on_screen = screen();
    const auto days =
        days_heard(engine_.app, asked_.kind, asked_.payload, mentions_on(on_screen), asked_.today);
    const Heard heard{asked_.kind, asked_.payload, asked_.mentions, days, asked_.today};
    const auto sources = sources_of(engine_.app, engine_.known.now(), on_screen, heard, history_);
    auto out = sql::told_slots(sources, engine_.guard.catalog());
    if (brings_values(asked_.kind)) {
      auto named = sql::event_slots(asked_.values, asked_.kind == EventKind::kSubmit);
      std::move(named.begin(), named.end(), std::back_inserter(out));
    }
    return out;
  }

  Async<Result<Decision>> decide(const LogEntry& entry) {
    Decision out;
    out.seq = entry.seq;
    out.event = asked_.name;
    out.logged = entry.body;
    const auto route = engine_.app.routes.find(asked_.kind);
    if (route == engine_.app.routes.end()) {
      out.failure = "the app has no route for this kind of event any more";
      co_return out;
    }
    auto grammar = grammar_of(route->second);
    if (!grammar) co_return std::move(grammar).error();
    auto opener = model_.text.tokens(model_.text.opener());
    if (!opener) co_return std::move(opener).error();
    DecodeRequest request;
    request.prompt = std::move(*opener);
    request.grammar = std::move(*grammar);
    request.slots = slots();
    request.max_tokens = route->second.max_tokens;
    request.timeout_ms = route->second.timeout_ms;
    request.temperature = route->second.temperature;
    request.seed = asked_.seed;
    if (auto forked = co_await write(request, entry, out); !forked) co_return forked.error();
    if (out.same || !out.failure.empty()) co_return out;
    auto branch = other_way(entry, request.prompt.size(), out.tokens);
    if (!branch) co_return out;
    request.branch = std::move(*branch);
    Decision again = out;
    if (auto forked = co_await write(request, entry, again); !forked) co_return forked.error();
    co_return again.same ? again : out;
  }

  // Fails when the sequence cannot be forked; that there is no answer is one of `out`.
  Async<Status> write(const DecodeRequest& asked, const LogEntry& entry, Decision& out) {
    auto fork = co_await model_.scheduler.fork(sequence_);
    if (!fork) co_return Status(std::move(fork).error());
    DecodeRequest request = asked;
    request.sequence = std::move(*fork);
    auto decoded = co_await model_.scheduler.decode(request);
    if (!decoded) {
      out.failure = decoded.error().what;
      co_return Status();
    }
    out.decoded = std::move(decoded->text);
    out.tokens = std::move(decoded->tokens);
    out.stats = decoded->stats;
    const auto written = Json::parse(out.decoded, nullptr, /*allow_exceptions=*/false);
    out.same = patch::equal(written, body_of(entry));
    co_return Status();
  }

  // What is in the log may be another reading, of a screen that showed nothing
  // (turn/look_again.cpp): as far as both go, and then not on as the first.
  std::optional<Branch> other_way(const LogEntry& entry, std::size_t opener,
                                  const std::vector<std::int32_t>& first) const {
    if (entry.kind != "manifest" || asked_.kind != EventKind::kCommand) return std::nullopt;
    const auto logged = model_.text.tokens_of(entry);
    if (!logged || logged->size() < opener) return std::nullopt;
    const auto begin = logged->begin() + static_cast<std::ptrdiff_t>(opener);
    const auto [there, here] = std::mismatch(begin, logged->end(), first.begin(), first.end());
    if (here == first.end()) return std::nullopt;
    return Branch{{begin, there}, *here};
  }

  Engine& engine_;
  Model& model_;
  SharedSequence sequence_;
  bool begun_ = false;  // the sequence has read the app's preamble
  std::vector<std::int32_t> unread_;
  Folded folded_ = empty_fold();
  History history_;
  Asked asked_;
  std::vector<Decision> decisions_;
};

}  // namespace

std::vector<std::vector<Decision>> decide_again(const Parts& parts, const std::string& backend,
                                                const std::vector<std::vector<LogEntry>>& logs) {
  StorePool facts(parts.store, {1, 1, 1});
  const auto engine = start_engine(parts.app, facts, parts.constrainer, parts.backends, backend);
  std::vector<std::vector<Decision>> out;
  std::exception_ptr thrown;
  const auto all = [&]() -> Async<void> {
    for (const auto& log : logs) {
      Replay replay(*engine, *engine->models.at(backend));
      out.push_back(or_start_error(co_await replay.run(log)));
    }
  };
  asio::io_context io;
  asio::co_spawn(io, all, [&](std::exception_ptr e) { thrown = e; });
  io.run();
  if (thrown) std::rethrow_exception(thrown);
  return out;
}

}  // namespace sr::host
