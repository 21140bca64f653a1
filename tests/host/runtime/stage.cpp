#include "tests/host/runtime/stage.h"

#include <sqlite3.h>

#include <future>
#include <sstream>

#include "host/base/start_error.h"
#include "host/cli/check_command.h"
#include "host/cli/store_command.h"
#include "host/observe/log.h"
#include "host/runtime/assemble.h"
#include "host/session/bindings.h"
#include "host/session/log_text.h"
#include "tests/plugins/stores/crashing/crashing_store.h"

extern "C" {
const sr_plugin* sr_plugin_v1_scripted(void);
const sr_plugin* sr_plugin_v1_sqlite(void);
const sr_plugin* sr_plugin_v1_stdio(void);
const sr_plugin* sr_plugin_v1_json_schema(void);
}

namespace sr::host::test {
namespace {

// The store as `crashing_sqlite`, for a test that looks on.
const sr_plugin* watched_store() {
  static const sr_component* const components[] = {crashing::wrap_sqlite(sr_plugin_v1_sqlite()),
                                                   nullptr};
  static sr_plugin plugin = *sr_plugin_v1_sqlite();
  plugin.name = "crashing";
  plugin.components = components;
  return &plugin;
}

const std::filesystem::path kSource = SR_SOURCE_DIR;

// Those, and the store that can be watched.
void linked_in(const config::Deployment& deployment, Registry& registry) {
  plugins_linked_in(deployment, registry);
  or_start_error(registry.add(watched_store(), {}));
}

// The deployment that ships, on this database.
CheckedDeployment checked(const Facts& facts, std::vector<std::string> set,
                          config::Diagnostics& diagnostics) {
  set.push_back("stores.facts.path=" + facts.file().string());
  return check_deployment(kSource / "configs/alerts-stdio.yaml", set, diagnostics, linked_in);
}

[[noreturn]] void fail(const config::Diagnostics& diagnostics) {
  std::ostringstream text;
  diagnostics.print(text);
  throw StartError(text.str());
}

}  // namespace

void plugins_linked_in(const config::Deployment&, Registry& registry) {
  for (auto* entry :
       {sr_plugin_v1_scripted, sr_plugin_v1_sqlite, sr_plugin_v1_stdio, sr_plugin_v1_json_schema}) {
    or_start_error(registry.add(entry(), {}));
  }
}

LoadedStore open_store(const Facts& facts, const Services& services) {
  config::Diagnostics diagnostics;
  const auto deployment = checked(facts, {}, diagnostics);
  auto store = assemble_store(deployment.deployment, deployment.components, services.api(),
                              diagnostics);
  if (!store) fail(diagnostics);
  return std::move(*store);
}

Stage::Stage(const Facts& facts, std::vector<std::string> set, bool grammar) {
  set_log_level("off");  // what is provoked here need not be printed
  config::Diagnostics diagnostics;
  auto deployment = checked(facts, std::move(set), diagnostics);
  deployment.app.policy.grammar = grammar;
  std::optional<Parts> parts;
  if (diagnostics.ok()) {
    parts = assemble(deployment.deployment, deployment.app, deployment.components, services_.api(),
                     diagnostics);
  }
  if (!parts) fail(diagnostics);
  init_store(parts->store, parts->app);
  store_ = std::make_unique<LoadedStore>(parts->store);
  auto [transport, loopback] = Loopback::make(services_.api());
  loopback_ = loopback;
  parts->transports = {transport};
  runtime_ = std::make_unique<Runtime>(io_, std::move(*parts));
  or_start_error(runtime_->start());
  thread_ = std::thread([this] { runtime_->run(); });
}

Stage::~Stage() {
  if (thread_.joinable()) {
    runtime_->stop();
    thread_.join();
  }
}

std::string Stage::metrics() {
  std::promise<std::string> text;
  asio::post(io_, [&] { text.set_value(runtime_->metrics()); });
  return text.get_future().get();
}

void Stage::join() { thread_.join(); }

std::shared_ptr<void> Stage::hold() {
  struct Held {
    std::promise<void> reached, released;
  };
  auto held = std::make_shared<Held>();
  asio::post(io_, [held] {
    held->reached.set_value();
    held->released.get_future().wait();
  });
  held->reached.get_future().wait();
  return {nullptr, [held](void*) { held->released.set_value(); }};
}

Json Stage::rows(const std::string& sql) {
  auto transaction = or_start_error(store_->begin(/*write=*/false));
  Statement statement;
  statement.role = SR_ROLE_OWNER;
  statement.sql = sql;
  const auto outcome = or_start_error(transaction.execute(statement));
  Json rows = Json::array();
  for (const auto& row : outcome.returned.rows) {
    Json values = Json::array();
    for (const auto& value : row) values.push_back(json_of(value));
    rows.push_back(std::move(values));
  }
  return rows;
}

std::vector<LogEntry> Stage::log(const std::string& session) {
  auto transaction = or_start_error(store_->begin(/*write=*/false));
  std::vector<LogEntry> entries;
  or_start_error(transaction.log_read(session, 0, [&](LogEntry entry) {
    entries.push_back(std::move(entry));
    return true;
  }));
  return entries;
}

std::string Stage::kinds(const std::string& session) {
  std::string kinds;
  for (const auto& entry : log(session)) kinds += (kinds.empty() ? "" : " ") + entry.kind;
  return kinds;
}

void Tab::say(const Json& message) { say_text(compact(message)); }

Json Tab::hear_anything() {
  const auto start = Clock::now();
  const auto text = stage_->loopback().next(connection_, kPatience);
  if (!text) {
    EXPECT_LT(Clock::now(), start + kPatience) << "the server did not answer in time";
    return nullptr;
  }
  Json message = Json::parse(*text);
  const auto taken = view_.take(message);
  EXPECT_TRUE(taken.ok()) << taken.error().text() << "\nin " << *text;
  return message;
}

Json Tab::hear() {
  for (;;) {
    auto message = hear_anything();
    if (message.is_null() || message["type"] != "preview") return message;
  }
}

Json Tab::hear_until(const std::string& type) {
  for (;;) {
    auto message = hear();
    if (message.is_null() || message["type"] == type) return message;
  }
}

Json Tab::hear_outcome(const std::string& id) {
  for (;;) {
    auto message = hear();
    if (message.is_null()) return message;
    if (message["type"] == "patch" && message["cause"] == id) return message;
    if (message["type"] == "error" && message.value("id", "") == id) return message;
  }
}

bool Tab::hears_end() {
  const auto message = hear();
  EXPECT_TRUE(message.is_null()) << message.dump();
  return message.is_null();
}

void Tab::open() {
  say({{"type", "hello"}});
  ASSERT_EQ(hear_outcome("open")["type"], "patch");
}

Json hello_for(const wire::ClientView& view, bool resume) {
  Json hello{{"type", "hello"}, {"session", view.session()}, {"token", view.token()}};
  if (resume) {
    hello["epoch"] = view.epoch();
    hello["lastSeq"] = view.seq();
  }
  return hello;
}

void Tab::come_back(const wire::ClientView& view, bool resume) {
  if (resume) view_ = view;
  say(hello_for(view, resume));
}

std::string Tab::status_of(int alert) const {
  const auto& rows = view_.view().at(Json::json_pointer("/components/0/rows"));
  for (const auto& row : rows) {
    if (row["id"] == alert) return row["status"].get<std::string>();
  }
  return "not on screen";
}

Json click(const std::string& id, int alert, const std::string& action) {
  return {{"type", "event"},
          {"id", id},
          {"kind", "click"},
          {"payload", {{"user_action", action}, {"alert_id", alert}}}};
}

Json command(const std::string& id, const std::string& text) {
  return {{"type", "event"}, {"id", id}, {"kind", "command"}, {"payload", {{"command", text}}}};
}

OtherProgram::OtherProgram(const std::filesystem::path& file) {
  if (sqlite3_open(file.c_str(), &db_) != SQLITE_OK) throw std::runtime_error("cannot open the file");
  sqlite3_busy_timeout(db_, 10'000);
}

OtherProgram::~OtherProgram() { sqlite3_close(db_); }

void OtherProgram::run(const std::string& sql) {
  char* why = nullptr;
  const int rc = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, &why);
  EXPECT_EQ(rc, SQLITE_OK) << sql << ": " << (why == nullptr ? "" : why);
  sqlite3_free(why);
}

}  // namespace sr::host::test
