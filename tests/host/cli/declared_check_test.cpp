// `state-runtime check` holds what an app declares to the tables of its schema, without a database.
#include "host/cli/declared_check.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "host/base/start_error.h"
#include "host/runtime/services.h"
#include "tests/host/runtime/stage.h"

namespace sr::host::test {
namespace {

class DeclaredCheck : public ::testing::Test {
 protected:
  // "": nothing is wrong; or the sentence.
  std::string said() {
    try {
      return check_declared(checked, services_.api(), diagnostics_);
    } catch (const StartError& error) {
      return error.what();
    }
  }
  void act(const std::string& table, const std::string& sql, const std::string& when = "") {
    DeclaredAction action;
    action.name = "close";
    action.table = table;
    action.when = when;
    action.statements = {{sql, {}}};
    checked.app.actions = {action};
  }

  config::Diagnostics diagnostics_;
  CheckedDeployment checked =
      check_deployment(std::filesystem::path(SR_SOURCE_DIR) / "configs/alerts-stdio.yaml", {},
                       diagnostics_, plugins_linked_in);

 private:
  boost::asio::io_context io_;
  Services services_{io_};
};

TEST_F(DeclaredCheck, FindsNothingWrongWithTheAppThatShips) { EXPECT_EQ(said(), ""); }

TEST_F(DeclaredCheck, HoldsActionsToThePolicyAndTheSchema) {
  act("alerts", "UPDATE alerts SET status = 'resolved' WHERE id = :alert_id");
  EXPECT_EQ(said(), "");
  act("alerts", "UPDATE alerts SET title = 'x' WHERE id = :alert_id");
  EXPECT_NE(said().find("action close: [column] the column title of alerts may not be set"),
            std::string::npos)
      << said();
  act("alerts", "UPDATE alerts SET status = 'shut' WHERE id = :alert_id");
  EXPECT_NE(said().find("action close: [value] status can be"), std::string::npos) << said();
  act("alerts", "UPDATE alerts SET status = 'resolved' WHERE id = :alert_id", "nothing = 1");
  EXPECT_NE(said().find("action close: [column] there is no column nothing"), std::string::npos)
      << said();
  act("alarms", "UPDATE alerts SET status = 'resolved' WHERE id = :alert_id");
  EXPECT_NE(said().find("the policy has no table \"alarms\""), std::string::npos) << said();
}

TEST_F(DeclaredCheck, HoldsNamesToTheSchema) {
  checked.app.speak = {{"alerts.title", "headline"}};
  EXPECT_EQ(said(), "");
  checked.app.speak = {{"alerts.titel", "headline"}};
  EXPECT_NE(said().find("speak: \"alerts.titel\" is neither a table nor the column of one"),
            std::string::npos)
      << said();
  checked.app.speak = {{"alerts.title", "status"}};
  EXPECT_NE(said().find("alerts.title cannot be called \"status\""), std::string::npos) << said();
}

TEST_F(DeclaredCheck, SaysWhatATableThatIsNotThereIsCalled) {
  auto& tables = checked.app.policy.tables;
  tables["Alerts"] = tables.at("alerts");
  tables.erase("alerts");
  EXPECT_NE(said().find("\"Alerts\" of the policy of app \"alerts\" is not in the database; the "
                        "database has \"alerts\", which is called alerts here"),
            std::string::npos)
      << said();
  tables["nobody"] = tables.at("Alerts");
  tables.erase("Alerts");
  EXPECT_NE(
      said().find("\"nobody\" of the policy of app \"alerts\" is not in the database; create"),
      std::string::npos)
      << said();
}

TEST_F(DeclaredCheck, AThingHasOneLabel) {
  checked.app.speak = {{"alerts.title", "headline"}};
  checked.app.labels = {{"alerts.title", "Title"}};
  EXPECT_EQ(said(), "");
  checked.app.labels["alerts.headline"] = "Headline";
  EXPECT_NE(said().find("has two labels for one thing, \"alerts.headline\" and \"alerts.title\""),
            std::string::npos)
      << said();
}

TEST_F(DeclaredCheck, SaysWhatItCannotSee) {
  checked.app.schema.clear();
  EXPECT_EQ(said(),
            "what the app declares is held to the tables when the host starts: it names no schema");
}

}  // namespace
}  // namespace sr::host::test
