#include "host/app/named_row.h"

namespace sr::host {
bool same_key(const Json& a, const Json& b) { return text_of(a) == text_of(b); }

bool same_row(const NamedRow& a, const NamedRow& b) {
  if (a.table != b.table || a.key.size() != b.key.size()) return false;
  for (const auto& [name, value] : a.key.items()) {
    const auto other = b.key.find(name);
    if (other == b.key.end() || !same_key(value, *other)) return false;
  }
  return true;
}

std::string row_mistake(const Json& payload) {
  const auto row = payload.find("row");
  if (row == payload.end()) return {};
  const auto key = row->is_object() ? row->value("key", Json()) : Json();
  bool right = row->is_object() && row->value("table", Json()).is_string() && key.is_object() &&
               !key.empty();
  for (const auto& value : key) {
    right = right && (value.is_string() || value.is_number() || value.is_boolean());
  }
  if (right) return {};
  return R"(a command's "row" must be {"table":"…","key":{"<column>":<value>}})";
}

std::optional<NamedRow> named_row(const Json& payload) {
  const auto row = payload.find("row");
  if (row == payload.end() || !row_mistake(payload).empty()) return std::nullopt;
  return NamedRow{(*row)["table"].get<std::string>(), (*row)["key"]};
}

std::string command_of(const Json& payload) {
  const auto said = payload.find("command");
  if (said == payload.end() || !said->is_string()) return {};
  auto out = said->get<std::string>();
  const auto row = named_row(payload);
  for (const auto& value : row ? row->key : Json::object()) out += " " + text_of(value);
  return out;
}

}  // namespace sr::host
