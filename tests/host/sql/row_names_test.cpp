// What rows that others point at are called, beside their keys.
#include "host/sql/row_names.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "host/sql/guard.h"

namespace sr::host::sql {
namespace {

Column column(const std::string& table, const std::string& name, sr_value_type type,
              const std::string& declared, std::uint32_t flags = 0) {
  Column out;
  out.table = table;
  out.name = name;
  out.type = type;
  out.declared_type = declared;
  out.flags = flags;
  return out;
}

struct Library {
  Library() {
    const auto text = [&](const char* table, const char* name, std::uint32_t flags) {
      catalog.push_back(column(table, name, SR_TEXT, "TEXT", flags));
    };
    const auto number = [&](const char* table, const char* name, std::uint32_t flags) {
      catalog.push_back(column(table, name, SR_INTEGER, "INTEGER", flags));
    };
    number("members", "no", SR_COLUMN_KEY | SR_COLUMN_NOT_NULL);
    text("members", "nick", 0);
    text("members", "state", SR_COLUMN_NOT_NULL);
    catalog.back().choices = {"in", "out"};
    text("members", "full_name", SR_COLUMN_NOT_NULL);
    number("loans", "id", SR_COLUMN_KEY | SR_COLUMN_NOT_NULL);
    number("loans", "member_no", 0);
    catalog.back().references.push_back({"members", "no"});
    text("loans", "tool", SR_COLUMN_NOT_NULL);
    number("notes", "loan", SR_COLUMN_NOT_NULL);
    catalog.back().references.push_back({"loans", "id"});
    for (const char* table : {"members", "loans", "notes"})
      policy.tables[table].select = Columns{true, {}};
  }
  std::string with(const std::string& statement) const {
    return with_row_names(statement, links_of(catalog), catalog, policy);
  }
  std::vector<Column> catalog;
  Policy policy;
};

TEST(RowNames, StandBehindTheColumnsThatAreListed) {
  const Library library;
  EXPECT_EQ(
      library.with("SELECT id, member_no FROM loans WHERE tool = ' from ' ORDER BY id LIMIT 3"),
      "SELECT id, member_no, member.full_name FROM loans WHERE tool = ' from ' ORDER BY id "
      "LIMIT 3");
  EXPECT_EQ(library.with("SELECT member_no\n FROM \n loans"),
            "SELECT member_no, member.full_name\n FROM \n loans");
  EXPECT_EQ(library.with("SELECT loan FROM notes"), "SELECT loan, loan.tool FROM notes");
}

TEST(RowNames, AreNotAddedWhereTheyAreAlreadyOrNobodyAsks) {
  const Library library;
  for (const std::string same :
       {"SELECT id, tool FROM loans", "SELECT member_no, member.full_name FROM loans",
        "SELECT member_no, count(*) FROM loans GROUP BY member_no",
        "SELECT count(member_no) FROM loans", "SELECT DISTINCT member_no FROM loans",
        "SELECT member_no AS who FROM loans", "SELECT l.member_no FROM loans AS l",
        "SELECT member_no FROM loans JOIN members ON no = member_no", "SELECT * FROM loans",
        "SELECT no, full_name FROM members",
        "SELECT member_no FROM loans UNION SELECT no FROM members"}) {
    EXPECT_EQ(library.with(same), same);
  }
}

// A path to a `name` is called like its link.
TEST(RowNames, AreNotCalledLikeAColumn) {
  Library library;
  for (auto& column : library.catalog) {
    if (column.name == "tool") column.name = "name";
  }
  EXPECT_EQ(library.with("SELECT loan FROM notes"),
            "SELECT loan, loan.name AS loan_name FROM notes");
}

TEST(RowNames, AreOnlyWhatThePolicyLetsBeRead) {
  Library library;
  library.policy.tables["members"].select = Columns{false, {"no", "nick"}};
  EXPECT_EQ(library.with("SELECT member_no FROM loans"), "SELECT member_no FROM loans");
  library.policy.tables["members"].select.reset();
  EXPECT_EQ(library.with("SELECT member_no FROM loans"), "SELECT member_no FROM loans");
}

std::vector<std::string> columns_shown(const Library& library, const std::string& statement) {
  const auto checked = Guard(library.policy, library.catalog).table(statement);
  std::vector<std::string> out;
  if (const auto* refusal = std::get_if<Refusal>(&checked)) return {refusal->why};
  const auto& plan = std::get<Plan>(checked);
  EXPECT_EQ(plan.key, std::vector<std::string>{"id"});
  for (const auto& column : plan.columns) out.push_back(column.name);
  return out;
}

TEST(RowNames, NeverCostATableItsKeyNorThatItIsShown) {
  using Names = std::vector<std::string>;
  const std::string query = "SELECT id, member_no FROM loans";
  Library library;
  EXPECT_EQ(columns_shown(library, query), (Names{"id", "member_no", "member_full_name"}));
  const auto pointing = [&]() -> Column& {
    return *std::ranges::find(library.catalog, "member_no", &Column::name);
  };
  pointing().references = {{"members", "nick"}};  // unique, perhaps, but no key
  EXPECT_EQ(columns_shown(library, query), (Names{"id", "member_no"}));
  pointing().references = {{"members", "no"}};
  pointing().type = SR_TEXT;  // which SQLite lets point at a number
  pointing().declared_type = "TEXT";
  EXPECT_EQ(columns_shown(library, query), (Names{"id", "member_no"}));
}

}  // namespace
}  // namespace sr::host::sql
