// Screens that the app declares: the same log as if a model had written them, and no model asked.
#include <gtest/gtest.h>

#include "host/base/start_error.h"
#include "tests/host/turn/world.h"

namespace sr::host::testing {
namespace {

DeclaredScreen declared(const std::string& name, const char* components) {
  DeclaredScreen out;
  out.name = out.label = name;
  out.manifest = {{"kind", "manifest"}, {"components", Json::parse(components)}};
  return out;
}

const auto kOpenAlerts = declared("open_alerts", R"([{"type":"AlertTable","id":"open","title":"Open",
    "source":"SELECT id, title FROM alerts WHERE status = 'open' ORDER BY id"}])");
const auto kSettings = declared("settings", R"([{"type":"SettingsForm","id":"settings","title":"Settings",
    "source":"SELECT name, label, kind, value FROM settings ORDER BY name"}])");

Setting with_screens(std::vector<DeclaredScreen> screens) {
  Setting setting;
  setting.change_app = [screens = std::move(screens)](App& app) {
    app.screens = screens;
    app.routes[EventKind::kScreen].targets.clear();
  };
  return setting;
}

Event screen(const std::string& id, const std::string& name) {
  Event event;
  event.id = id;
  event.kind = EventKind::kScreen;
  event.payload = {{"screen", name}};
  return event;
}

TEST(Declared, TheFirstScreenNeedsNoModel) {
  World w(with_screens({kOpenAlerts, kSettings}));
  EXPECT_EQ(w.session.models.at("main").sequence, w.model().preamble) << "a sequence was made";
  EXPECT_EQ(w.session.screen.view["components"][0]["rows"].size(), 3U);
  const auto lines = w.lines(2);
  ASSERT_EQ(lines.size(), 4U);  // event, manifest, shown, paint
  EXPECT_EQ(lines[1], "manifest " + kOpenAlerts.manifest.dump());
}

TEST(Declared, TheModelReadsItBeforeTheFirstEventThatItDecides) {
  World w(with_screens({kOpenAlerts}));
  const auto outcome = w.turn(click("c1", "resolve_alert", 2));
  ASSERT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
  EXPECT_EQ(w.session.screen.view["components"][0]["rows"].size(), 2U);
  EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));
}

TEST(Declared, AScreenIsAskedForByItsName) {
  World w(with_screens({kOpenAlerts, kSettings}));
  const auto outcome = w.turn(screen("s1", "settings"));
  ASSERT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
  EXPECT_EQ(outcome.timings.model_steps, 0U);
  EXPECT_EQ(w.session.screen.manifest["components"], kSettings.manifest["components"]);
  EXPECT_EQ(w.session.screen.view["components"][0]["type"], "SettingsForm");
  EXPECT_EQ(w.turn(screen("s1", "settings")).ending, Ending::kDuplicate);
}

TEST(Declared, WhatTheModelKnowsGoesOnWithIt) {
  World w(with_screens({kOpenAlerts, kSettings}));
  w.turn(click("c1", "resolve_alert", 2));
  w.someone_waits = [] { return true; };
  w.turn(screen("s1", "settings"));
  EXPECT_FALSE(w.session.models.at("main").unread.empty());
  w.turn(screen("s2", "open_alerts"));
  EXPECT_EQ(w.turn(click("c2", "resolve_alert", 3)).ending, Ending::kPainted);
  EXPECT_EQ(w.state_of(w.session), w.replayed(w.session));
}

TEST(Declared, AScreenThatCannotBeFilledSaysWhyInItsPlace) {
  World w(with_screens({kOpenAlerts, kSettings}));
  {
    auto transaction = w.facts->store().begin(true);
    ASSERT_TRUE(transaction);
    Statement drop;
    drop.role = SR_ROLE_OWNER;
    drop.sql = "ALTER TABLE settings RENAME COLUMN label TO caption";
    ASSERT_TRUE(transaction->execute(drop));
    ASSERT_TRUE(transaction->commit());
  }
  const auto outcome = w.turn(screen("s1", "settings"));
  EXPECT_EQ(outcome.ending, Ending::kPainted) << outcome.message;
  const auto& form = w.session.screen.view["components"][0];
  EXPECT_EQ(form["id"], "settings");
  EXPECT_FALSE(form.contains("fields"));
  EXPECT_EQ(form["error"],
            "this cannot be read: the database was changed while this host runs: settings.label is gone; "
            "change it back, or correct the app and restart the host");
}

TEST(Declared, AScreenMustFitSchemasAndPolicy) {
  const auto start_with = [](const DeclaredScreen& wrong) -> std::string {
    try {
      World w(with_screens({wrong}));
    } catch (const StartError& error) {
      return error.what();
    }
    return "started";
  };
  EXPECT_NE(start_with(declared("hidden", R"([{"type":"MetricCard","id":"m","label":"M",
                "source":"SELECT count(*) FROM sqlite_schema"}])"))
                .find("screen hidden: component \"m\", source: "),
            std::string::npos);
  EXPECT_NE(start_with(declared("odd", R"([{"type":"MetricCard","id":"m","label":7,
                "source":"SELECT count(*) FROM alerts"}])"))
                .find("screen odd: "),
            std::string::npos);
}

}  // namespace
}  // namespace sr::host::testing
