// Step 3: the model writes one JSON object; then it is checked before any transaction opens.
#include <algorithm>
#include <boost/asio/this_coro.hpp>

#include "host/app/targets.h"
#include "host/session/manifest.h"
#include "host/session/window.h"
#include "host/sql/grammar/value_slots.h"
#include "host/sql/names.h"
#include "host/turn/event_values.h"
#include "host/turn/steps.h"
#include "host/turn/told.h"

namespace sr::host {
namespace {

void add(Timings& timings, const DecodeStats& stats, double total) {
  timings.read += stats.read_ms;
  timings.decode += total - stats.read_ms;
  timings.mask += stats.mask_ms;
  timings.model_steps += stats.steps;
  timings.prompt_tokens += stats.prompt;
  timings.sampled_tokens += stats.sampled;
  timings.forced_tokens += stats.forced;
  timings.ahead_tokens += stats.ahead;
}

bool may_write(const Turn& turn, Target target) {
  return std::find(turn.targets.begin(), turn.targets.end(), target) != turn.targets.end();
}

// What the statements of an action do to which tables: "update alerts".
std::set<std::string> deeds_of(const Json& action) {
  std::set<std::string> out;
  for (const auto& statement : statements_of(action)) {
    auto deed = sql::lower_ascii(statement);
    for (const std::string_view behind : {" set ", " (", " where "})
      deed.resize(std::min(deed.find(behind), deed.size()));
    out.insert(std::move(deed));
  }
  return out;
}

// Who looked for something must not end up changing something, nor who wanted to change one thing
// another: behind a screen that does not count no action may follow, and behind an action only one
// that does the same to the same tables.
void narrow(Turn& turn, const Rejection& rejection) {
  const auto kind = turn.decision.is_object() ? turn.decision.value("kind", std::string()) : "";
  if (kind == "manifest" || kind == "patch") std::erase_if(turn.targets, writes);
  if (kind != "sql" || !turn.tried.empty()) return;
  turn.tried = deeds_of(turn.decision);
  turn.why_not = rejection.why;
  std::erase_if(turn.targets,
                [](Target target) { return writes(target) && target != Target::kAction; });
}

// What the attempt adds to the log for what the model wrote: with the very tokens it emitted.
LogEntry written_entry(const Turn& turn, std::string kind) {
  LogEntry entry;
  entry.kind = std::move(kind);
  entry.body = turn.decoded.text;
  entry.at_ms = now_ms();
  const auto opener = turn.model.text.tokens(turn.model.text.opener());
  const auto newline = turn.model.text.tokens("\n");
  if (!opener || !newline) return entry;
  entry.tokens = *opener;
  entry.tokens.insert(entry.tokens.end(), turn.decoded.tokens.begin(), turn.decoded.tokens.end());
  entry.tokens.insert(entry.tokens.end(), newline->begin(), newline->end());
  entry.vocabulary = turn.model.text.vocabulary();
  return entry;
}

// Not the model's fault, and it is not asked again.
Rejection says_nothing(const Event& event) {
  Rejection out{"guard", "event",
                "the " + std::string(to_string(event.kind)) +
                    " brings no value by which anything may be changed"};
  out.final = true;
  return out;
}

// What the model may write now. A route that lets it edit the screen has a grammar for every
// manifest; the constrainer keeps those that it has compiled.
Result<std::shared_ptr<GrammarRef>> grammar_of(Turn& turn) {
  const auto& manifest = turn.session.screen.manifest;
  const bool edits = may_write(turn, Target::kPatch) && !manifest.is_null();
  if (edits || turn.targets.size() < turn.route.targets.size()) {
    return turn.engine.constrainer.compile(
        target_source(turn.engine.app, turn.targets, turn.engine.sql_of(turn.event.kind), manifest),
        turn.model.scheduler.backend().vocabulary());
  }
  const auto found = turn.model.grammars.find(turn.event.kind);
  if (found != turn.model.grammars.end()) return found->second;
  return Error{SR_UNSUPPORTED, "screen", "there is no screen to edit yet", {}};
}

// The same for all attempts of a turn.
const sql::Sources& sources_of(Turn& turn) {
  if (turn.sources == nullptr) {
    const Heard heard{turn.event.kind, turn.event.payload, turn.mentions, turn.days, turn.today};
    turn.sources = std::make_shared<const sql::Sources>(
        sources_of(turn.engine.app, turn.engine.known.now(), turn.session.screen, heard,
                   turn.session.history));
  }
  return *turn.sources;
}

// A click and a form have named their values; which of them may be meant is told apart there.
sql::Guard guard_of_actions(Turn& turn) {
  const auto& guard = turn.engine.guard;
  return brings_values(turn.event.kind) ? guard : guard.held_to(sources_of(turn));
}

Step check_action(Turn& turn) {
  turn.written.push_back(written_entry(turn, "action"));
  const auto deeds = deeds_of(turn.decision);
  if (!turn.tried.empty() &&
      !std::includes(turn.tried.begin(), turn.tried.end(), deeds.begin(), deeds.end())) {
    return Rejection{"guard", "another_change", turn.why_not};
  }
  const auto guard = guard_of_actions(turn);
  for (const auto& statement : statements_of(turn.decision)) {
    auto checked = guard.action(statement);
    if (auto* refusal = std::get_if<sql::Refusal>(&checked)) {
      return Rejection{"guard", refusal->rule, refusal->why};
    }
    if (auto step = add_change(turn, std::get<sql::Plan>(std::move(checked))); !step) return step;
  }
  return {};
}

Step check_screen(Turn& turn, Json manifest) {
  auto planned =
      plan_bindings(turn.engine.app, turn.engine.guard.held_to(sources_of(turn)), manifest);
  if (auto* rejection = std::get_if<Rejection>(&planned)) return std::move(*rejection);
  turn.next.manifest = std::move(manifest);
  turn.next.bindings = std::get<std::vector<Binding>>(std::move(planned));
  return {};
}

Step check_edit(Turn& turn) {
  turn.written.push_back(written_entry(turn, "patch"));
  auto edited = edit_manifest(turn.next.manifest, turn.decision["ops"]);
  if (!edited) return Rejection{"screen", "edit", edited.error().what};
  auto checked = turn.engine.manifest_check.check(*edited);
  if (!checked) return Rejection{"screen", "schema", checked.error().what};
  auto step = check_screen(turn, std::move(*checked));
  if (step) keep_windows(turn.session.screen.view, turn.engine.app.policy, turn.next.bindings);
  return step;
}

}  // namespace

void begin_attempt(Turn& turn) {
  turn.written.clear();
  turn.changes.clear();
  turn.asked = turn.event.kind;
  turn.values = values_of(turn.event);
  turn.reversal.reset();
  turn.applied.reset();
  turn.proposed.reset();
  turn.candidates.clear();
  turn.ops = Json::array();
  turn.outcome.touched = {};
  turn.outcome.did.reset();
  turn.next = turn.session.screen;
  // Other rows of a table change nothing; everything else ends what was put forward.
  if (turn.event.kind == EventKind::kWindow) return;
  take_away_choice(turn.next.view);
  if (!turn.next.proposal) return;
  turn.next.proposal.reset();
  take_away_proposal(turn.next.view);
}

std::vector<std::string> statements_of(const Json& decision) {
  std::vector<std::string> out{decision["sql"].get<std::string>()};
  for (const auto& more : decision.value("then", Json::array()))
    out.push_back(more.get<std::string>());
  return out;
}

Step model_failed(Error error) {
  if (error.code == SR_CANCELLED) return error;
  return Rejection{"decode", "no-answer", std::move(error.what)};
}

Async<Step> decode(Turn& turn) {
  const auto start = Clock::now();
  if (const auto* opening = known_opening(turn)) {
    turn.sequence = opening->sequence;
    turn.decoded = opening->decoded;
    turn.decoded.stats = {};
    co_return Step();
  }
  DecodeRequest request;
  request.sequence = turn.sequence;
  request.prompt = turn.prompt;
  auto grammar = grammar_of(turn);
  turn.outcome.timings.mask += ms_since(start);
  if (!grammar) co_return model_failed(std::move(grammar).error());
  request.grammar = std::move(*grammar);
  request.slots = sql::told_slots(sources_of(turn), turn.engine.guard.catalog());
  if (brings_values(turn.event.kind)) {
    auto named = sql::event_slots(values_of(turn.event), turn.event.kind == EventKind::kSubmit);
    std::move(named.begin(), named.end(), std::back_inserter(request.slots));
  }
  request.max_tokens = turn.route.max_tokens;
  request.timeout_ms = turn.route.timeout_ms;
  request.temperature = turn.route.temperature;
  request.seed = turn.session.seq;
  request.branch = turn.branch;
  const bool first_reading = turn.branch.not_next < 0;
  if (turn.entries.size() == 1 && first_reading)
    request.about = turn.entries.front().body;  // not of a second try
  const Executor executor = co_await asio::this_coro::executor;
  if (turn.show_preview && first_reading && may_write(turn, Target::kManifest)) {
    turn.preview = std::make_shared<Preview>(executor, turn.engine, turn.sources,
                                             turn.session.party(), turn.show_preview);
    request.progress = [preview = turn.preview](std::string_view text) { preview->progress(text); };
  }
  auto decoded = co_await turn.model.scheduler.decode(request);
  if (turn.preview) turn.preview->end();
  const double total = ms_since(start);
  if (!decoded) {
    turn.outcome.timings.decode += total;
    if (decoded.error().code == SR_NOT_FOUND) co_return Step(says_nothing(turn.event));
    co_return model_failed(std::move(decoded).error());
  }
  turn.decoded = std::move(*decoded);
  add(turn.outcome.timings, turn.decoded.stats, total);
  co_return Step();
}

Step check(Turn& turn) {
  const auto start = Clock::now();
  begin_attempt(turn);
  turn.decision = Json::parse(turn.decoded.text, nullptr, /*allow_exceptions=*/false);
  const auto kind = turn.decision.is_object() ? turn.decision.value("kind", std::string()) : "";
  Step step = Rejection{"decode", "no-answer", "the model wrote something that is not a target"};
  if (kind == "sql") step = check_action(turn);
  if (kind == "undo" || kind == "redo") {
    turn.written.push_back(written_entry(turn, "action"));
    step = find_reversal(turn, kind == "redo", 0);
  }
  if (kind == "patch") step = check_edit(turn);
  if (kind == "manifest") {
    turn.written.push_back(written_entry(turn, "manifest"));
    step = check_screen(turn, turn.decision);
  }
  if (kind == "refuse") {
    turn.written.push_back(written_entry(turn, "refusal"));
    turn.next = turn.session.screen;
    offer_choice(turn);
    step = Step();
  }
  turn.outcome.timings.act += ms_since(start);
  return step;
}

void reject(Turn& turn, const Rejection& rejection) {
  Json body;
  body["by"] = rejection.by;
  body["rule"] = rejection.rule;
  body["why"] = rejection.why;
  // Of an attempt only what the model wrote stays, never a result of what was rolled back.
  if (!turn.written.empty()) turn.entries.push_back(std::move(turn.written.front()));
  turn.written.clear();
  turn.sequence.reset();
  narrow(turn, rejection);
  if (auto entry = entry_for(turn.model, "refusal", compact(body)); entry) {
    turn.entries.push_back(std::move(*entry));
  }
}

}  // namespace sr::host
