// `state-runtime store init`: all of an app's tables and rows, or nothing.
#include "host/cli/store_command.h"

#include <fstream>
#include <sstream>

#include "host/base/start_error.h"
#include "host/sql/spoken/names.h"
#include "tests/host/runtime/stage.h"

namespace sr::host::test {
namespace {

namespace fs = std::filesystem;

class StoreInit : public ::testing::Test {
 protected:
  StoreInit() {
    for (const auto* table : {"alerts", "settings"}) app.policy.tables[table];
    app.name = "alerts";
    app.schema = write("schema.sql", "CREATE TABLE alerts (id INTEGER PRIMARY KEY);\n"
                                     "CREATE TABLE settings (name TEXT PRIMARY KEY);\n");
    app.seed = write("seed.sql", "INSERT INTO alerts VALUES (1), (2);\n");
  }
  fs::path write(const std::string& name, const std::string& text) {
    std::ofstream(facts.folder() / name) << text;
    return facts.folder() / name;
  }
  std::string refusal() {
    try {
      return "done: " + init_store(store(), app);
    } catch (const StartError& error) {
      return error.what();
    }
  }
  LoadedStore& store() {
    if (!store_) store_ = open_store(facts, services_);
    return *store_;
  }
  std::size_t tables() { return or_start_error(store().catalog()).size(); }

  const Facts facts;
  App app;

 private:
  asio::io_context io_;
  Services services_{io_};
  std::optional<LoadedStore> store_;
};

TEST_F(StoreInit, CreatesAndSeedsOnce) {
  EXPECT_NE(init_store(store(), app).find("were created and seeded"), std::string::npos);
  EXPECT_EQ(tables(), 2U);  // a column each
  EXPECT_NE(init_store(store(), app).find("nothing was done"), std::string::npos);
}

TEST_F(StoreInit, ASeedThatFailsLeavesNoTables) {
  write("seed.sql", "INSERT INTO alerts VALUES (1), (1);\n");
  const auto why = refusal();
  EXPECT_NE(why.find("schema.sql, followed by "), std::string::npos) << why;
  EXPECT_NE(why.find("line 4: "), std::string::npos) << why;
  EXPECT_EQ(tables(), 0U);
  write("seed.sql", "INSERT INTO alerts VALUES (1);\n");
  EXPECT_NE(init_store(store(), app).find("were created and seeded"), std::string::npos);
}

TEST_F(StoreInit, OnlySomeOfTheTablesIsForAPersonToPutRight) {
  or_start_error(store().run_script("CREATE TABLE alerts (id INTEGER PRIMARY KEY)"));
  const auto why = refusal();
  EXPECT_NE(why.find("only 1 of the 2 tables"), std::string::npos) << why;
  EXPECT_EQ(tables(), 1U);
}

TEST_F(StoreInit, WithoutASchemaSaysSo) {
  app.schema.clear();
  EXPECT_NE(refusal().find("names no schema"), std::string::npos);
}

TEST_F(StoreInit, AFileThatIsNotThereIsNamed) {
  fs::remove(app.seed);
  EXPECT_NE(refusal().find("seed.sql"), std::string::npos);
  EXPECT_EQ(tables(), 0U);
}

TEST(StoreNames, StandBesideThoseOfTheDatabase) {
  std::vector<Column> catalog = {{"tblOrderLines", "UnitPrice", "REAL", SR_REAL},
                                 {"tblOrderLines", "note", "TEXT", SR_TEXT},
                                 {"stock", "qty", "INTEGER", SR_INTEGER}};
  std::ostringstream out;
  print_names(sql::spoken(std::move(catalog)), out);
  EXPECT_EQ(out.str(),
            "order_lines   tblOrderLines\n"
            "  unit_price  UnitPrice\n"
            "  note\n"
            "stock\n"
            "  quantity    qty\n");
}

}  // namespace
}  // namespace sr::host::test
