#include "host/session/bindings.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>

#include "host/session/log_text.h"
#include "host/session/manifest.h"
#include "host/sql/title.h"

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

Json window_of(const sql::Window& window) {
  Json out;
  out["offset"] = window.offset;
  out["limit"] = window.limit;
  for (const auto& key : window.sort) {
    out["sort"].push_back(Json{{"column", key.column}, {"descending", key.descending}});
  }
  if (!window.search.empty()) out["search"] = window.search;
  for (const auto& filter : window.filters) out["filters"][filter.column] = json_of(filter.value);
  return out;
}

// What a table is, whether or not its rows can be read.
void describe(const Binding& binding, Json& component) {
  if (binding.property.as != BindingProperty::As::kTable) return;
  const auto& planned = binding.plan.columns;
  auto& columns = component["columns"] = Json::array();
  for (const auto& column : planned) columns.push_back(column.name);
  if (const auto& key = binding.plan.key; !key.empty()) {
    component["key"] = key.size() == 1 ? Json(key[0]) : Json(key);
  }
  for (const auto& column : planned) {
    if (column.places > 0) component["places"][column.name] = column.places;
  }
}

void write(const Binding& binding, const Answer& answer, Json& component) {
  const auto& rows = answer.rows;
  const auto& planned = binding.plan.columns;
  for (const char* member : {"total", "more", "window"}) component.erase(member);
  describe(binding, component);
  if (binding.property.as == BindingProperty::As::kValue) {
    const auto column = column_of(planned, 0);
    if (column.places > 0) component["places"][binding.property.fills] = column.places;
    const bool empty = rows.rows.empty() || rows.rows[0].empty();
    component[binding.property.fills] = empty ? Json(nullptr) : cell(rows.rows[0][0], column);
    return;
  }
  component[binding.property.fills] = row_objects(rows, planned);
  if (answer.total) component["total"] = *answer.total;
  if (answer.more && !answer.total) component["more"] = true;
  if (binding.moved) component["window"] = window_of(binding.window);
}

// SQLite goes over to doubles where 64 bits do not suffice; PostgreSQL fails.
std::optional<Error> overflow(const Rows& rows, const Planned& planned) {
  for (std::size_t i = 0; i < planned.size() && i < rows.columns.size(); ++i) {
    if (!planned[i].whole) continue;
    const bool whole = std::all_of(rows.rows.begin(), rows.rows.end(), [&](const auto& row) {
      return !std::holds_alternative<double>(row[i]);
    });
    if (whole) continue;
    return Error{SR_INVALID_ARGUMENT,
                 "store",
                 "what is computed for " + rows.columns[i] + " is no whole number of 64 bits",
                 {}};
  }
  return std::nullopt;
}

// What the transaction is asked for a binding, however it is called.
std::string question(const Binding& binding) {
  auto window = binding.window;
  const auto plan = sql::windowed(binding.plan, window);
  std::string out = plan.sql;
  for (const auto& value : plan.values) {
    out += '\0' + std::to_string(value.index()) + compact(json_of(value));
  }
  out += '\0' + std::to_string(static_cast<int>(binding.property.as));
  return out;
}

std::uint64_t first_limit(const sql::Policy& policy, BindingProperty::As as) {
  if (as == BindingProperty::As::kValue) return 1;
  return as == BindingProperty::As::kTable ? policy.binding_window : policy.binding_max_rows;
}

// A text that the component's schema has, and nobody wrote.
void entitle(const App& app, const std::vector<Column>& catalog, const ComponentType& type,
             const Json& component, Json& shown) {
  const auto properties = type.schema.value("properties", Json::object());
  for (const char* name : {"title", "label"}) {
    if (!properties.contains(name) || component.contains(name) || type.bindings.empty()) continue;
    const auto query = component.find(type.bindings.front().property);
    if (query == component.end()) continue;
    auto title = sql::title_of(query->get<std::string>(), catalog, app.labels);
    if (!title.empty()) shown[name] = std::move(title);
  }
}

