// host/session/dependencies.h - which tables a change of one table reaches, on its way through
// views, triggers, foreign keys and whatever else the database does by itself.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "host/plugins/store.h"

namespace sr::host {

// Tables whose rows may have changed. Plain data.
struct Touched {
  bool any = false;  // it cannot be known which: all of them
  std::set<std::string> tables;

  static Touched everything() { return {true, {}}; }
  void add(Touched more);
  bool none() const { return !any && tables.empty(); }
  bool one_of(const std::vector<std::string>& names) const;
  bool operator==(const Touched&) const = default;
};

// Never changed once made; any thread.
class Dependencies {
 public:
  // Without edges to go by, every change may be one of every table.
  Dependencies() = default;
  explicit Dependencies(const std::vector<Dependency>& edges);

  // After a statement on this table; an empty name means any.
  Touched by(const std::string& table) const;
  // Whether the database itself may change other rows after a statement on this table.
  bool reaches_others(const std::string& table) const;

 private:
  using Edges = std::map<std::string, std::set<std::string>>;
  static void follow(const Edges& edges, std::set<std::string>& tables);

  bool known_ = false;
  Edges writes_, shows_;
};

// Those that were last read from the database; any thread.
class KnownDependencies {
 public:
  // Leaves what is known when the store cannot be read.
  void read(LoadedStore& store);
  Touched by(const std::string& table) const { return now()->by(table); }
  bool reaches_others(const std::string& table) const { return now()->reaches_others(table); }

 private:
  std::shared_ptr<const Dependencies> now() const;

  mutable std::mutex mutex_;
  std::shared_ptr<const Dependencies> now_ = std::make_shared<const Dependencies>();
};

}  // namespace sr::host
