#include "host/session/bindings.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>

#include "host/base/clock.h"
#include "host/session/log_text.h"
#include "host/session/manifest.h"

namespace sr::host {
namespace {

// Whole numbers up to here are told apart by a client whose numbers are doubles.
constexpr std::int64_t kExact = (std::int64_t{1} << 53) - 1;

using Planned = std::vector<sql::PlannedColumn>;

sql::PlannedColumn column_of(const Planned& planned, std::size_t i) {
  return i < planned.size() ? planned[i] : sql::PlannedColumn{};
}

// A real number of which the database computed more digits than a double has is that double.
Json cell(const Value& value, const sql::PlannedColumn& column) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr || !column.approximate) return json_of(value);
  double number = 0;
  const auto* end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, number);
  return read.ec == std::errc() && read.ptr == end ? json_of(number) : json_of(value);
}

Json row_objects(const Rows& rows, const Planned& planned) {
  Json out = Json::array();
  for (const auto& row : rows.rows) {
    Json object = Json::object();
    auto& members = object.get_ref<Json::object_t&>();  // the guard makes names unique
    members.reserve(row.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
      members.emplace_back(rows.columns[i], cell(row[i], column_of(planned, i)));
    }
    out.push_back(std::move(object));
  }
  return out;
}

void write(const Binding& binding, const Rows& rows, Json& component) {
  const auto& planned = binding.plan.columns;
  switch (binding.property.as) {
    case BindingProperty::As::kTable:
      component["columns"] = rows.columns;
      if (const auto& key = binding.plan.key; !key.empty()) {
        component["key"] = key.size() == 1 ? Json(key[0]) : Json(key);
      }
      for (std::size_t i = 0; i < rows.columns.size(); ++i) {
        const int places = column_of(planned, i).places;
        if (places > 0) component["places"][rows.columns[i]] = places;
      }
      component[binding.property.fills] = row_objects(rows, planned);
      break;
    case BindingProperty::As::kRows:
      component[binding.property.fills] = row_objects(rows, planned);
      break;
    case BindingProperty::As::kValue: {
      const auto column = column_of(planned, 0);
      if (column.places > 0) component["places"][binding.property.fills] = column.places;
      const bool empty = rows.rows.empty() || rows.rows[0].empty();
      component[binding.property.fills] = empty ? Json(nullptr) : cell(rows.rows[0][0], column);
      break;
    }
  }
}

// SQLite goes over to doubles where 64 bits do not suffice; PostgreSQL fails.
std::optional<Error> overflow(const Rows& rows, const Planned& planned) {
  for (std::size_t i = 0; i < planned.size() && i < rows.columns.size(); ++i) {
    if (!planned[i].whole) continue;
    const bool whole = std::all_of(rows.rows.begin(), rows.rows.end(), [&](const auto& row) {
      return !std::holds_alternative<double>(row[i]);
    });
    if (whole) continue;
    return Error{SR_INVALID_ARGUMENT, "store",
                 "what is computed for " + rows.columns[i] + " is no whole number of 64 bits", {}};
  }
  return std::nullopt;
}

}  // namespace

Json json_of(const Value& value) {
  struct ToJson {
    Json operator()(std::monostate) const { return nullptr; }
    Json operator()(bool b) const { return b; }
    Json operator()(std::int64_t i) const {
      if (i >= -kExact && i <= kExact) return i;
      return std::to_string(i);
    }
    Json operator()(double d) const {
      if (std::isnan(d)) return "NaN";
      if (std::isinf(d)) return d < 0 ? "-Infinity" : "Infinity";
      return d + 0.0;  // -0 becomes 0
    }
    Json operator()(const std::string& s) const { return s; }
    Json operator()(const Bytes& b) const {
      return std::to_string(b.data.size()) + (b.data.size() == 1 ? " byte" : " bytes");
    }
  };
  return std::visit(ToJson{}, value);
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
  if (auto error = overflow(outcome->returned, plan.columns)) return std::move(*error);
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
