// host/cli/cases/player.h - a client that plays the steps of a test case against a runtime inside
// the process. One thread; the runtime has its own.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <thread>

#include "host/app/case_file.h"
#include "host/runtime/loopback.h"
#include "host/runtime/runtime.h"
#include "host/wire/client_view.h"

namespace sr::host {

// A runtime on a thread of its own, with its client's end. Throws StartError.
class Stage {
 public:
  Stage(asio::io_context& io, Parts parts, Loopback& loopback);
  ~Stage();
  LoadedStore& store() { return store_; }
  const App& app() const { return app_; }
  Loopback& loopback() { return loopback_; }
  // Runs the SQL of `outside` steps.
  std::function<void(const std::string& sql)> another_program;

 private:
  LoadedStore store_;
  App app_;
  Loopback& loopback_;
  Runtime runtime_;
  std::thread thread_;
};

// What the server said until the turn was over.
struct Reply {
  Json ops;  // of the turn's patch; null when there was none
  std::string ack, error, error_message;
  std::string trouble;  // the client's own view broke, or nothing came in time
};

class Player {
 public:
  explicit Player(Stage& stage);

  Reply play(const CaseStep& step);  // opens the session first if the step does not
  // Applies what a step has put forward, when it is there.
  void apply(const CaseStep& step, Reply& reply);
  void leave() { stage_.loopback().disconnect(connection_); }  // the last thing that it does
  const Json& view() const { return view_.view(); }
  const std::string& session() const { return view_.session(); }  // empty before the first step

 private:
  Reply open();
  Reply send(const CaseStep& step);
  Reply listen(const std::string& id);

  Stage& stage_;
  std::uint64_t connection_;
  wire::ClientView view_;
  bool opened_ = false;
  int steps_ = 0;
};

}  // namespace sr::host
