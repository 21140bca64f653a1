// host/turn/preview.h - a screen that is still being decoded, shown component by component.
//
// Each component that the model closes is filled from the database and sent ahead of the turn's
// patch, which replaces all of it. Nothing of it is logged, and nothing is sent once the turn has
// ended. Only for decodes that people would have to wait for.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "host/base/clock.h"
#include "host/session/engine.h"

namespace sr::host {

// Finds the components that are complete in the beginning of a manifest's text. One thread.
class ManifestStream {
 public:
  // The components that were closed since the last call; `text` only grows from call to call.
  std::vector<Json> take(std::string_view text);

 private:
  std::size_t at_ = 0, start_ = 0;
  int depth_ = 0;
  bool in_string_ = false;
};

class Preview : public std::enable_shared_from_this<Preview> {
 public:
  using Show = std::function<void(const Json& ops)>;  // on the executor

  // `sources`: of the values in its queries.
  Preview(Executor executor, Engine& engine, std::shared_ptr<const sql::Sources> sources,
          std::string party, Show show)
      : executor_(std::move(executor)),
        engine_(engine),
        sources_(std::move(sources)),
        party_(std::move(party)),
        show_(std::move(show)) {}

  // [the backend's worker] The text so far.
  void progress(std::string_view text);
  // [executor] The turn is over; what is under way is dropped.
  void end() { over_ = true; }

 private:
  void add(std::vector<Json> components);
  Async<void> run(std::shared_ptr<Preview> self);  // holds itself while it runs

  Executor executor_;
  Engine& engine_;
  std::shared_ptr<const sql::Sources> sources_;
  const std::string party_;
  Show show_;
  const Clock::time_point began_ = Clock::now();
  ManifestStream stream_;     // the worker's
  std::deque<Json> waiting_;  // the executor's, as everything below
  bool running_ = false, over_ = false, first_ = true;
};

}  // namespace sr::host
