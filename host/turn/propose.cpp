// A change that has to be confirmed is run, read and taken back; what it would do goes on screen. When
// somebody applies it, it is checked and run again.
#include <algorithm>
#include <cmath>
#include <set>

#include "host/session/change_words.h"
#include "host/session/kept_names.h"
#include "host/session/log_text.h"
#include "host/turn/event_values.h"
#include "host/turn/steps.h"

namespace sr::host {
namespace {

const sql::WriteRule* rule_of(const sql::Policy& policy, const sql::Plan& plan) {
  const auto found = policy.tables.find(plan.target);
  if (found == policy.tables.end()) return nullptr;
  const auto& rules = found->second;
  const auto& rule = plan.verb == sql::Verb::kInsert   ? rules.insert
                     : plan.verb == sql::Verb::kDelete ? rules.remove
                                                       : rules.update;
  return rule ? &*rule : nullptr;
}

sql::Confirm confirm_of(const Turn& turn, const sql::Plan& plan) {
  if (turn.action != nullptr && turn.action->confirm) return *turn.action->confirm;
  const auto* rule = rule_of(turn.engine.app.policy, plan);
  if (rule != nullptr && rule->confirm) return *rule->confirm;
  return turn.asked == EventKind::kCommand ? sql::Confirm::kMany : sql::Confirm::kNever;
}

Rejection no(std::string why) {
  Rejection out{"app", "proposal", std::move(why)};
  out.final = true;
  return out;
}

// The one that the event names, when it is still the session's.
const Proposal* named(const Turn& turn, const char* name) {
  const auto& proposal = turn.session.screen.proposal;
  return proposal && turn.event.payload[name] == proposal->seq ? &*proposal : nullptr;
}

Step write_target(Turn& turn, const char* name) {
  turn.decision = Json{{"kind", name}};
  auto entry = entry_for(turn.model, "action", compact(turn.decision));
  if (!entry) return std::move(entry).error();
  turn.written.push_back(std::move(*entry));
  return {};
}

bool tells_time(const Change& change) {
  const auto& called = change.plan.functions;
  return std::find(called.begin(), called.end(), "now") != called.end();
}

// Whatever the policy says of the tables.
bool is_unsure(const Turn& turn) {
  return turn.asked == EventKind::kCommand && !turn.declared &&
         turn.decoded.margin < turn.engine.app.policy.unsure_below;
}

}  // namespace

// With the names of the database, which another app.yaml does not change. Of a new row what the
// statements gave it: its key and its defaults may be others the next time. What is made of the
// time is another each time.
Json comparable(const Turn& turn, const KeptChange& kept) {
  if (kept.rows.empty()) return nullptr;
  const bool timeless = std::none_of(turn.changes.begin(), turn.changes.end(), tells_time);
  std::set<std::string> given;
  for (const auto& change : turn.changes) given.insert(change.plan.added.begin(), change.plan.added.end());
  KeptChange told;
  for (const auto& row : kept.rows) {
    const bool added = row.before.is_null();
    KeptRow one{row.table, added ? Json() : row.key, row.before, timeless ? row.after : Json()};
    if (added) one.after = Json();
    for (const auto& name : given) {
      if (added && timeless && row.after.contains(name)) one.after[name] = row.after[name];
    }
    told.rows.push_back(std::move(one));
  }
  Json out = Json::array();
  for (auto& row : with_names_of_store(std::move(told), turn.engine.guard.catalog()).rows) {
    const bool added = row.before.is_null();
    Json one{{"table", row.table}};
    if (!added) one["key"] = std::move(row.key);
    one["before"] = std::move(row.before);
    if (added ? !row.after.is_null() : timeless) one["after"] = std::move(row.after);
    out.push_back(std::move(one));
  }
  return out;
}

bool must_ask(const Turn& turn, const std::vector<std::uint64_t>& changed) {
  if (turn.reversal || turn.applied) return false;
  if (is_unsure(turn)) return true;
  std::uint64_t rows = 0;
  for (std::size_t i = 0; i < turn.changes.size(); ++i) {
    const auto& plan = turn.changes[i].plan;
    const auto confirm = confirm_of(turn, plan);
    if (confirm == sql::Confirm::kAlways) return true;
    if (confirm == sql::Confirm::kNever) continue;
    if (plan.verb != sql::Verb::kUpdate) return true;
    rows += changed[i];
  }
  return rows > 1;
}

Step propose(Turn& turn) {
  auto& found = *turn.proposed;
  turn.outcome.did.reset();
  turn.outcome.touched = {};
  turn.next_history = turn.session.history;
  turn.written.resize(1);  // the action
  auto result = entry_for(turn.model, "result", compact(Json{{"proposed", found.changed}}));
  if (!result) return std::move(result).error();
  turn.written.push_back(std::move(*result));

  Proposal proposal;
  proposal.seq = turn.session.seq + turn.entries.size() + turn.written.size() + 1;
  proposal.asked = turn.asked;
  proposal.values = turn.values;
  if (turn.action != nullptr) proposal.action = turn.action->name;
  proposal.statements = statements_of(turn.decision);
  proposal.says = found.kept.says;
  proposal.rows = found.rows;
  if (!turn.declared && std::isfinite(turn.decoded.margin)) proposal.margin = turn.decoded.margin;
  auto entry = entry_for(turn.model, "proposal", compact(body_of(proposal)));
  if (!entry) return std::move(entry).error();
  turn.written.push_back(std::move(*entry));
  show_proposal(proposal, change_lines(found.kept, turn.engine.app.policy, turn.engine.app.labels),
                turn.next.view);
  turn.next.proposal = std::move(proposal);
  return {};
}

Step apply(Turn& turn) {
  begin_attempt(turn);
  turn.declared = true;
  if (auto step = write_target(turn, "apply"); !step) return step;
  const auto* proposal = named(turn, "apply");
  if (proposal == nullptr) return no("there is no such proposal any more");
  turn.applied = *proposal;
  turn.asked = proposal->asked;
  turn.values = proposal->values;
  turn.action = proposal->action.empty() ? nullptr : turn.engine.app.action(proposal->action);
  const auto sources = sql::Sources::anywhere(turn.engine.known.now());
  const auto guard = brings_values(turn.asked) ? turn.engine.guard : turn.engine.guard.held_to(sources);
  for (const auto& statement : proposal->statements) {
    auto checked = guard.action(statement);
    if (auto* refusal = std::get_if<sql::Refusal>(&checked)) return no(refusal->why);
    if (auto step = add_change(turn, std::get<sql::Plan>(std::move(checked))); !step) return step;
  }
  return {};
}

Step cancel(Turn& turn) {
  begin_attempt(turn);
  turn.declared = true;
  if (auto step = write_target(turn, "cancel"); !step) return step;
  if (named(turn, "cancel") == nullptr) return no("there is no such proposal any more");
  auto result = entry_for(turn.model, "result", compact(Json{{"changed", 0}}));
  if (!result) return std::move(result).error();
  turn.written.push_back(std::move(*result));
  return {};
}

Step still_the_same(const Turn& turn, const Found& found) {
  const bool same = found.rows.is_null() ? found.kept.says == turn.applied->says
                                         : found.rows == turn.applied->rows;
  if (same) return {};
  return no("this would do something else by now: " + found.kept.says + "; it was not done");
}

}  // namespace sr::host
