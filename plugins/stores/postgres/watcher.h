// watcher.h - tells what others have changed, and others what this host has changed.
//
// PostgreSQL's notifications are used as hints: never inside a turn's transaction, because every
// transaction that notifies takes one lock of the whole server when it commits. This host's
// changes are told after their commit, on the keeper's connection; programs other than hosts tell
// theirs by a trigger on each table. A hint that may have been missed (the connection was lost)
// counts as a change of any table.
#pragma once

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "keeper.h"
#include "state_runtime/store.hpp"

namespace sr::postgres {

class Watcher {
 public:
  // The keeper must outlive this.
  Watcher(const Settings& settings, const std::string& host_id, Keeper& keeper, Watchdog&,
          Host host);
  ~Watcher();

  // [control] Replaces the one before. Changes from now on are reported from a thread of its own.
  void start(Store::ChangedFn);
  // [control] After it, `changed` is not called any more. Not from within `changed`.
  void stop();
  // [any] This host has committed a change of the table; empty: of some table.
  void tell(const std::string& table);

 private:
  struct Line;
  class Ear;

  void add_triggers();
  std::unique_ptr<Ear> listening();
  std::unique_ptr<Ear> again(BackOff&);
  void listen(std::unique_ptr<Ear>);
  void hear(const std::string& payload);
  void speak();

  const Settings& settings_;
  const std::string& host_id_;
  Keeper& keeper_;
  Watchdog& watchdog_;
  Host host_;
  Store::ChangedFn changed_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::set<std::string> to_tell_;
  bool stop_ = false, end_ = false;
  std::thread listener_;
  std::thread speaker_;
};

}  // namespace sr::postgres
