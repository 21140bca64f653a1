// watcher.h - tells when somebody else has changed the file, by asking SQLite now and then.
//
// The question is put to the writer's connection, because its answer changes with the commits of
// every connection but that one: what this store commits itself is never reported.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "connection.h"
#include "files.h"
#include "state_runtime/store.hpp"
#include "writer_gate.h"

namespace sr::sqlite {

class Watcher {
 public:
  // The writer and the gate must outlive this.
  Watcher(const Settings& settings, Connection& writer, WriterGate& gate, Files& files)
      : settings_(settings), writer_(writer), gate_(gate), files_(files) {}
  ~Watcher() { stop(); }

  // [control] Replaces the one before. Changes from now on are reported from a thread of its own.
  void start(Store::ChangedFn);
  // [control] After it, `changed` is not called any more. Not from within `changed`.
  void stop();

 private:
  std::int64_t version();
  void loop(std::int64_t seen);

  const Settings& settings_;
  Connection& writer_;
  WriterGate& gate_;
  Files& files_;
  Store::ChangedFn changed_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace sr::sqlite
