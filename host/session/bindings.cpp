#include "host/session/bindings.h"

#include <algorithm>
#include <set>

#include "host/base/clock.h"
#include "host/session/log_text.h"
#include "host/session/manifest.h"

namespace sr::host {
namespace {

Json row_objects(const Rows& rows) {
  Json out = Json::array();
  for (const auto& row : rows.rows) {
    Json object = Json::object();
    for (std::size_t i = 0; i < row.size(); ++i) object[rows.columns[i]] = json_of(row[i]);
    out.push_back(std::move(object));
  }
  return out;
}

void write(const Binding& binding, const Rows& rows, Json& component) {
  switch (binding.property.as) {
    case BindingProperty::As::kTable:
      component["columns"] = rows.columns;
      if (!binding.plan.key.empty()) component["key"] = binding.plan.key;
      component[binding.property.fills] = row_objects(rows);
      break;
    case BindingProperty::As::kRows:
      component[binding.property.fills] = row_objects(rows);
      break;
    case BindingProperty::As::kValue:
      component[binding.property.fills] =
          rows.rows.empty() || rows.rows[0].empty() ? Json(nullptr) : json_of(rows.rows[0][0]);
      break;
  }
}

}  // namespace

Json json_of(const Value& value) {
  return std::visit(
      [](const auto& v) -> Json {
        if constexpr (std::is_same_v<std::decay_t<decltype(v)>, std::monostate>) {
          return nullptr;
        } else {
          return v;
        }
      },
      value);
}

std::variant<std::vector<Binding>, Rejection> plan_bindings(const App& app, const sql::Guard& guard,
                                                            const Json& manifest) {
  std::vector<Binding> bindings;
  std::set<std::string> ids;
  for (const auto& component : manifest["components"]) {
    const auto id = component["id"].get<std::string>();
    if (!ids.insert(id).second) {
      return Rejection{"screen", "id", "two components have the id \"" + id + "\""};
    }
    const auto* type = app.component(component["type"].get<std::string>());
    if (type == nullptr) {
      return Rejection{"screen", "type", "there is no component type " + compact(component["type"])};
    }
    for (const auto& property : type->bindings) {
      if (!component.contains(property.property)) continue;
      auto checked = guard.binding(component[property.property].get<std::string>());
      if (auto* refusal = std::get_if<sql::Refusal>(&checked)) {
        return Rejection{"guard", refusal->rule,
                         "component \"" + id + "\", " + property.property + ": " + refusal->why};
      }
      bindings.push_back({id, property, std::get<sql::Plan>(std::move(checked))});
    }
  }
  return bindings;
}

Json unfilled_view(const App& app, const Json& manifest) {
  Json view = empty_view();
  for (const auto& component : manifest["components"]) {
    const auto* type = app.component(component["type"].get<std::string>());
    Json shown = Json::object();
    for (const auto& [name, value] : component.items()) {
      const bool is_query =
          type != nullptr && std::any_of(type->bindings.begin(), type->bindings.end(),
                                         [&](const auto& b) { return b.property == name; });
      if (!is_query) shown[name] = value;
    }
    view["components"].push_back(std::move(shown));
  }
  return view;
}

Result<const Rows*> Answers::of(const sql::Plan& plan, std::uint64_t timeout_ms) {
  const auto known = known_.find(plan.sql);
  if (known != known_.end()) return &known->second.rows;
  const auto start = Clock::now();
  auto statement = sql::statement_of(plan, SR_ROLE_BINDING);
  if (timeout_ms != 0) statement.timeout_ms = timeout_ms;
  auto outcome = transaction_.execute(statement);
  if (!outcome) return std::move(outcome).error();
  Known answer{std::move(outcome->returned), ms_since(start)};
  return &known_.emplace(plan.sql, std::move(answer)).first->second.rows;
}

double Answers::took_ms(const sql::Plan& plan) const {
  const auto known = known_.find(plan.sql);
  return known == known_.end() ? 0 : known->second.took_ms;
}

void show(const Binding& binding, const Rows& rows, Json& view) {
  const int index = component_index(view, binding.component);
  if (index >= 0) write(binding, rows, view["components"][static_cast<std::size_t>(index)]);
}

Status fill(Answers& answers, const std::vector<Binding>& bindings, const Wanted& wanted,
            Json& view) {
  for (const auto& binding : bindings) {
    if (!wanted(binding)) continue;
    if (component_index(view, binding.component) < 0) continue;
    const auto rows = answers.of(binding.plan);
    if (!rows) {
      auto error = rows.error();
      error.what = "component \"" + binding.component + "\": " + error.what;
      return error;
    }
    show(binding, **rows, view);
  }
  return {};
}

Status fill(TransactionRef& transaction, const std::vector<Binding>& bindings, const Wanted& wanted,
            Json& view) {
  Answers answers(transaction);
  return fill(answers, bindings, wanted, view);
}

}  // namespace sr::host
