#include "host/app/spoken_app.h"

namespace sr::host {
namespace {

void speak(const App& app, Json& component, const std::vector<Column>& catalog) {
  const auto* type = component.is_object() ? app.component(component.value("type", "")) : nullptr;
  if (type == nullptr) return;
  for (const auto& binding : type->bindings) {
    const auto query = component.find(binding.property);
    if (query == component.end() || !query->is_string()) continue;
    *query = sql::spoken_text(query->get<std::string>(), catalog);
  }
}

}  // namespace

App spoken_app(const App& app, const std::vector<Column>& catalog) {
  auto out = app;
  out.policy = sql::spoken(app.policy, catalog);
  out.labels.clear();
  for (const auto& [path, label] : app.labels)
    out.labels.emplace(sql::spoken_path(path, catalog), label);
  for (auto& action : out.actions) {
    action.table = sql::spoken_table(action.table, catalog);
    action.when = sql::spoken_text(action.when, catalog);
  }
  for (auto& screen : out.screens) {
    for (auto& component : screen.manifest["components"]) speak(out, component, catalog);
  }
  return out;
}

std::string speak_mistake(const App& app, const std::vector<Column>& catalog) {
  for (const auto& [path, name] : app.speak) {
    bool is_table = false, is_column = false, called = false;
    for (const auto& column : catalog) {
      const bool table = path == column.table_in_store();
      const bool own = path == column.table_in_store() + "." + column.name_in_store();
      is_table = is_table || table;
      is_column = is_column || own;
      called = called || name == (table ? column.table : own ? column.name : std::string());
    }
    if (is_table && is_column)
      return path + " is a table and the column of another one; neither can be given a name";
    if (!is_table && !is_column)
      return "\"" + path + "\" is neither a table nor the column of one in the database";
    if (!called) return path + " cannot be called \"" + name + "\": another one is called so";
  }
  return {};
}

}  // namespace sr::host
