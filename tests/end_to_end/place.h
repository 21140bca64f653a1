// tests/end_to_end/place.h - where the facts of a driver are, and hosts that share them.
//
// Most drivers' app is tests/cases/counter: every click that takes effect leaves one row.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/base/json.h"
#include "host/plugins/store.h"
#include "tests/end_to_end/child.h"

namespace sr::test {

// What a deployment says of its store, and how the test looks at it.
struct Place {
  std::string type, options;
  std::function<host::Result<host::LoadedStore>()> open;
};
Place sqlite_place(const std::filesystem::path& folder);
Place postgres_place();  // a fresh database of a server that is started when it is first asked for

inline const std::string kCounter = SR_SOURCE_DIR "/tests/cases/counter";
inline const std::string kAlerts = SR_SOURCE_DIR "/configs/apps/alerts";

// An app whose folder holds the rules of the scripted backend, on the place's store, with limits
// that no driver meets.
struct Deployment {
  std::string app;
  Place place;
  std::string transport = "{ type: websocket, listen: \"127.0.0.1:0\" }";
  std::string store_prefix;  // of the store's type
  std::string search;        // a further folder of plugins
};
// Writes the file and runs `state-runtime store init`.
void make_deployment(const std::string& file, const Deployment&);

// A click that leaves the mark `n`, and the event id that goes with it.
std::string mark_id(int n);
host::Json mark_click(int n);

// A host on a free port of 127.0.0.1.
class WebHost {
 public:
  explicit WebHost(Arguments arguments);  // behind "run"
  unsigned short port() const { return port_; }
  Child& child() { return child_; }
  // Asks it to end and expects that it does so with status 0.
  void end();

 private:
  Child child_;
  unsigned short port_ = 0;
};

std::vector<host::LogEntry> read_log(host::LoadedStore& store, const std::string& session);

}  // namespace sr::test
