// Screens whose queries take long: they hold up nobody who writes, and what an action changes is
// committed with it as far as there is time.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/host/turn/world.h"

namespace sr::host::testing {
namespace {

// A query that takes as long as there are alerts, and the table that an action changes.
const char* const kSlowRules = R"(
  - when: { command: slow }
    say:
      kind: manifest
      components:
        - type: MetricCard
          id: pairs
          label: Triples
          source: SELECT count(*) AS n FROM alerts a, alerts b, alerts c WHERE a.title <> '' AND b.title <> '' AND c.title <> ''
        - type: AlertTable
          id: alerts
          title: Alerts
          source: SELECT id, title, severity, status FROM alerts WHERE id < 4 ORDER BY id
  - when: { command: endless }
    say:
      kind: manifest
      components:
        - type: MetricCard
          id: pairs
          label: More than can be counted
          source: SELECT count(*) AS n FROM alerts a, alerts b, alerts c, alerts d, alerts e WHERE a.title <> '' AND b.title <> '' AND c.title <> '' AND d.title <> '' AND e.title <> ''
)";

Setting slow_queries(std::uint64_t timeout_ms) {
  return {{}, kSlowRules, [timeout_ms](App& app) {
            app.policy.binding_timeout_ms = timeout_ms;
            app.policy.grammar = false;  // joins are for the guard to allow
          }};
}

void add_many_alerts(World& w, int count) {
  const auto added = w.facts->store().run_script(
      "INSERT INTO alerts (id, title, severity, status) WITH RECURSIVE n(i) AS (SELECT 100 UNION "
      "ALL "
      "SELECT i + 1 FROM n WHERE i < " +
      std::to_string(99 + count) +
      ") "
      "SELECT i, 'alert ' || i, 'low', 'open' FROM n;");
  ASSERT_TRUE(added.ok()) << added.error().text();
}

const Json& shown(const Session& session, const std::string& id) {
  for (const auto& component : session.screen.view["components"]) {
    if (component["id"] == id) return component;
  }
  throw std::runtime_error("there is no " + id);
}

// Turns of another session, until `done`: each must go through.
int clicks_until(World& w, Session& neighbour, const std::function<bool()>& done) {
  int clicks = 0;
  while (!done()) {
    const auto id = "n" + std::to_string(clicks++);
    const auto event = click(id, clicks % 2 == 0 ? "reopen_alert" : "resolve_alert", 3);
    std::shared_ptr<std::optional<TurnOutcome>> outcome;
    TurnListener listener;
    listener.deliver = [](const TurnOutcome&) {};
    listener.someone_waits = [] { return false; };
    outcome = w.loop.start(run_turn(*w.engine, neighbour, event, listener));
    while (!*outcome) w.loop.poll();
    EXPECT_EQ((*outcome)->ending, Ending::kPainted) << (*outcome)->message;
  }
  return clicks;
}

TEST(SlowScreen, ThatIsFilledLetsTheNeighboursWrite) {
  World w(slow_queries(1500));
  Session neighbour = w.open_session();
  add_many_alerts(w, 300);
  TurnListener listener;
  listener.deliver = [](const TurnOutcome&) {};
  listener.someone_waits = [] { return false; };
  const auto event = command("c1", "endless");
  const auto slow = w.loop.start(run_turn(*w.engine, w.session, event, listener));
  const int clicks = clicks_until(w, neighbour, [&] { return slow->has_value(); });
  EXPECT_GT(clicks, 0);
  EXPECT_EQ((*slow)->ending, Ending::kPainted) << (*slow)->message;
  EXPECT_EQ(shown(w.session, "pairs")["error"],
            "this takes longer than 1500 ms to find, and was stopped; ask for less");
}

TEST(SlowScreen, DoesNotDelayAnActionsCommit) {
  World w(slow_queries(120'000));
  Session neighbour = w.open_session();
  ASSERT_EQ(w.turn(command("c1", "slow")).ending, Ending::kPainted);
  ASSERT_EQ(shown(w.session, "pairs")["value"], 27);
  add_many_alerts(w, 300);
  const auto before = w.session.seq;
  const auto outcome = w.turn(click("c2", "resolve_alert", 2));
  ASSERT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
  EXPECT_TRUE(outcome.left_behind);
  // What was left as it was, and what is committed with the action, once.
  EXPECT_EQ(shown(w.session, "pairs")["value"], 27);
  EXPECT_EQ(shown(w.session, "alerts")["rows"][1]["status"], "resolved");
  const auto lines = w.lines(before + 1);
  ASSERT_EQ(lines.size(), 6U);
  EXPECT_EQ(lines[2], R"(result {"changed":1})");
  EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));

  // Known to be slow, it is not even tried, and neighbours write while it is painted again.
  EXPECT_TRUE(w.turn(click("c3", "reopen_alert", 2)).left_behind);
  const auto painted =
      w.loop.start(repaint(*w.engine, *w.repaints, w.session, w.engine->dependencies.by("alerts")));
  EXPECT_GT(clicks_until(w, neighbour, [&] { return painted->has_value(); }), 0);
  EXPECT_EQ((*painted)->ending, Ending::kPainted) << (*painted)->message;
  EXPECT_EQ(shown(w.session, "pairs")["value"], 303LL * 303 * 303);
  EXPECT_TRUE(w.session.screen.bindings[0].slow);
  EXPECT_FALSE(w.session.screen.bindings[1].slow);

  // Quick again, it is committed with the action again.
  ASSERT_TRUE(w.facts->store().run_script("DELETE FROM alerts WHERE id >= 100;").ok());
  do {
    ASSERT_EQ(w.repaint(w.session, "alerts").ending, Ending::kPainted);
  } while (w.session.screen.bindings[0].slow);
  EXPECT_FALSE(w.turn(click("c4", "resolve_alert", 2)).left_behind);
}

TEST(SlowScreen, OfOneSessionDoesNotDelayTheRepaintsOfOthers) {
  World w(slow_queries(120'000));
  Session neighbour = w.open_session();
  add_many_alerts(w, 300);
  ASSERT_EQ(w.turn(command("c1", "slow")).ending, Ending::kPainted);
  ASSERT_TRUE(w.session.screen.bindings[0].slow);
  ASSERT_EQ(w.turn(neighbour, click("c2", "resolve_alert", 2)).ending, Ending::kPainted);
  ASSERT_TRUE(w.facts->store().run_script("UPDATE alerts SET status = 'open' WHERE id = 2;").ok());
  const auto slow =
      w.loop.start(repaint(*w.engine, *w.repaints, w.session, w.engine->dependencies.by("alerts")));
  const auto quick =
      w.loop.start(repaint(*w.engine, *w.repaints, neighbour, w.engine->dependencies.by("alerts")));
  while (!*quick) w.loop.poll();
  EXPECT_FALSE(slow->has_value());
  w.loop.finish();
  EXPECT_EQ((*slow)->ending, Ending::kPainted);
}

TEST(SlowScreen, ThatHasBecomeSoDoesNotDelayTheRepaintsOfOthersForLong) {
  World w(slow_queries(120'000));
  Session neighbour = w.open_session();
  ASSERT_EQ(w.turn(command("c1", "slow")).ending, Ending::kPainted);
  ASSERT_FALSE(w.session.screen.bindings[0].slow);
  add_many_alerts(w, 300);
  const auto touched = w.engine->dependencies.by("alerts");
  const auto slow = w.loop.start(repaint(*w.engine, *w.repaints, w.session, touched));
  const auto quick = w.loop.start(repaint(*w.engine, *w.repaints, neighbour, touched));
  while (!*quick) w.loop.poll();
  EXPECT_EQ((*quick)->ending, Ending::kPainted) << (*quick)->message;
  EXPECT_FALSE(slow->has_value());
  w.loop.finish();
  EXPECT_EQ((*slow)->ending, Ending::kPainted) << (*slow)->message;
  EXPECT_TRUE(w.session.screen.bindings[0].slow);
}

// Each of them runs into its deadline of a second, and there are more of them than threads.
TEST(SlowScreen, OfManySessionsDoesNotDelayWhoComesNew) {
  World w(slow_queries(1000));
  add_many_alerts(w, 300);
  std::vector<Session> sessions;
  for (int i = 0; i < 8; ++i) sessions.push_back(w.open_session());
  Session newcomer = w.new_session();
  const auto asks = command("c1", "endless");
  const auto comes = command("n1", "home");
  TurnListener listener;
  listener.deliver = [](const TurnOutcome&) {};
  listener.someone_waits = [] { return false; };
  std::vector<std::shared_ptr<std::optional<TurnOutcome>>> slow;
  for (auto& session : sessions) {
    slow.push_back(w.loop.start(run_turn(*w.engine, session, asks, listener)));
  }
  for (const auto start = Clock::now(); ms_since(start) < 100;) w.loop.poll();
  const auto shown = w.loop.start(run_turn(*w.engine, newcomer, comes, listener));
  while (!*shown) w.loop.poll();
  // Behind them in one queue, most of them would be done by now.
  const auto done =
      std::count_if(slow.begin(), slow.end(), [](const auto& s) { return s->has_value(); });
  EXPECT_LT(done, 4);
  EXPECT_EQ((*shown)->ending, Ending::kPainted) << (*shown)->message;
  for (const auto& one : slow) EXPECT_FALSE(one->has_value());
  w.loop.finish();
  for (const auto& one : slow) EXPECT_EQ((*one)->ending, Ending::kPainted);
}

TEST(StorePoolTest, SaysWhenTooManyChangesWait) {
  World w;
  auto lock = w.facts->store().begin(/*write=*/true);
  ASSERT_TRUE(lock.ok());
  std::vector<std::shared_ptr<std::optional<Status>>> waiting;
  const auto change = [](LoadedStore& store) -> Status {
    auto transaction = store.begin(/*write=*/true);
    return transaction ? Status() : Status(transaction.error());
  };
  for (std::size_t i = 0; i <= StorePool::kMostWriting; ++i) {
    waiting.push_back(w.loop.start(w.facts->write(change)));
  }
  w.loop.poll();
  ASSERT_TRUE(waiting.back()->has_value());
  EXPECT_EQ((*waiting.back())->error().code, SR_UNAVAILABLE);
  EXPECT_EQ((*waiting.back())->error().text(),
            "[store] 4096 changes are waiting to be written; try again later");
  // Those who only look do not wait for them.
  const auto look = [](LoadedStore& store) -> Status {
    auto transaction = store.begin(/*write=*/false);
    return transaction ? Status() : Status(transaction.error());
  };
  const auto looked = w.loop.start(w.facts->look(look));
  while (!*looked) w.loop.poll();
  EXPECT_TRUE((*looked)->ok());
  lock->rollback();
  w.facts->stop();
}

}  // namespace
}  // namespace sr::host::testing
