#include "host/session/shown.h"

#include <algorithm>

#include "host/base/words.h"
#include "host/session/log_text.h"

namespace sr::host {
namespace {

constexpr std::size_t kText = 120;         // bytes of one text
constexpr std::uint64_t kWholeAgain = 64;  // entries after which a component is told whole again
constexpr std::size_t kFewRows = 5;        // told at once when a person has moved to them
const Json kNotFilled = "not filled";

bool has_rows(const Json& component) {
  return component.contains("rows") && component.contains("columns");
}

// The row's key: a value, or the values of a key of several columns; nothing when it has none.
std::optional<Json> key_of(const Json& row, const Json& key) {
  if (key.is_string()) {
    const auto found = row.find(key.get_ref<const std::string&>());
    return found == row.end() ? std::nullopt : std::optional<Json>(*found);
  }
  Json values = Json::array();
  for (const auto& name : key) {
    const auto found = row.find(name.get_ref<const std::string&>());
    if (found == row.end()) return std::nullopt;
    values.push_back(*found);
  }
  return values.empty() ? std::nullopt : std::optional<Json>(std::move(values));
}

bool is_key(const Json& key, const std::string& name) {
  return key.is_array() ? std::find(key.begin(), key.end(), name) != key.end() : key == name;
}

Json rows_of(const Json& component) {
  const auto key = component.value("key", Json());
  Json rows = Json::array();
  for (const auto& row : component["rows"]) {
    if (rows.size() == kRowsTold) break;
    Json values = Json::array();
    if (auto own = key_of(row, key)) values.push_back(std::move(*own));
    for (const auto& [name, value] : row.items()) {
      if (!is_key(key, name) && value.is_string()) {
        values.push_back(shortened(value.get<std::string>(), kText));
      }
    }
    rows.push_back(std::move(values));
  }
  return rows;
}

// Rows that keep their order, with some changed, some gone and new ones at the end; else null.
Json difference(const Json& before, const Json& after) {
  std::map<std::string, std::size_t> places;
  for (const auto& row : after) {
    if (!places.emplace(compact(row[0]), places.size()).second) return nullptr;
  }
  Json rows = Json::array();
  Json gone = Json::array();
  std::size_t at = 0;
  for (const auto& row : before) {
    const auto place = places.find(compact(row[0]));
    if (place == places.end()) {
      gone.push_back(row[0]);
      continue;
    }
    if (place->second != at) return nullptr;
    if (after[at] != row) rows.push_back(after[at]);
    ++at;
  }
  for (; at < after.size(); ++at) rows.push_back(after[at]);
  Json out = Json::object();
  if (!rows.empty()) out["rows"] = std::move(rows);
  if (!gone.empty()) out["gone"] = std::move(gone);
  return out;
}

std::string short_text(const Json& value) {
  return value.is_string() ? shortened(value.get<std::string>(), kText) : value.dump();
}

// Which rows a person looks at, in one short line; empty for those that come first by themselves.
std::string window_line(const Json& component) {
  const auto window = component.find("window");
  if (window == component.end()) return {};
  const auto offset = (*window)["offset"].get<std::uint64_t>();
  const auto limit = (*window)["limit"].get<std::uint64_t>();
  std::string line = "rows " + std::to_string(offset + 1) + "-" + std::to_string(offset + limit);
  for (const auto& key : window->value("sort", Json::array())) {
    line += "; by " + key["column"].get<std::string>();
    if (key["descending"] == true) line += " descending";
  }
  if (const auto search = window->find("search"); search != window->end()) {
    line += "; with " + short_text(*search);
  }
  const auto filters = window->value("filters", Json::object());
  for (const auto& [column, value] : filters.items()) {
    line += "; " + column + " = " + short_text(value);
  }
  return line;
}

// Everything that is told of a component; null for one of which nothing is.
Json whole_of(const Json& component) {
  if (component.contains("error")) return kNotFilled;
  return has_rows(component) ? rows_of(component) : Json();
}

Json with_window(const std::string& line, const Json& rows) {
  if (line.empty() || rows == kNotFilled) return rows;
  return Json{{"window", line}, {"rows", rows}};
}

}  // namespace

std::string shown_digest(const Json& view) {
  Json digest = Json::object();
  for (const auto& component : view["components"]) {
    if (auto whole = whole_of(component); !whole.is_null()) {
      digest[component["id"].get<std::string>()] = with_window(window_line(component), whole);
    }
  }
  return compact(digest);
}

Json told_rows(const Json& before, const Json& after) {
  auto changes = difference(before, after);
  if (changes.is_null() || compact(changes).size() >= compact(after).size()) return after;
  return changes;
}

std::optional<std::string> shown_update(Shown& shown, const Json& view, std::uint64_t seq) {
  Json body = Json::object();
  Shown next;
  for (const auto& component : view["components"]) {
    const auto id = component["id"].get<std::string>();
    const auto known = shown.find(id);
    const bool was_told = known != shown.end();
    Told now{whole_of(component), seq, window_line(component)};
    if (now.rows.is_null()) {
      if (was_told && known->second.rows == kNotFilled) body[id] = "filled";
      continue;
    }
    const bool moved = now.window != (was_told ? known->second.window : std::string());
    if (moved && now.rows != kNotFilled) {
      // Where somebody scrolls the model is told where to, and the rows when they matter.
      const auto line = now.window.empty() ? std::string("first rows") : now.window;
      body[id] = Json{{"window", line}};
      if (now.rows.size() <= kFewRows) {
        body[id]["rows"] = now.rows;
      } else {
        now.rows = Json::array();
      }
    } else if (!was_told || seq - known->second.whole >= kWholeAgain) {
      body[id] = with_window(now.window, now.rows);
    } else if (now.rows == known->second.rows) {
      now.whole = known->second.whole;
    } else {
      const bool rows = now.rows.is_array() && known->second.rows.is_array();
      const bool keyed = rows && component.contains("key");
      body[id] = keyed ? told_rows(known->second.rows, now.rows) : now.rows;
      if (body[id].is_object()) now.whole = known->second.whole;
    }
    next.emplace(id, std::move(now));
  }
  shown = std::move(next);
  if (body.empty()) return std::nullopt;
  return compact(body);
}

}  // namespace sr::host
