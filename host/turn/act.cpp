// Step 4: the action runs, inside the turn's transaction.
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

}  // namespace

Step act(Turn& turn, TransactionRef& transaction) {
  const auto start = Clock::now();
  if (auto step = check_when(turn, transaction); !step) return step;
  ActionResult result;
  turn.outcome.touched = {};
  for (const auto& change : turn.changes) {
    auto outcome =
        transaction.execute(sql::statement_of(change.plan, SR_ROLE_ACTION, change.values));
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
    result.add(*outcome);
    turn.outcome.touched.add(turn.engine.dependencies.by(change.plan.target));
  }
  auto entry = entry_for(turn.model, "result", result.body());
  if (!entry) return std::move(entry).error();
  turn.written.push_back(std::move(*entry));
  turn.outcome.timings.act += ms_since(start);
  return {};
}

}  // namespace sr::host
