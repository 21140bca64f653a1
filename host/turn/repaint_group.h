// host/turn/repaint_group.h - repaints of many sessions in one transaction.
//
// What one turn changes may be on a thousand screens, and a commit for each would be a wait for the
// disk for each. Sessions that wait at the same time share a transaction that reads, in which a query
// that several of them show runs once, and then one that appends, as many as may keep a click
// waiting. When the repaint of one cannot be done, all of that group are done one by one, so that
// nobody suffers for another; one whose queries take long, or are known to, is done by itself.
// Executor thread; the transactions run on store threads, while the sessions' coroutines wait.
#pragma once

#include <functional>
#include <vector>

#include "host/session/engine.h"
#include "host/session/session.h"

namespace sr::host {

// What a repaint has made of a session; with empty ops nothing, and nothing is in the log.
struct Repainted {
  Screen next;
  Json ops = Json::array();
  std::string hash;
  std::vector<LogEntry> entries;
  std::uint64_t painted = 0;
  bool overran = false;  // nothing was made: it takes longer than others can wait
};

struct RepaintJob {
  const Model* model;
  const Session* session;
  const Touched* touched;
};

class RepaintGroup {
 public:
  RepaintGroup(Executor executor, Engine& engine)
      : executor_(std::move(executor)), engine_(engine) {}
  // What the job refers to must stay as it is until this is done.
  Async<Result<Repainted>> run(RepaintJob job);

 private:
  struct Waiting {
    RepaintJob job;
    std::function<void(Result<Repainted>)> done;  // none of one that is done by itself
    Result<Repainted> result = Repainted();
  };
  Async<Result<Repainted>> run_with_others(RepaintJob job);
  Async<void> serve();
  Async<void> work(std::vector<Waiting>& group, bool slow);
  void read(LoadedStore& store, std::vector<Waiting>& group, bool slow) const;
  bool read_together(LoadedStore& store, std::vector<Waiting>& group) const;
  void append(LoadedStore& store, std::vector<Waiting>& group) const;
  bool append_together(LoadedStore& store, std::vector<Waiting>& group) const;

  Executor executor_;
  Engine& engine_;
  std::vector<Waiting> waiting_;
  bool running_ = false;
};

}  // namespace sr::host
