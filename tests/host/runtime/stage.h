// A deployment that runs inside the test, with the real plugins linked in, and the clients that
// look at it. The app is configs/apps/alerts.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "host/cli/scratch_folder.h"
#include "host/config/deployment.h"
#include "host/plugins/registry.h"
#include "host/runtime/loopback.h"
#include "host/runtime/runtime.h"
#include "host/runtime/services.h"
#include "host/wire/client_view.h"

struct sqlite3;

namespace sr::host::test {

inline constexpr auto kPatience = std::chrono::seconds(60);

// A database that outlives the hosts that open it one after another.
class Facts {
 public:
  std::filesystem::path file() const { return folder_.path() / "facts.db"; }
  const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  ScratchFolder folder_;
};

// Fills a registry with the plugins that are linked into the tests: scripted, sqlite, stdio,
// json_schema. Throws StartError.
void plugins_linked_in(const config::Deployment&, Registry& registry);

// The store alone, with no tables in it.
LoadedStore open_store(const Facts& facts, const Services& services);

class Stage {
 public:
  // `set` is what --set would be given: "backends.main.misbehave=stall". Without `grammar` the
  // model may write any SQL, and only the guard says no.
  explicit Stage(const Facts& facts, std::vector<std::string> set = {}, bool grammar = true);
  ~Stage();

  Loopback& loopback() { return *loopback_; }
  Runtime& runtime() { return *runtime_; }
  LoadedStore& store() { return *store_; }

  // Nothing more happens on the executor until what is returned goes away: what is said meanwhile
  // arrives at once.
  std::shared_ptr<void> hold();
  // Waits until run() has returned by itself, as it does after a drain.
  void join();

  // Rows as lists of values, read as the owner.
  Json rows(const std::string& sql);
  std::vector<LogEntry> log(const std::string& session);
  // "app event manifest shown paint"
  std::string kinds(const std::string& session);
  // As GET /metrics answers.
  std::string metrics();

 private:
  asio::io_context io_{1};
  Services services_{io_};
  std::unique_ptr<LoadedStore> store_;
  Loopback* loopback_ = nullptr;
  std::unique_ptr<Runtime> runtime_;
  std::thread thread_;
};

// One client: says things, hears the answers, and folds them into the view that it shows. A
// message that does not fit (a gap, a duplicate, a wrong hash) fails the test.
class Tab {
 public:
  explicit Tab(Stage& stage, const std::string& address = "in-process")
      : stage_(&stage), connection_(stage.loopback().connect(address)) {}

  void say(const Json& message);
  void say_text(std::string_view text) { stage_->loopback().say(connection_, text); }
  // The next message, null when the connection has been closed. Fails the test when none comes.
  Json hear_anything();
  // The same, but passes over previews: whether there are any depends on how long a turn takes.
  Json hear();
  // Passes over messages until one of this type; null when the connection closes.
  Json hear_until(const std::string& type);
  // Passes over messages until the turn with this event id is over: its patch or error.
  Json hear_outcome(const std::string& id);
  bool hears_end();  // of the connection; nothing else may come before

  // hello for a new session, until its first screen is there.
  void open();
  // hello for the session of `view`, as a page does that is loaded again.
  void come_back(const wire::ClientView& view, bool resume);
  void leave() { stage_->loopback().disconnect(connection_); }

  const wire::ClientView& view() const { return view_; }
  void carry(const wire::ClientView& view) { view_ = view; }
  std::string status_of(int alert) const;  // of the alert's row on screen

 private:
  Stage* stage_;
  std::uint64_t connection_;
  wire::ClientView view_;
};

Json hello_for(const wire::ClientView& view, bool resume);
Json click(const std::string& id, int alert, const std::string& action = "resolve_alert");
Json command(const std::string& id, const std::string& text);

// Another program that has the database open.
class OtherProgram {
 public:
  explicit OtherProgram(const std::filesystem::path& file);
  ~OtherProgram();
  void run(const std::string& sql);

 private:
  sqlite3* db_ = nullptr;
};

}  // namespace sr::host::test
