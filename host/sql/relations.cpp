#include "host/sql/relations.h"

#include <algorithm>

#include "host/base/words.h"
#include "host/sql/spoken/names.h"

namespace sr::host::sql {
namespace {

// What columns of keys end with and people do not say.
constexpr const char* kEndings[] = {"_id",  "_no",   "_nr",  "_num", "_number",
                                    "_key", "_code", "_ref", "_fk"};

// Empty when a path cannot go by it.
std::string path_name(const std::string& name) {
  auto out = spoken_name(name);
  return can_be_spoken(out) ? out : std::string();
}

std::string without_ending(const std::string& name) {
  for (const std::string_view ending : kEndings) {
    if (name.size() > ending.size() && name.ends_with(ending))
      return name.substr(0, name.size() - ending.size());
  }
  return name;
}

struct Key {
  std::string from, to;
  std::vector<std::pair<std::string, std::string>> columns;
};

std::vector<Key> keys_of(const std::vector<Column>& catalog) {
  std::vector<Key> out;
  std::map<std::pair<std::string, std::uint32_t>, std::size_t> places;
  for (const auto& column : catalog) {
    for (const auto& r : column.references) {
      const auto [at, fresh] = places.emplace(std::pair(column.table, r.key), out.size());
      if (fresh) out.push_back({column.table, r.table, {}});
      out[at->second].columns.emplace_back(column.name, r.column);
    }
  }
  return out;
}

// A key of one column is called after it, unless that says no more than where it leads.
std::string name_of(const Key& key) {
  const auto target = singular(path_name(key.to));
  if (key.columns.size() != 1) return target;
  const auto own = path_name(key.columns[0].first);
  const auto stem = without_ending(own);
  return stem == own && key.columns[0].first == key.columns[0].second ? target : stem;
}

void add(std::vector<Link>& links, Link link, const std::string& other_name) {
  const auto taken = [&](const std::string& name) {
    return name.empty() ||
           std::any_of(links.begin(), links.end(), [&](const Link& l) { return l.name == name; });
  };
  if (taken(link.name)) link.name = other_name;
  if (!taken(link.name)) links.push_back(std::move(link));
}

}  // namespace

Links links_of(const std::vector<Column>& catalog) {
  Links out;
  for (const auto& key : keys_of(catalog)) {
    const auto name = name_of(key);
    add(out[key.from], {name, key.to, key.columns, false},
        name + "_" + singular(path_name(key.to)));
    auto back = key.columns;
    for (auto& pair : back) std::swap(pair.first, pair.second);
    add(out[key.to], {path_name(key.from), key.from, std::move(back), true},
        path_name(key.from) + "_" + name);
  }
  return out;
}

}  // namespace sr::host::sql
