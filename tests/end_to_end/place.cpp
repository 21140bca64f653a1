#include "tests/end_to_end/place.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>

#include "tests/plugins/stores/postgres/bench.h"
#include "tests/plugins/stores/sqlite/bench.h"

namespace sr::test {

using host::Json;

Place sqlite_place(const std::filesystem::path& folder) {
  const auto path = (folder / "facts.db").string();
  return {"sqlite", "path: " + path, [path] { return open_sqlite(path); }};
}

Place postgres_place() {
  auto& server = PostgresServer::instance();
  const auto database = server.fresh_database();
  EXPECT_OK(open_postgres(database));  // the roles
  return {"postgres", "url: \"" + server.url(database) + "\", role_prefix: sr_test_, roles: 6",
          [database] { return open_postgres(database); }};
}

void make_deployment(const std::string& file, const Deployment& d) {
  const auto further = d.search.empty() ? std::string() : ", " + d.search;
  std::ofstream(file) << "version: 1\napp: " << d.app << "\n"
      "plugins: { search: [ " SR_BUILD_DIR "/plugins" << further << " ] }\n"
      "backends: { main: { type: scripted, rules: " << d.app << "/scripted.yaml } }\n"
      "stores: { facts: { type: " << d.store_prefix << d.place.type << ", " << d.place.options
      << " } }\n"
      "transports: { only: " << d.transport << " }\n"
      "constrainers: { json: { type: json_schema } }\n"
      "limits: { events_per_second: 100000, event_burst: 100000, sessions_per_peer: 10000 }\n"
      "pipeline: { backend: main, store: facts, constrainer: json }\n";
  const auto made = run({"store", "init", file});
  ASSERT_EQ(made.status, 0) << made.err;
}

std::string mark_id(int n) { return "m" + std::to_string(n); }

Json mark_click(int n) {
  return {{"type", "event"}, {"id", mark_id(n)}, {"kind", "click"},
          {"payload", {{"user_action", "mark"}, {"mark", n}}}};
}

namespace {

Arguments run_with(Arguments arguments) {
  arguments.insert(arguments.begin(), "run");
  return arguments;
}

}  // namespace

WebHost::WebHost(Arguments arguments) : child_(run_with(std::move(arguments))) {
  const auto ready = child_.line();
  const auto colon = ready ? ready->rfind(':') : std::string::npos;
  if (colon == std::string::npos) throw std::runtime_error("no host: " + child_.err());
  port_ = static_cast<unsigned short>(std::stoi(ready->substr(colon + 1)));
}

void WebHost::end() {
  child_.signal(SIGTERM);
  EXPECT_EQ(child_.wait(), 0) << child_.err();
}

std::vector<host::LogEntry> read_log(host::LoadedStore& store, const std::string& session) {
  std::vector<host::LogEntry> log;
  auto t = store.begin(false);
  EXPECT_OK(t);
  if (!t) return log;
  EXPECT_OK(t->log_read(session, 0, [&](host::LogEntry e) {
    log.push_back(std::move(e));
    return true;
  }));
  return log;
}

}  // namespace sr::test
