// Which row a command is about: the one that it names, or none that it speaks of more than of
// another.
#include <algorithm>

#include "host/plugins/words.h"
#include "host/session/change_words.h"
#include "host/session/log_text.h"
#include "host/session/mentions.h"
#include "host/turn/steps.h"

namespace sr::host {
namespace {

std::string said_in(const Turn& turn) { return turn.event.payload.value("command", ""); }

NamedRow row_of(const KeptRow& kept) { return {kept.table, kept.key}; }

// A row that was there before.
bool is_other(const KeptRow& kept, const NamedRow& named) {
  return kept.table == named.table && !kept.before.is_null() && !same_row(row_of(kept), named);
}

bool is_of_command(const Turn& turn) {
  return turn.event.kind == EventKind::kCommand && !turn.reversal && !turn.applied;
}

// The model has picked a row; a statement that finds it by other columns says why it is that one.
bool by_key(const Turn& turn) {
  return std::any_of(turn.changes.begin(), turn.changes.end(), [](const Change& change) {
    const auto& fixed = change.plan.fixed;
    return std::any_of(fixed.begin(), fixed.end(), [](const auto& value) { return value.key; });
  });
}

// By texts of the store, each with the key of the row in which it stands. On screen a text may
// stand in a column that a path leads to, of another table than the row.
std::vector<MentionedRow> mentioned_rows(const Turn& turn) {
  std::vector<MentionedRow> out;
  if (!turn.engine.app.mentions) return out;
  const auto texts = turn.engine.known.texts();
  std::vector<const Mentions*> known;
  for (const auto& of_table : texts) known.push_back(of_table.get());
  for (const auto& told : mentioned_in(said_in(turn), known)) {
    if (told.size() < 3 || !told[0].is_string() || !told[1].is_string()) continue;
    const auto& place = told[1].get_ref<const std::string&>();
    const auto table = place.substr(0, place.find('.'));
    const auto key = turn.engine.guard.key_of(table);
    if (key.size() == 1)
      out.push_back({{table, Json{{key.front(), told[2]}}}, told[0].get<std::string>()});
  }
  return out;
}

// Also where nothing comes of it.
bool names_other(const sql::Plan& plan, const NamedRow& named) {
  return plan.target == named.table &&
         std::any_of(plan.fixed.begin(), plan.fixed.end(), [&](const sql::FixedValue& fixed) {
           return fixed.key && fixed.parameter.empty() &&
                  !same_key(fixed.literal, named.key.value(fixed.column, Json()));
         });
}

}  // namespace

std::string row_mistake(const Engine& engine, const Json& payload) {
  const auto named = named_row(payload);
  if (!named) return {};
  if (!engine.app.policy.tables.contains(named->table)) {
    return "the command names a row of " + compact(named->table) +
           ", which is no table of this app";
  }
  const auto key = engine.guard.key_of(named->table);
  const bool whole = named->key.size() == key.size() &&
                     std::all_of(key.begin(), key.end(), [&](const std::string& name) {
                       return named->key.contains(name);
                     });
  if (whole) return {};
  return "the command names no row of " + named->table + ": its key is " + listed(key);
}

Step check_named_row(const Turn& turn, const KeptChange& kept) {
  const auto named = is_of_command(turn) ? named_row(turn.event.payload) : std::nullopt;
  if (!named) return {};
  const bool other = std::any_of(kept.rows.begin(), kept.rows.end(),
                                 [&](const auto& row) { return is_other(row, *named); }) ||
                     std::any_of(turn.changes.begin(), turn.changes.end(), [&](const auto& change) {
                       return names_other(change.plan, *named);
                     });
  // What cannot be told row by row may be of any.
  const bool untold = kept.rows.empty() && !kept.why_not.empty();
  if (!other && !untold) return {};
  return Rejection{"app", "row",
                   "the command is about " +
                       row_words(named->table, named->key, turn.engine.app.labels) + " alone"};
}

std::vector<Candidate> rows_that_fit(const Turn& turn, const KeptChange& kept) {
  if (!is_of_command(turn) || kept.rows.size() != 1) return {};
  const auto& row = kept.rows.front();
  const auto named = named_row(turn.event.payload);
  if (named && named->table == row.table) return {};
  if (row.before.is_null() || !by_key(turn)) return {};
  const auto& given = row.after.is_null() ? Json::object() : row.after;
  return candidates(said_in(turn), turn.session.screen, turn.engine.app.labels, row_of(row), given,
                    mentioned_rows(turn));
}

Step ask_back(Turn& turn) {
  turn.outcome.did.reset();
  turn.outcome.touched = {};
  turn.changes.clear();
  turn.written.resize(1);  // the action
  std::string keys;
  for (const auto& one : turn.candidates) keys += (keys.empty() ? "" : ", ") + compact(one.row.key);
  const auto why = turn.candidates.front().row.table + " " + keys + " may be meant as well";
  auto entry = entry_for(turn.model, "refusal",
                         compact(Json{{"by", "app"}, {"rule", kAskedBack}, {"why", why}}));
  if (!entry) return std::move(entry).error();
  turn.written.push_back(std::move(*entry));
  turn.decision = asked_back();
  // What was put forward before stays, as behind every refusal.
  turn.next = turn.session.screen;
  show_choice(turn.session.seq + 1, said_in(turn), turn.candidates, turn.next.view);
  return {};
}

void offer_choice(Turn& turn) {
  take_away_choice(turn.next.view);
  if (!is_of_command(turn) || named_row(turn.event.payload)) return;
  if (turn.decision.value("reason", Json()) != asked_back()["reason"]) return;
  const auto command = said_in(turn);
  const auto rows = candidates(command, turn.session.screen, turn.engine.app.labels, {},
                               Json::object(), mentioned_rows(turn));
  if (!rows.empty()) show_choice(turn.session.seq + 1, command, rows, turn.next.view);
}

}  // namespace sr::host
