// What tables and columns are called, and that statements mean the same whatever the database calls
// them.
#include "host/sql/spoken/names.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>

#include "host/sql/names.h"
#include "plugins/stores/sqlite/joining.h"
#include "tests/host/sql/world.h"

namespace sr::host::sql::testing {
namespace {

Column column(const char* table, const char* name) { return {table, name, "TEXT", SR_TEXT}; }

// "table.column" for each, in the order of the catalog.
std::vector<std::string> names(const std::vector<Column>& catalog) {
  std::vector<std::string> out;
  for (const auto& c : catalog) out.push_back(c.table + "." + c.name);
  return out;
}

TEST(SpokenName, IsAsTheFileSays) {
  std::ifstream file(cases() / "spoken_names.txt");
  std::size_t read = 0;
  for (std::string line; std::getline(file, line);) {
    const auto tab = line.find('\t');
    if (line.starts_with('#') || tab == std::string::npos) continue;
    EXPECT_EQ(spoken_name(line.substr(0, tab)), line.substr(tab + 1)) << line;
    ++read;
  }
  EXPECT_GE(read, 30u);
  EXPECT_EQ(spoken_name(""), "");
}

TEST(Spoken, KeepsBothNames) {
  const auto catalog = spoken({column("OrderLines", "UnitPrice"), column("OrderLines", "size")});
  EXPECT_EQ(names(catalog),
            (std::vector<std::string>{"order_lines.unit_price", "order_lines.size"}));
  EXPECT_EQ(catalog[0].table_in_store(), "OrderLines");
  EXPECT_EQ(catalog[0].name_in_store(), "UnitPrice");
  EXPECT_EQ(catalog[1].name_in_store(), "size");
}

TEST(Spoken, LeavesOutWhatSaysOnlyThatItIsATable) {
  EXPECT_EQ(names(spoken({column("tblCustomers", "a"), column("tbl_orders", "a")})),
            (std::vector<std::string>{"customers.a", "orders.a"}));
  EXPECT_EQ(names(spoken(
                {column("shop_item", "a"), column("shop_order", "a"), column("shop_user_", "a")})),
            (std::vector<std::string>{"item.a", "order_.a", "user_.a"}));
  EXPECT_EQ(names(spoken({column("shop_item", "a"), column("shop_staff", "a")})),
            (std::vector<std::string>{"shop_item.a", "shop_staff.a"}));
}

TEST(Spoken, SpellsOutWhatSchemasAbbreviate) {
  std::ifstream file(cases() / "abbreviations.txt");
  std::size_t read = 0;
  for (std::string line; std::getline(file, line);) {
    const auto tab = line.find('\t');
    if (line.starts_with('#') || tab == std::string::npos) continue;
    const auto word = line.substr(0, tab);
    const auto end = line.find('\t', tab + 1);
    const auto whole = line.substr(tab + 1, end == std::string::npos ? end : end - tab - 1);
    auto number = column("t", ("b_" + word).c_str());
    number.type = SR_REAL;
    EXPECT_EQ(names(spoken(
                  {column("t", ("A" + word).c_str()), column("t", ("a_" + word).c_str()), number})),
              (std::vector<std::string>{"t.a" + word, "t.a_" + whole,
                                        "t.b_" + (end == std::string::npos ? whole : word)}));
    ++read;
  }
  EXPECT_GE(read, 40u);
  EXPECT_EQ(names(spoken({column("tblCust", "AddrTyp")})),
            std::vector<std::string>{"customer.address_type"});
}

TEST(Spoken, LeavesOutWhatAllColumnsBeginWith) {
  auto foreign = column("customers", "nation");
  foreign.references = {{"nations", "no", 0}};
  EXPECT_EQ(names(spoken({column("customers", "c_custkey"), column("customers", "c_name"), foreign,
                          column("customers", "c_from")})),
            (std::vector<std::string>{"customers.custkey", "customers.name", "customers.nation",
                                      "customers.from_"}));
  EXPECT_EQ(
      names(spoken({column("OrderLines", "OL_NO"), column("OrderLines", "OL_QTY"),
                    column("OrderLines", "OL_PRICE")})),
      (std::vector<std::string>{"order_lines.no", "order_lines.quantity", "order_lines.price"}));
  EXPECT_EQ(
      names(spoken({column("readings", "temp_low"), column("readings", "temp_high"),
                    column("readings", "temp_mean")})),
      (std::vector<std::string>{"readings.temp_low", "readings.temp_high", "readings.temp_mean"}));
}

TEST(Spoken, NamesThatWouldBeAlikeStay) {
  EXPECT_EQ(
      names(spoken({column("T", "First Name"), column("T", "first_name"), column("T", "firstName"),
                    column("T", "LastName")})),
      (std::vector<std::string>{"t.First Name", "t.first_name", "t.firstName", "t.last_name"}));
}

TEST(Spoken, AnAppGivesNames) {
  const auto catalog = spoken({column("tblOrdLn", "UnitPrc"), column("tblOrdLn", "Qty")},
                              {{"tblOrdLn", "order_lines"}, {"tblOrdLn.UnitPrc", "unit_price"}});
  EXPECT_EQ(names(catalog),
            (std::vector<std::string>{"order_lines.unit_price", "order_lines.quantity"}));
}

TEST(Spoken, ForeignKeysFollow) {
  auto from = column("Loans", "MemberNo");
  from.references = {{"Members", "MemberNo", 0}};
  const auto catalog = spoken({from, column("Members", "MemberNo")});
  EXPECT_EQ(catalog[0].references[0].table, "members");
  EXPECT_EQ(catalog[0].references[0].column, "member_no");
}

TEST(Spoken, AStatementFollows) {
  const auto catalog = spoken({column("OrderLines", "UnitPrice"), column("OrderLines", "Order"),
                               column("OrderLines", "plain"), column("Notes", "desc"),
                               column("Notes", "It's \"big\"")});
  for (const auto& [written, said] : std::vector<std::pair<std::string, std::string>>{
           {"SELECT UnitPrice, \"Order\", plain FROM OrderLines WHERE \"UnitPrice\" > 1",
            "SELECT unit_price, order_, plain FROM order_lines WHERE unit_price > 1"},
           {"SELECT ORDERLINES.unitprice FROM orderlines ORDER BY UNITPRICE DESC",
            "SELECT order_lines.unit_price FROM order_lines ORDER BY unit_price DESC"},
           {"plain = 'UnitPrice' AND UnitPrice = :UnitPrice",
            "plain = 'UnitPrice' AND unit_price = :UnitPrice"},
           {"SELECT PLAIN, \"desc\" FROM Notes ORDER BY PLAIN DESC",
            "SELECT plain, description FROM notes ORDER BY plain DESC"},
           {"plain = 'it''s OrderLines'", "plain = 'it''s OrderLines'"},
           {"SELECT UnitPrice AS \"Order\", count(*) desc_ FROM OrderLines unitprice",
            "SELECT UnitPrice AS \"Order\", count(*) desc_ FROM order_lines unitprice"},
           {"SELECT \"order\".\"It's \"\"big\"\"\" FROM Notes",
            "SELECT \"order\".it_s_big FROM notes"},
           {"notes(1) > 'x", "notes(1) > 'x"}}) {
    EXPECT_EQ(spoken_text(written, catalog), said);
  }
}

// c_name is what the one table has in the database and what the other's column is called here.
TEST(Spoken, ANameThatCouldBeEitherStays) {
  const auto catalog = spoken({column("customers", "c_id"), column("customers", "c_name"),
                               column("customers", "c_phone"), column("staff", "CName"),
                               column("staff", "Name"), column("staff", "Phone")});
  EXPECT_EQ(spoken_text("SELECT c_id, c_name, CNAME FROM staff", catalog),
            "SELECT id, c_name, c_name FROM staff");
}

TEST(Spoken, APolicyFollows) {
  const auto catalog = spoken({column("OrderLines", "UnitPrice"), column("OrderLines", "LineNo")});
  Policy policy;
  policy.tables["OrderLines"].select = Columns{false, {"unitprice", "LineNo", "gone"}};
  policy.tables["OrderLines"].update = WriteRule{{false, {"UnitPrice"}}, {"LineNo"}, 1};
  const auto out = spoken(policy, catalog);
  const auto& rules = out.tables.at("order_lines");
  EXPECT_EQ(rules.select->names, (std::vector<std::string>{"unit_price", "line_no", "gone"}));
  EXPECT_EQ(rules.update->columns.names, std::vector<std::string>{"unit_price"});
  EXPECT_EQ(rules.update->where, std::vector<std::string>{"line_no"});
}

// --- the same statements on a database that calls everything otherwise ---

using Rename = std::function<std::string(const std::vector<Column>&, std::size_t)>;

// Names that nobody would say.
std::string strange(const std::vector<Column>& catalog, std::size_t at) {
  return "Strange " + catalog[at].name;
}

// Names of other tables' columns, so that a column that is written without its table is another's.
std::string borrowed(const std::vector<Column>& catalog, std::size_t at) {
  const auto& own = catalog[at];
  std::vector<std::string> free;
  std::size_t place = 0;
  for (std::size_t i = 0; i < catalog.size(); ++i) {
    if (catalog[i].table == own.table && i < at) ++place;
    const auto taken = [&](const Column& c) {
      return c.table == own.table && same_name(c.name, catalog[i].name);
    };
    const bool seen = std::any_of(free.begin(), free.end(), [&](const auto& name) {
      return same_name(name, catalog[i].name);
    });
    if (!seen && std::none_of(catalog.begin(), catalog.end(), taken))
      free.push_back(catalog[i].name);
  }
  return place < free.size() ? free[place] : "Strange " + own.name;
}

void run(sqlite3* db, const std::string& sql) {
  char* message = nullptr;
  sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &message);
  ASSERT_EQ(message, nullptr) << message << ": " << sql;
}

// The same database under other names, and the catalog that knows both.
std::vector<Column> renamed(sqlite3* db, const Rename& rename) {
  auto catalog = catalog_of(db);
  const auto before = catalog;
  for (std::size_t i = 0; i < catalog.size(); ++i) {
    auto& c = catalog[i];
    c.stored_table = "The " + c.table;
    c.stored_name = rename(before, i);
    run(db, "ALTER TABLE " + quote_name(c.table) + " RENAME COLUMN " + quote_name(c.name) +
                " TO \"~" + std::to_string(i) + "\"");
  }
  for (std::size_t i = 0; i < catalog.size(); ++i) {
    const auto& c = catalog[i];
    run(db, "ALTER TABLE " + quote_name(c.table) + " RENAME COLUMN \"~" + std::to_string(i) +
                "\" TO " + quote_name(c.stored_name));
  }
  for (std::size_t i = 0; i < catalog.size(); ++i) {
    const auto& c = catalog[i];
    if (i > 0 && catalog[i - 1].table == c.table) continue;
    run(db, "ALTER TABLE " + quote_name(c.table) + " RENAME TO " + quote_name(c.stored_table));
  }
  return catalog;
}

const auto kAppend = [](void* text, int count, char** values, char**) {
  for (int v = 0; v < count; ++v) {
    static_cast<std::string*>(text)->append(values[v] ? values[v] : "NULL").append("|");
  }
  static_cast<std::string*>(text)->append("\n");
  return 0;
};

// The rows of a query.
std::string answer(sqlite3* db, const Plan& plan) {
  std::string out;
  sqlite3_exec(db, sr::sqlite::order_as_arguments(plan.sql).c_str(), kAppend, &out, nullptr);
  return out;
}

// Everything that the tables hold, by their names here.
std::string facts(sqlite3* db, const std::vector<Column>& catalog) {
  std::string out;
  for (std::size_t i = 0; i < catalog.size(); ++i) {
    if (i > 0 && catalog[i - 1].table == catalog[i].table) continue;
    out += catalog[i].table + ":\n";
    sqlite3_exec(
        db, ("SELECT * FROM " + quote_name(catalog[i].table_in_store()) + " ORDER BY 1, 2").c_str(),
        kAppend, &out, nullptr);
  }
  return out;
}

Database copy_of(sqlite3* db) {
  auto out = open_world();  // with the functions that statements call
  auto* copying = sqlite3_backup_init(out.get(), "main", db, "main");
  EXPECT_EQ(sqlite3_backup_step(copying, -1), SQLITE_DONE);
  sqlite3_backup_finish(copying);
  return out;
}

// `joins_by_name`: statements of the file with USING or NATURAL, which the database must have names
// for.
void expect_the_same(const Rename& rename, int joins_by_name) {
  int refused = 0;
  const Database world = open_world(), world_there = open_world();
  const auto catalog = catalog_of(world.get()), catalog_there = renamed(world_there.get(), rename);
  const Guard here(world_policy(), catalog), there(world_policy(), catalog_there);
  for (const Case& c : read_cases(cases() / "allowed.sql")) {
    SCOPED_TRACE("allowed.sql:" + std::to_string(c.line) + ": " + c.statement);
    const Database plain = copy_of(world.get()), other = copy_of(world_there.get());
    const auto check = [&](const Guard& guard) {
      return c.action ? guard.action(c.statement) : guard.binding(c.statement);
    };
    const auto expected = check(here), checked = check(there);
    if (const auto* refusal = std::get_if<Refusal>(&checked)) {
      EXPECT_EQ(refusal->rule, "join") << refusal->why;  // USING: other names in the two tables
      ++refused;
      continue;
    }
    const auto& plan = std::get<Plan>(checked);
    std::vector<std::string> wanted, got;
    EXPECT_EQ(run_on_sqlite(plain.get(), std::get<Plan>(expected), nullptr, &wanted), "");
    EXPECT_EQ(run_on_sqlite(other.get(), plan, nullptr, &got), "") << plan.sql;
    EXPECT_EQ(got, wanted) << plan.sql;
    if (!c.action) {
      EXPECT_EQ(answer(other.get(), plan), answer(plain.get(), std::get<Plan>(expected)))
          << plan.sql;
    }
    EXPECT_EQ(facts(other.get(), catalog_there), facts(plain.get(), catalog)) << plan.sql;
    EXPECT_EQ(plan.key, std::get<Plan>(expected).key);
    EXPECT_EQ(plan.tables, std::get<Plan>(expected).tables);
  }
  EXPECT_LE(refused, joins_by_name);
}

TEST(SpokenStatements, MeanTheSameUnderStrangeNames) { expect_the_same(strange, 0); }

TEST(SpokenStatements, MeanTheSameUnderEachOthersNames) { expect_the_same(borrowed, 5); }

}  // namespace
}  // namespace sr::host::sql::testing
