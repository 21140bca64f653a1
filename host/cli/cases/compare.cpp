#include "host/cli/cases/compare.h"

#include <algorithm>
#include <cmath>

#include "host/base/start_error.h"
#include "host/patch/patch.h"
#include "host/session/bindings.h"
#include "host/session/log_text.h"

namespace sr::host {
namespace {

// The kinds of log entry that a model writes, and the target that each is.
constexpr std::pair<const char*, const char*> kWritten[] = {
    {"manifest", "manifest"}, {"action", "sql"}, {"patch", "patch"}, {"refusal", "refuse"}};

// Far below what a person sees in a number; databases and orders of addition differ.
constexpr double kNumberTolerance = 1e-4;

Json rows_of(LoadedStore& store, const std::string& sql) {
  auto transaction = or_start_error(store.begin(/*write=*/false));
  Statement statement;
  statement.role = SR_ROLE_OWNER;
  statement.sql = sql;
  const auto outcome = or_start_error(transaction.execute(statement));
  Json rows = Json::array();
  for (const auto& row : outcome.returned.rows) {
    Json values = Json::array();
    for (const auto& value : row) values.push_back(json_of(value));
    rows.push_back(std::move(values));
  }
  return rows;
}

Json facts_of(LoadedStore& store, const App& app) {
  Json facts = Json::object();
  for (const auto& [table, policy] : app.policy.tables) {
    auto rows = rows_of(store, "SELECT * FROM \"" + table + "\"");
    std::sort(rows.begin(), rows.end());
    facts[table] = std::move(rows);
  }
  return facts;
}

// The last thing that the model wrote: its place in the log, and which target it is.
std::pair<std::uint64_t, std::string> last_written(LoadedStore& store, const std::string& session) {
  std::pair<std::uint64_t, std::string> last;
  if (session.empty()) return last;
  auto transaction = or_start_error(store.begin(/*write=*/false));
  for (const auto& [kind, target] : kWritten) {
    const auto seq = or_start_error(transaction.log_last(session, kind));
    if (seq > last.first) last = {seq, target};
  }
  return last;
}

// The keys of the rows in the first table on screen; null when there is none.
Json keys_on_screen(const Json& view) {
  for (const auto& component : view.value("components", Json::array())) {
    if (!component.contains("rows") || !component.contains("key")) continue;
    const auto& key = component["key"];
    Json keys = Json::array();
    for (const auto& row : component["rows"]) {
      Json values = Json::array();
      for (const auto& name : key.is_array() ? key : Json::array({key})) {
        values.push_back(row.value(name.get<std::string>(), Json()));
      }
      keys.push_back(key.is_array() ? values : values[0]);
    }
    return keys;
  }
  return nullptr;
}

Json numbers_on_screen(const Json& view) {
  Json numbers = Json::array();
  for (const auto& component : view.value("components", Json::array())) {
    if (component.contains("value") && !component["value"].is_string()) {
      numbers.push_back(component["value"]);
    }
  }
  return numbers;
}

Json sorted(Json list) {
  std::sort(list.begin(), list.end());
  return list;
}

bool close(const Json& a, const Json& b) {
  if (!a.is_number() || !b.is_number()) return a == b;
  const double x = a.get<double>(), y = b.get<double>();
  return std::abs(x - y) <= kNumberTolerance * std::max({1.0, std::abs(x), std::abs(y)});
}

bool close_lists(const Json& a, const Json& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), close);
}

// A whole number of a case file as docs/protocol.md writes it: beyond what JSON holds exactly,
// text.
Json exact(Json value) {
  if (value.is_number_integer()) {
    return value.is_number_unsigned()
               ? json_of(static_cast<std::int64_t>(value.get<std::uint64_t>()))
               : json_of(value.get<std::int64_t>());
  }
  if (value.is_structured()) {
    for (auto& part : value) part = exact(std::move(part));
  }
  return value;
}

class Comparison {
 public:
  Comparison(const CaseStep& step, std::vector<std::string>& failures)
      : where_(step.at.source->name() + ":" + std::to_string(step.at.line)), failures_(failures) {}

  void same(const std::string& what, const Json& expected, const Json& actual) {
    if (patch::canonical(exact(expected)) == patch::canonical(actual)) return;
    differs(what, expected, actual);
  }
  void differs(const std::string& what, const Json& expected, const Json& actual) {
    fail(what + ": expected " + compact(expected) + ", got " + compact(actual));
  }
  void fail(const std::string& what) { failures_.push_back(where_ + ": " + what); }

 private:
  std::string where_;
  std::vector<std::string>& failures_;
};

void compare_screen(const CaseStep& step, const Json& view, Comparison& comparison) {
  for (const auto& [pointer, expected] : step.view) {
    const Json::json_pointer at(pointer);
    comparison.same("view " + pointer, expected, view.contains(at) ? view.at(at) : Json());
  }
  for (const auto& pointer : step.absent) {
    if (view.contains(Json::json_pointer(pointer))) {
      comparison.fail("view " + pointer + ": expected nothing, got " +
                      compact(view.at(Json::json_pointer(pointer))));
    }
  }
  if (step.keys) comparison.same("keys", *step.keys, keys_on_screen(view));
  if (step.any_keys) {
    comparison.same("keys in any order", sorted(*step.any_keys), sorted(keys_on_screen(view)));
  }
  if (step.numbers) {
    const auto expected = sorted(*step.numbers), actual = sorted(numbers_on_screen(view));
    if (!close_lists(expected, actual)) comparison.differs("numbers", expected, actual);
  }
}

}  // namespace

Before look_before(const CaseStep& step, Stage& stage, const Player& player) {
  Before before;
  if (step.facts_unchanged) before.facts = facts_of(stage.store(), stage.app());
  if (step.target) before.written = last_written(stage.store(), player.session()).first;
  return before;
}

void compare(const CaseStep& step, const Before& before, const Reply& reply, Stage& stage,
             const Player& player, std::vector<std::string>& failures) {
  Comparison comparison(step, failures);
  if (!reply.trouble.empty()) return comparison.fail(reply.trouble);
  const bool may_refuse = step.target == "refuse" && reply.error == "refused";
  if (!step.error && !reply.error.empty() && !may_refuse) {
    comparison.fail("the server answered " + reply.error + ": " + reply.error_message);
  }
  if (step.error && step.error != "any") comparison.same("error", *step.error, reply.error);
  if (step.ack) comparison.same("ack", *step.ack, reply.ack);
  for (const auto& part : step.says) {
    if (reply.error_message.find(part) == std::string::npos) {
      comparison.fail("the message says nothing of \"" + part + "\": " + reply.error_message);
    }
  }
  for (const auto& part : step.never_says) {
    if (reply.error_message.find(part) != std::string::npos) {
      comparison.fail("the message says \"" + part + "\": " + reply.error_message);
    }
  }
  if (step.ops) comparison.same("ops", *step.ops, reply.ops);
  if (step.target) {
    const auto [seq, target] = last_written(stage.store(), player.session());
    comparison.same("target", *step.target, seq > before.written ? Json(target) : Json());
  }
  compare_screen(step, player.view(), comparison);
  for (const auto& [sql, expected] : step.rows) {
    comparison.same(sql, expected, rows_of(stage.store(), sql));
  }
  if (before.facts) {
    const auto after = facts_of(stage.store(), stage.app());
    for (const auto& [table, rows] : after.items()) {
      if ((*before.facts)[table] != rows) comparison.fail("the rows of " + table + " have changed");
    }
  }
}

}  // namespace sr::host
