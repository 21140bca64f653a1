// Step 4: the action runs, inside the turn's transaction.
#include "host/turn/steps.h"

namespace sr::host {
namespace {

std::string result_body(std::uint64_t changed, const Rows& rows) {
  Json body;
  body["changed"] = changed;
  if (!rows.rows.empty()) {
    Json returned = Json::array();
    for (const auto& row : rows.rows) {
      Json values = Json::array();
      for (const auto& value : row) values.push_back(json_of(value));
      returned.push_back(std::move(values));
    }
    body["rows"] = std::move(returned);
  }
  return compact(body);
}

// Not a thing to try again: what was asked for is not there, and any other row is another's.
std::string nothing_changed(const sql::Plan& action) {
  return "nothing was changed: " + action.target + " has no such row, or none that may be changed";
}

}  // namespace

bool blames_statement(sr_code code) {
  return code == SR_INVALID_ARGUMENT || code == SR_EXHAUSTED || code == SR_DENIED ||
         code == SR_DEADLINE;
}

Step act(Turn& turn, TransactionRef& transaction) {
  if (!turn.action) return {};
  const auto start = Clock::now();
  auto outcome = transaction.execute(sql::statement_of(*turn.action, SR_ROLE_ACTION));
  if (!outcome) {
    turn.outcome.timings.act += ms_since(start);
    auto error = std::move(outcome).error();
    if (!blames_statement(error.code)) return error;
    return Rejection{"store", "statement", error.what};
  }
  if (outcome->changed == 0) {
    Rejection nothing{"store", "no_rows", nothing_changed(*turn.action)};
    nothing.final = true;
    return nothing;
  }
  auto entry =
      entry_for(turn.model, "result", result_body(outcome->changed, outcome->returned));
  if (!entry) return std::move(entry).error();
  turn.written.push_back(std::move(*entry));
  turn.outcome.touched = turn.engine.dependencies.by(turn.action->target);
  turn.outcome.timings.act += ms_since(start);
  return {};
}

}  // namespace sr::host
