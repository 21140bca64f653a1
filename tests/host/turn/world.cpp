#include "tests/host/turn/world.h"

#include <gtest/gtest.h>

#include <sstream>

#include "host/app/load.h"
#include "host/session/catch_up.h"
#include "host/session/open.h"

namespace sr::host::testing {
namespace {

const std::filesystem::path kAlerts = std::filesystem::path(SR_SOURCE_DIR) / "configs/apps/alerts";

App load_alerts(const std::function<void(App&)>& change) {
  config::Diagnostics problems;
  auto app = load_app(kAlerts, problems);
  std::ostringstream said;
  problems.print(said);
  EXPECT_EQ(said.str(), "");
  app.mentions = false;  // who tests them says so
  if (change) change(app);
  return app;
}

std::string rules_with(const std::string& first) {
  auto rules = read_text(kAlerts / "scripted.yaml");
  const std::string head = "\nrules:\n";
  return rules.insert(rules.find(head) + head.size(), first);
}

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().text());
  return std::move(*result);
}
void must(const Status& status) {
  if (!status) throw std::runtime_error(status.error().text());
}

}  // namespace

World::World(const Setting& setting) : app(load_alerts(setting.change_app)) {
  auto store = setting.store ? setting.store()
                             : sqlite({{"path", (folder / "facts.db").string()}, {"lock_timeout", "20ms"}});
  must(store.run_script(read_text(app.schema)));
  must(store.run_script(read_text(app.seed)));
  if (!setting.tables.empty()) must(store.run_script(setting.tables));
  facts = std::make_unique<StorePool>(std::move(store));
  auto options = setting.backend;
  options["rules"] = folder.write("rules.yaml", rules_with(setting.rules));
  engine = start_engine(app, *facts, json_schema(), {{"main", scripted(options)}}, "main");
  repaints = std::make_unique<RepaintGroup>(loop.executor(), *engine);
  session = open_session();
}

Session World::new_session() {
  LogEntry preamble;
  preamble.body = model().preamble_body;
  preamble.tokens = model().preamble_tokens;
  preamble.vocabulary = model().text.vocabulary();
  auto made = must(create_session(facts->store(), "", "the token", preamble));
  begin_new(model(), made);
  return made;
}

Session World::open_session() {
  auto made = new_session();
  Event open;
  open.id = "open";
  open.kind = EventKind::kOpen;
  open.payload = Json{{"open", "alerts"}};
  open.made_here = true;
  const auto outcome = turn(made, open);
  EXPECT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
  return made;
}

TurnOutcome World::turn(Session& of, const Event& event) {
  delivered = 0;
  TurnListener listener;
  listener.deliver = [this](const TurnOutcome&) { ++delivered; };
  listener.someone_waits = someone_waits;
  auto outcome = loop.run(run_turn(*engine, of, event, listener));
  EXPECT_EQ(delivered, 1);
  return outcome;
}

TurnOutcome World::repaint(Session& of, const std::string& table) {
  return loop.run(host::repaint(*engine, *repaints, of, engine->dependencies.by(table)));
}

std::vector<LogEntry> World::log(const Session& of) {
  std::vector<LogEntry> out;
  auto transaction = must(facts->store().begin(false));
  must(transaction.log_read(of.id, 0, [&](LogEntry entry) {
    out.push_back(std::move(entry));
    return true;
  }));
  return out;
}

std::vector<std::string> World::lines(const Session& of, std::uint64_t from) {
  std::vector<std::string> out;
  for (const auto& entry : log(of)) {
    if (entry.seq >= from) out.push_back(entry.kind + " " + entry.body);
  }
  return out;
}

std::string World::rows(const std::string& sql) {
  auto transaction = must(facts->store().begin(false));
  Statement statement;
  statement.role = SR_ROLE_OWNER;
  statement.sql = sql;
  Json out = Json::array();
  for (const auto& row : must(transaction.execute(statement)).returned.rows) {
    Json values = Json::array();
    for (const auto& value : row) values.push_back(json_of(value));
    out.push_back(row.size() == 1 ? values[0] : values);
  }
  return out.dump();
}

std::string World::state_of(Session& of) {
  must(loop.run(read_unread(model(), of)));
  return must(model().scheduler.backend().save(of.models.at("main").sequence->get()));
}

std::string World::replayed(const Session& of) {
  Session fresh;
  fresh.id = of.id;
  fresh.seq = of.seq;
  const auto entries = must(entries_after(facts->store(), of.id, 0));
  must(loop.run(start_sequence(model(), fresh, entries)));
  return state_of(fresh);
}

Event click(const std::string& id, const std::string& action, int alert) {
  Event event;
  event.id = id;
  event.kind = EventKind::kClick;
  event.component = "alerts";
  event.payload = Json{{"user_action", action}, {"alert_id", alert}};
  return event;
}

Event command(const std::string& id, const std::string& text) {
  Event event;
  event.id = id;
  event.kind = EventKind::kCommand;
  event.payload = Json{{"command", text}};
  return event;
}

}  // namespace sr::host::testing
