#include "host/turn/event_values.h"

#include <algorithm>

#include "host/session/bindings.h"
#include "host/session/new_row.h"
#include "host/sql/parameters.h"
#include "host/turn/steps.h"

namespace sr::host {
namespace {

// A value of the event, or the name of one: a form of settings sends {"email": …} for the row
// email.
bool brought(const Json& values, const std::string& literal) {
  if (values.contains(literal)) return true;
  return std::any_of(values.begin(), values.end(),
                     [&](const Json& value) { return text_of(value) == literal; });
}

// The first key that the event has not brought; else nullptr.
const sql::FixedValue* made_up(const sql::Plan& action, const Json& values) {
  for (const auto& fixed : action.fixed) {
    if (fixed.key && fixed.parameter.empty() && !brought(values, fixed.literal)) return &fixed;
  }
  return nullptr;
}

}  // namespace

const Binding* form_of(const Screen& screen, const Json& payload) {
  const auto component = payload.value("submit", Json());
  const Binding* found = nullptr;
  for (const auto& binding : screen.bindings) {
    if (component != binding.component || only_row(binding, screen.view) == nullptr) continue;
    if (found != nullptr) return nullptr;  // of two rows nobody says which is meant
    found = &binding;
  }
  return found;
}

Event with_row_key(Event event, const Screen& screen) {
  auto& payload = event.payload;
  if (event.kind != EventKind::kSubmit || !payload.is_object() || adds_row(payload)) return event;
  if (!payload.value("values", Json()).is_object()) return event;
  const auto* form = form_of(screen, payload);
  if (form == nullptr) return event;
  const auto& row = *only_row(*form, screen.view);
  for (const auto& [name, value] : payload["values"].items()) {
    if (!row.contains(name)) return event;
  }
  Json values = Json::object();
  for (const auto& column : form->plan.key) {
    if (row.contains(column)) values[column] = row[column];
  }
  values.update(payload["values"]);
  payload["values"] = std::move(values);
  return event;
}

bool shows_another_row(const Event& event, const Screen& screen, std::uint64_t painted) {
  const auto& payload = event.payload;
  if (event.kind != EventKind::kSubmit || !event.base_seq || !payload.is_object()) return false;
  if (adds_row(payload)) return false;
  const auto* form = form_of(screen, payload);
  if (form == nullptr) return false;
  return *event.base_seq < (form->only_key.is_null() ? painted : form->only_since);
}

Json values_of(EventKind kind, const Json& payload) {
  if (kind == EventKind::kSubmit && payload.contains("values")) return payload["values"];
  if (kind != EventKind::kClick || !payload.is_object()) return Json::object();
  Json out = payload;
  out.erase("user_action");
  return out;
}

std::string verb_of(const Json& payload) {
  const auto verb = payload.find("user_action");
  return verb != payload.end() && verb->is_string() ? verb->get<std::string>() : std::string();
}

// Which row is meant says the event, and nobody else.
Step add_change(Turn& turn, sql::Plan plan) {
  const auto& values = turn.values;
  if (brings_values(turn.asked)) {
    if (const auto* other = made_up(plan, values)) {
      return Rejection{"guard", "event",
                       "the " + std::string(to_string(turn.asked)) +
                           " says nothing of a row whose " + other->column + " is " +
                           other->literal};
    }
  }
  auto bound = sql::bind_values(plan, values);
  if (auto* refusal = std::get_if<sql::Refusal>(&bound)) {
    return Rejection{"guard", refusal->rule, refusal->why};
  }
  turn.changes.push_back({std::move(plan), std::get<std::vector<Value>>(std::move(bound))});
  return {};
}

}  // namespace sr::host
