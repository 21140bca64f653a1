#include "host/session/dependencies.h"

#include <algorithm>

namespace sr::host {

void Touched::add(Touched more) {
  any = any || more.any;
  tables.merge(more.tables);
}

bool Touched::one_of(const std::vector<std::string>& names) const {
  return any || std::any_of(names.begin(), names.end(),
                            [&](const std::string& name) { return tables.contains(name); });
}

Dependencies::Dependencies(const std::vector<Dependency>& edges) : known_(true) {
  for (const auto& edge : edges) (edge.shows ? shows_ : writes_)[edge.from].insert(edge.to);
}

// Adds everything that the edges lead to.
void Dependencies::follow(const Edges& edges, std::set<std::string>& tables) {
  std::vector<std::string> open(tables.begin(), tables.end());
  while (!open.empty()) {
    const auto found = edges.find(open.back());
    open.pop_back();
    if (found == edges.end()) continue;
    for (const auto& to : found->second) {
      if (tables.insert(to).second) open.push_back(to);
    }
  }
}

Touched Dependencies::by(const std::string& table) const {
  if (!known_ || table.empty()) return Touched::everything();
  Touched out;
  out.tables.insert(table);
  // What is only shown differently has not been written: its triggers do not run.
  follow(writes_, out.tables);
  if (out.tables.contains("")) return Touched::everything();
  out.tables.insert("");  // what shows, for all that is known, any table
  follow(shows_, out.tables);
  out.tables.erase("");
  return out;
}

bool Dependencies::reaches_others(const std::string& table) const {
  return !known_ || writes_.contains(table);
}

void KnownDependencies::read(LoadedStore& store) {
  const auto edges = store.dependencies();
  if (!edges) return;
  auto made = std::make_shared<const Dependencies>(*edges);
  const std::lock_guard lock(mutex_);
  now_ = std::move(made);
}

std::shared_ptr<const Dependencies> KnownDependencies::now() const {
  const std::lock_guard lock(mutex_);
  return now_;
}

}  // namespace sr::host
