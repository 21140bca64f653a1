// Step 4: the action runs, inside the turn's transaction.
#include "host/session/change_words.h"
#include "host/session/kept_names.h"
#include "host/session/log_text.h"
#include "host/turn/past.h"
#include "host/turn/recorder.h"
#include "host/turn/steps.h"

namespace sr::host {
namespace {

// What came of the statements: how many rows in all, and what they returned.
class ActionResult {
 public:
  void add(const Outcome& outcome) {
    changed_ += outcome.changed;
    for (const auto& row : outcome.returned.rows) {
      Json values = Json::array();
      for (const auto& value : row) values.push_back(json_of(value));
      rows_.push_back(std::move(values));
    }
  }
  void count(std::uint64_t rows) { changed_ += rows; }
  std::uint64_t changed() const { return changed_; }
  std::string body() const {
    Json out;
    out["changed"] = changed_;
    if (!rows_.empty()) out["rows"] = rows_;
    return compact(out);
  }

 private:
  std::uint64_t changed_ = 0;
  Json rows_ = Json::array();
};

// Not a thing to try again: what was asked for is not there, and any other row is another's.
std::string nothing_changed(const sql::Plan& action) {
  if (action.verb == sql::Verb::kInsert) {
    return "nothing was changed: " + action.target +
           " has such a row already, or there is nothing to add that it takes";
  }
  return "nothing was changed: " + action.target + " has no such row, or none that may be changed";
}

// Rows were found, and are as they should be. A form that is saved as it was, a button, or what was
// put forward is no mistake.
Step check_change(const Turn& turn, const KeptChange& kept, const Recorder& rows) {
  const bool of_command = turn.event.kind == EventKind::kCommand && !turn.reversal && !turn.applied;
  const bool differs = !kept.rows.empty() || !kept.why_not.empty();
  if (!of_command || differs) return {};
  const auto row = rows.only_row();
  const auto it = row ? row_words(row->table, row->key, turn.engine.app.labels) : "it";
  Rejection nothing{"store", "no_change", "nothing was changed: " + it + " is so already"};
  nothing.final = true;
  return nothing;
}

Step run(Turn& turn, TransactionRef& transaction, Recorder& rows, ActionResult& result,
         std::vector<std::uint64_t>& changed) {
  for (const auto& change : turn.changes) {
    auto statement = sql::statement_of(change.plan, SR_ROLE_ACTION, change.values);
    if (auto looked = rows.before(change, statement); !looked) return looked.error();
    auto outcome = transaction.execute(statement);
    if (!outcome) {
      auto error = std::move(outcome).error();
      if (!blames_statement(error.code)) return error;
      return Rejection{"store", "statement", error.what};
    }
    if (outcome->changed == 0) {
      Rejection nothing{"store", "no_rows", nothing_changed(change.plan)};
      nothing.final = true;
      return nothing;
    }
    if (auto looked = rows.after(change.plan, *outcome); !looked) return looked.error();
    result.add(*outcome);
    changed.push_back(outcome->changed);
    turn.outcome.touched.add(turn.engine.dependencies.by(change.plan.target));
  }
  return {};
}

// What the model reads of it, and what the log keeps so that it can be undone.
Step write_down(Turn& turn, KeptChange kept, const std::string& result) {
  auto entry = entry_for(turn.model, "result", result);
  if (!entry) return std::move(entry).error();
  turn.written.push_back(std::move(*entry));
  if (turn.reversal) {
    const bool redo = turn.reversal->redo;
    (redo ? kept.redoes : kept.undoes) = turn.reversal->of;
    kept.says = (redo ? "Done again. " : "Undone. ") + kept.says;
  }
  auto beside = entry_for(turn.model, "rows",
                          compact(body_of(with_names_of_store(kept, turn.engine.guard.catalog()))));
  if (!beside) return std::move(beside).error();
  const auto seq = turn.session.seq + turn.entries.size() + turn.written.size() + 1;
  turn.next_history.take(seq, beside->body.size(), kept);
  turn.outcome.did = did_of(seq, kept);
  turn.written.push_back(std::move(*beside));
  return {};
}

}  // namespace

Step act(Turn& turn, TransactionRef& transaction) {
  const auto start = Clock::now();
  if (auto step = check_when(turn, transaction); !step) return step;
  if (auto step = check_still_named(turn, transaction); !step) return step;
  turn.outcome.touched = {};
  turn.next_history = turn.session.history;
  Recorder rows(turn.engine, transaction);
  ActionResult result;
  std::vector<std::uint64_t> changed;  // by each statement
  auto step = turn.reversal ? take_back(turn, transaction, rows)
                            : run(turn, transaction, rows, result, changed);
  if (!step) return step;
  if (turn.reversal) result.count(turn.reversal->rows);
  auto kept = rows.finish();
  if (!kept) return std::move(kept).error();
  if (auto meant = check_named_row(turn, *kept); !meant) return meant;
  if (auto changes = check_change(turn, *kept, rows); !changes) return changes;
  turn.candidates = rows_that_fit(turn, *kept);
  const auto found = [&] { return Found{*kept, comparable(turn, *kept), result.changed()}; };
  const bool asks_back = !turn.candidates.empty();
  if (!asks_back && must_ask(turn, changed)) {
    turn.proposed = found();
  } else if (!asks_back) {
    if (turn.applied) step = still_the_same(turn, found());
    if (step) step = write_down(turn, std::move(*kept), result.body());
  }
  turn.outcome.timings.act += ms_since(start);
  return step;
}

}  // namespace sr::host
