// tests/end_to_end/place.h - where the facts of a driver are, and hosts that share them.
//
// The drivers' app is tests/cases/counter: every click that takes effect leaves one row.
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

// The counter app on the place's store, whose type gets `store_prefix` in front, with one transport
// (`{ type: … }`); then `state-runtime store init`.
struct CounterDeployment {
  Place place;
  std::string transport;
  std::string store_prefix;
  std::string search;  // a further folder of plugins
};
void make_counter(const std::string& file, const CounterDeployment&);

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
