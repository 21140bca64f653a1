// Tables of 200 columns and cells of a megabyte, through the real host and a WebSocket, on both stores.
#include <gtest/gtest.h>

#include <fstream>

#include "host/base/json.h"
#include "host/cli/scratch_folder.h"
#include "host/wire/client_view.h"
#include "tests/end_to_end/place.h"
#include "tests/end_to_end/web_client.h"
#include "tests/plugins/stores/store_bench.h"

namespace sr::test {
namespace {

using host::Json;
using host::wire::ClientView;

constexpr int kColumns = 200;  // and a key
constexpr std::size_t kMegabyte = 1 << 20;

std::string column(int n) { return "c" + std::to_string(n); }

// One table shown whole; a click sets its last column. The cells of a row are 'n:m'.
void write_app(const std::filesystem::path& folder, const std::string& max_bytes) {
  std::filesystem::create_directories(folder);
  std::string schema = "CREATE TABLE wide (id INTEGER PRIMARY KEY", names = "id", seed;
  for (int i = 1; i <= kColumns; ++i) {
    schema += ", " + column(i) + " TEXT NOT NULL";
    names += ", " + column(i);
  }
  for (int row = 1; row <= 3; ++row) {
    seed += "INSERT INTO wide (" + names + ") VALUES (" + std::to_string(row);
    for (int i = 1; i <= kColumns; ++i) {
      seed += ", '" + std::to_string(row) + ":" + std::to_string(i) + "'";
    }
    seed += ");\n";
  }
  std::ofstream(folder / "schema.sql") << schema << ");\n";
  std::ofstream(folder / "seed.sql") << seed;
  std::filesystem::copy_file(SR_SOURCE_DIR "/configs/apps/alerts/components/AlertTable.json",
                             folder / "Table.json");
  std::ofstream(folder / "app.yaml")
      << "version: 1\nname: wide\nprompt: One table.\nschema: schema.sql\nseed: seed.sql\n"
         "components: { Table: Table.json }\n"
         "routes: { open: {}, click: {} }\n"
         "screens:\n  wide:\n    components:\n"
         "      - { type: Table, id: wide, title: Wide, source: \"SELECT "
      << names << " FROM wide ORDER BY id\" }\n"
         "policy:\n  bindings: { max_bytes: " << max_bytes << " }\n"
         "  tables:\n    wide:\n      select: all\n      update: { columns: [" << column(kColumns)
      << "], where: [id] }\n";
  std::ofstream(folder / "scripted.yaml")
      << "version: 1\nrules:\n"
         "  - when: { user_action: set, row: { any: true }, to: { any: true } }\n    say: { kind: sql, "
         "sql: \"UPDATE wide SET " << column(kColumns) << " = :to WHERE id = :row\" }\n";
}

class WideTest : public ::testing::Test {
 protected:
  // A page: what it hears is folded, and every hash compared.
  struct Page {
    explicit Page(unsigned short port) : client(port) { client.say({{"type", "hello"}}); }
    // Passes over messages until one of this type; null when the connection ends.
    Json hear(const std::string& type) {
      while (const auto message = client.hear()) {
        const auto taken = view.take(*message);
        EXPECT_TRUE(taken.ok()) << taken.error().text();
        if ((*message)["type"] == type) return *message;
        if ((*message)["type"] == "error") ADD_FAILURE() << message->dump().substr(0, 500);
      }
      return nullptr;
    }
    const Json& component() const { return view.view()["components"][0]; }
    const Json& rows() const { return view.view()["components"][0]["rows"]; }

    WebClient client;
    ClientView view;
  };

  void set_out(const Place& place, const std::string& max_bytes) {
    write_app(folder_.path() / "app", max_bytes);
    make_deployment(file_, {(folder_.path() / "app").string(), place});
  }

