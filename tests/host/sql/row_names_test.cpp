// What rows that others point at are called, beside their keys.
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
    number("notes", "no", SR_COLUMN_KEY | SR_COLUMN_NOT_NULL);
    number("notes", "loan", SR_COLUMN_NOT_NULL);
    catalog.back().references.push_back({"loans", "id"});
    for (const char* table : {"members", "loans", "notes"})
      policy.tables[table].select = Columns{true, {}};
  }
  std::vector<Column> catalog;
  Policy policy;
};

using Names = std::vector<std::string>;

// What a table of this query shows; its rows stay known by their key.
Names shown(const Library& library, const std::string& query) {
  const auto checked = Guard(library.policy, library.catalog).table(query);
  if (const auto* refusal = std::get_if<Refusal>(&checked)) return {refusal->why};
  const auto& plan = std::get<Plan>(checked);
  const auto plain = Guard(library.policy, library.catalog).binding(query);
  EXPECT_EQ(plan.key, std::get<Plan>(plain).key) << query;
  Names out;
  for (const auto& column : plan.columns) out.push_back(column.name);
  return out;
}

Column& of(Library& library, const std::string& name) {
  return *std::ranges::find(library.catalog, name, &Column::name);
}

TEST(RowNames, StandBehindTheColumnsThatAreListed) {
  const Library library;
  const Names loan{"id", "member_no", "member_full_name"};
  EXPECT_EQ(shown(library, "SELECT id, member_no FROM loans"), loan);
  EXPECT_EQ(shown(library,
                  "SELECT id, \"member_no\"\n FROM \n loans WHERE tool = ' from é' "
                  "ORDER BY id LIMIT 3"),
            loan);
  EXPECT_EQ(shown(library, "SELECT member_no, member.nick, id FROM loans"),
            (Names{"member_no", "member_nick", "id", "member_full_name"}));
}

TEST(RowNames, AreNotAddedWhereTheyAreAlreadyOrNobodyAsks) {
  Library library;
  library.policy.functions = {"count"};
  const std::pair<std::string, Names> cases[] = {
      {"SELECT id, tool FROM loans", {"id", "tool"}},
      {"SELECT id, member_no, member.full_name FROM loans",
       {"id", "member_no", "member_full_name"}},
      {"SELECT id, member_no AS who FROM loans", {"id", "who"}},
      {"SELECT l.id, l.member_no FROM loans AS l", {"id", "member_no"}},
      {"SELECT member_no, count(*) FROM loans GROUP BY member_no", {"member_no", "count"}},
      {"SELECT DISTINCT member_no FROM loans", {"member_no"}},
      {"SELECT member_no FROM loans UNION SELECT no FROM members", {"member_no"}},
      {"SELECT no, full_name FROM members", {"no", "full_name"}}};
  for (const auto& [query, names] : cases) EXPECT_EQ(shown(library, query), names) << query;
}

TEST(RowNames, AreWhatPeopleKnowARowBy) {
  Library library;
  of(library, "nick").name = "Title";  // before the first text that is never missing
  EXPECT_EQ(shown(library, "SELECT id, member_no FROM loans"),
            (Names{"id", "member_no", "member"}));
}

TEST(RowNames, AreOnlyWhatThePolicyLetsBeRead) {
  Library library;
  const Names plain{"id", "member_no"};
  library.policy.tables["members"].select = Columns{false, {"no", "nick"}};
  EXPECT_EQ(shown(library, "SELECT id, member_no FROM loans"), plain);
  library.policy.tables["members"].select.reset();
  EXPECT_EQ(shown(library, "SELECT id, member_no FROM loans"), plain);
}

// A path to a `name` is called like its link, and here the column is, too.
TEST(RowNames, AreNotCalledLikeAColumn) {
  Library library;
  of(library, "tool").name = "name";
  EXPECT_EQ(shown(library, "SELECT no, loan FROM notes"), (Names{"no", "loan", "loan_name"}));
}

TEST(RowNames, NeverCostATableItsKeyNorThatItIsShown) {
  const std::string query = "SELECT id, member_no FROM loans";
  const Names plain{"id", "member_no"};
  Library library;
  of(library, "member_no").references = {{"members", "nick"}};  // unique, perhaps, but no key
  EXPECT_EQ(shown(library, query), plain);
  of(library, "member_no").references = {{"members", "no"}};
  of(library, "member_no").type = SR_TEXT;  // which SQLite lets point at a number
  of(library, "member_no").declared_type = "TEXT";
  EXPECT_EQ(shown(library, query), plain);
  // A name that both tables have, in a query inside.
  Library both;
  of(both, "nick").name = "tool";
  EXPECT_EQ(
      shown(both, query + " WHERE EXISTS (SELECT 1 FROM notes WHERE loan = id AND tool = 'saw')"),
      plain);
}

}  // namespace
}  // namespace sr::host::sql