Error needs_more_time() { return {SR_DEADLINE, "store", "the screen needs more time", {}}; }

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
      return Rejection{"screen", "type",
                       "there is no component type " + compact(component["type"])};
    }
    for (const auto& property : type->bindings) {
      if (!component.contains(property.property)) continue;
      const auto query = component[property.property].get<std::string>();
      auto checked =
          property.as == BindingProperty::As::kTable ? guard.table(query) : guard.binding(query);
      if (auto* refusal = std::get_if<sql::Refusal>(&checked)) {
        return Rejection{"guard", refusal->rule,
                         "component \"" + id + "\", " + property.property + ": " + refusal->why};
      }
      bindings.push_back({id, property, std::get<sql::Plan>(std::move(checked))});
      bindings.back().window.limit = first_limit(app.policy, property.as);
    }
  }
  return bindings;
}

Json unfilled_view(const App& app, const std::vector<Column>& catalog, const Json& manifest) {
  Json view = empty_view();
  for (const auto& component : manifest["components"]) {
    const auto* type = app.component(component["type"].get<std::string>());
    Json shown = {{"type", component["type"]}, {"id", component["id"]}};
    if (type != nullptr) entitle(app, catalog, *type, component, shown);
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

bool blames_statement(sr_code code) {
  return code == SR_INVALID_ARGUMENT || code == SR_EXHAUSTED || code == SR_DENIED ||
         code == SR_DEADLINE;
}

Result<Rows> Answers::run(const sql::Plan& plan, std::uint64_t timeout_ms) {
  auto statement = sql::statement_of(plan, SR_ROLE_BINDING);
  if (timeout_ms != 0) statement.timeout_ms = timeout_ms;
  const auto left = within_.count() - static_cast<std::int64_t>(ms_since(start_));
  const bool shortened =
      within_.count() != 0 &&
      (statement.timeout_ms == 0 || left < static_cast<std::int64_t>(statement.timeout_ms));
  if (shortened) {
    overran_ = overran_ || left <= 0;
    if (overran_) return needs_more_time();
    statement.timeout_ms = static_cast<std::uint64_t>(left);
  }
  auto outcome = transaction_.execute(statement);
  if (!outcome) {
    overran_ = overran_ || (shortened && outcome.error().code == SR_DEADLINE);
    return std::move(outcome).error();
  }
  if (auto error = overflow(outcome->returned, plan.columns)) return std::move(*error);
  return std::move(outcome->returned);
}

// A row more than is shown says whether there are others.
Status Answers::look(const Binding& binding, std::uint64_t timeout_ms, Answer& answer) {
  const auto start = Clock::now();
  const bool value = binding.property.as == BindingProperty::As::kValue;
  auto window = binding.window;
  if (!value) ++window.limit;
  auto rows = run(sql::windowed(binding.plan, window), timeout_ms);
  if (!rows) return std::move(rows).error();
  answer.rows = std::move(*rows);
  auto& found = answer.rows.rows;
  answer.more = found.size() > binding.window.limit;
  if (answer.more) found.pop_back();
  if (binding.property.as != BindingProperty::As::kTable) return {};
  if (!answer.more && (!found.empty() || window.offset == 0)) {
    answer.total = window.offset + found.size();
    return {};
  }
  if (binding.total) {
    answer.total = binding.total;
    return {};
  }
  const auto given = timeout_ms != 0 ? timeout_ms : binding.plan.timeout_ms;
  const auto used = static_cast<std::uint64_t>(ms_since(start));
  auto count = run(sql::counted(binding.plan, binding.window),
                   given == 0 ? 0 : std::max(given, used + 1) - used);
  if (!count) return blames_statement(count.error().code) ? Status() : Status(count.error());
  const auto* total = std::get_if<std::int64_t>(&count->rows.at(0).at(0));
  if (total != nullptr) answer.total = static_cast<std::uint64_t>(*total);
  return {};
}

Result<const Answer*> Answers::of(const Binding& binding, std::uint64_t timeout_ms) {
  auto [known, fresh] = known_.try_emplace(question(binding));
  auto& [error, answer] = known->second;
  if (fresh) {
    const auto start = Clock::now();
    if (auto looked = look(binding, timeout_ms, answer); !looked) error = looked.error();
    answer.took_ms = ms_since(start);
  }
  if (error) return *error;
  return &answer;
}

double Answers::took_ms(const Binding& binding) const {
  const auto known = known_.find(question(binding));
  return known == known_.end() ? 0 : known->second.answer.took_ms;
}

std::string Answers::sentence(const Error& error, const Binding& binding) {
  const auto& plan = binding.plan;
  if (error.code == SR_DEADLINE) {
    const auto ms = plan.timeout_ms;
    const auto time =
        ms % 1000 == 0 ? std::to_string(ms / 1000) + " s" : std::to_string(ms) + " ms";
    return "this takes longer than " + time + " to find, and was stopped; ask for less";
  }
  if (error.code == SR_EXHAUSTED) {
    return "this is more than " + std::to_string(plan.max_bytes) +
           " bytes; ask for fewer rows or columns";
  }
  if (explain_) explained_ = std::exchange(explain_, {})();
  return "this cannot be read: " + (explained_ ? explained_->what : error.what);
}

void show(Binding& binding, const Answer& answer, Json& view) {
  binding.error.clear();
  const int index = component_index(view, binding.component);
  if (index >= 0) write(binding, answer, view["components"][static_cast<std::size_t>(index)]);
}

void show_error(Binding& binding, std::string why, Json& view) {
  binding.error = std::move(why);
  const int index = component_index(view, binding.component);
  if (index < 0) return;
  auto& component = view["components"][static_cast<std::size_t>(index)];
  for (const char* member : {"places", "total", "more", "window"}) component.erase(member);
  component.erase(binding.property.fills);
  describe(binding, component);
  if (binding.moved) component["window"] = window_of(binding.window);
}

void show_errors(const std::vector<Binding>& bindings, Json& view) {
  for (auto& component : view["components"]) {
    const auto& id = component["id"].get_ref<const std::string&>();
    const auto own = [&](const Binding& b) { return b.component == id; };
    if (std::none_of(bindings.begin(), bindings.end(), own)) continue;
    const auto failed = std::find_if(bindings.begin(), bindings.end(),
                                     [&](const Binding& b) { return own(b) && !b.error.empty(); });
    if (failed == bindings.end()) {
      component.erase("error");
    } else {
      component["error"] = failed->error;
    }
  }
}

Status fill(Answers& answers, std::vector<Binding>& bindings, const WantedBindings& wanted,
            Json& view) {
  for (auto& binding : bindings) {
    if (!wanted(binding) || component_index(view, binding.component) < 0) continue;
    const auto answer = answers.of(binding);
    if (answers.overran()) return needs_more_time();
    if (answer) {
      show(binding, **answer, view);
    } else if (blames_statement(answer.error().code)) {
      show_error(binding, answers.sentence(answer.error(), binding), view);
    } else {
      auto error = answer.error();
      error.what = "component \"" + binding.component + "\": " + error.what;
      return error;
    }
  }
  show_errors(bindings, view);
  return {};
}

Status fill(TransactionRef& transaction, std::vector<Binding>& bindings,
            const WantedBindings& wanted, Json& view) {
  Answers answers(transaction);
  return fill(answers, bindings, wanted, view);
}

const Json* only_row(const Binding& binding, const Json& view) {
  const int place = binding.plan.key.empty() ? -1 : component_index(view, binding.component);
  if (place < 0) return nullptr;
  const auto& component = view["components"][static_cast<std::size_t>(place)];
  const auto rows = component.find(binding.property.fills);
  const bool one =
      rows != component.end() && rows->is_array() && rows->size() == 1 && rows->front().is_object();
  return one ? &rows->front() : nullptr;
}

void note_only_rows(std::vector<Binding>& bindings, const Json& view, std::uint64_t painted) {
  for (auto& binding : bindings) {
    Json key;
    if (const auto* row = only_row(binding, view)) {
      for (const auto& name : binding.plan.key) key.push_back(row->value(name, Json()));
    }
    if (key == binding.only_key) continue;
    binding.only_key = std::move(key);
    binding.only_since = painted;
  }
}

}  // namespace sr::host