  void go_end_to_end(const Place& place) {
    set_out(place, "8MiB");
    if (HasFatalFailure()) return;
    WebHost host({file_});
    Page page(host.port());
    ASSERT_FALSE(page.hear("patch").is_null()) << host.child().err();
    ASSERT_EQ(page.rows().size(), 3U);
    EXPECT_EQ(page.view.view()["components"][0]["columns"].size(), kColumns + 1U);
    for (int row = 1; row <= 3; ++row) {
      for (int i = 1; i <= kColumns; ++i) {
        EXPECT_EQ(page.rows()[static_cast<std::size_t>(row - 1)][column(i)],
                  std::to_string(row) + ":" + std::to_string(i));
      }
    }

    page.client.say(set("c1", 2, "other"));
    const auto patch = page.hear("patch");
    EXPECT_EQ(patch["ops"].dump(),
              R"([{"op":"replace","path":"/components/0/rows/1/c200","value":"other"}])");

    // Another program puts a megabyte into one cell, and into another.
    auto store = place.open();
    ASSERT_OK(store);
    const std::string large(kMegabyte, 'x');
    change(*store, {"UPDATE wide SET c7 = '" + large + "' WHERE id = 1",
                    "UPDATE wide SET c8 = '" + large + "\u00fc' WHERE id = 3"});
    while (page.rows()[2]["c8"] == "3:8") ASSERT_FALSE(page.hear("patch").is_null());
    EXPECT_TRUE(page.rows()[0]["c7"] == large);
    EXPECT_TRUE(page.rows()[2]["c8"] == large + "\u00fc");

    page.client.say(set("c2", 1, "again"));  // beside it
    EXPECT_EQ(page.hear("patch")["ops"].dump(),
              R"([{"op":"replace","path":"/components/0/rows/0/c200","value":"again"}])");
    Page second(host.port());  // its first screen holds both
    ASSERT_FALSE(second.hear("patch").is_null());
    EXPECT_TRUE(second.view.view() == page.view.view());
    Page third(host.port());  // and so does a whole snapshot
    third.hear("patch");
    third.client.say({{"type", "resync"}, {"reason", "test"}});
    third.hear("snapshot");
    EXPECT_TRUE(third.view.view() == page.view.view());
    host.end();
  }

  // A cell beyond what the app lets a query return: whoever looks at it, or opens it, is told why.
  void say_why(const Place& place) {
    set_out(place, "1MiB");
    if (HasFatalFailure()) return;
    WebHost host({file_});
    Page page(host.port());
    ASSERT_FALSE(page.hear("patch").is_null()) << host.child().err();
    auto store = place.open();
    ASSERT_OK(store);
    change(*store, {"UPDATE wide SET c7 = '" + std::string(kMegabyte, 'x') + "' WHERE id = 1"});
    const std::string why = "this is more than 1048576 bytes; ask for fewer rows or columns";
    while (page.component().value("error", "") != why) ASSERT_FALSE(page.hear("patch").is_null());
    EXPECT_FALSE(page.component().contains("rows"));
    Page second(host.port());
    ASSERT_FALSE(second.hear("patch").is_null());
    EXPECT_EQ(second.component().value("error", ""), why);
    change(*store, {"UPDATE wide SET c7 = 'short' WHERE id = 1"});
    while (page.component().contains("error")) ASSERT_FALSE(page.hear("patch").is_null());
    EXPECT_EQ(page.rows()[0]["c7"], "short");
    host.end();
  }

  static Json set(const std::string& id, int row, const std::string& to) {
    return {{"type", "event"}, {"id", id}, {"kind", "click"},
            {"payload", {{"user_action", "set"}, {"row", row}, {"to", to}}}};
  }

  const host::ScratchFolder folder_;
  const std::string file_ = (folder_.path() / "deployment.yaml").string();
};

TEST_F(WideTest, OnSqlite) { go_end_to_end(sqlite_place(folder_.path())); }
TEST_F(WideTest, OnPostgres) { go_end_to_end(postgres_place()); }
TEST_F(WideTest, OverTheLimitOnSqlite) { say_why(sqlite_place(folder_.path())); }
TEST_F(WideTest, OverTheLimitOnPostgres) { say_why(postgres_place()); }

}  // namespace
}  // namespace sr::test
