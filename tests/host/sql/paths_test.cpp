// Foreign keys as names, and queries that follow them.
#include "host/sql/paths.h"

#include <gtest/gtest.h>

#include "host/sql/guard.h"
#include "host/sql/refuse.h"
#include "host/sql/sources.h"

namespace sr::host::sql {
namespace {

Column column(const char* table, const char* name, std::vector<Reference> references = {},
              bool key = false) {
  return {table,
          name,
          "TEXT",
          SR_TEXT,
          key ? std::uint32_t{SR_COLUMN_KEY} : 0,
          {},
          0,
          std::move(references)};
}

std::vector<Column> catalog() {
  return {column("members", "member_no", {}, true),
          column("members", "name"),
          column("members", "town"),
          column("members", "invitedBy", {{"members", "member_no", 0}}),
          column("loans", "loan_no", {}, true),
          column("loans", "member_no", {{"members", "member_no", 0}}),
          column("loans", "tool"),
          column("loans", "name"),
          column("loans", "fee"),
          column("loans", "house", {{"Rooms", "House", 1}}),
          column("loans", "room", {{"Rooms", "No", 1}}),
          column("Rooms", "House", {}, true),
          column("Rooms", "No", {}, true),
          column("Rooms", "Beds"),
          column("transfers", "id", {}, true),
          column("transfers", "from_account", {{"accounts", "id", 0}}),
          column("transfers", "to_account", {{"accounts", "id", 1}}),
          column("accounts", "id", {}, true)};
}

std::string names(const std::string& table) {
  std::string out;
  const auto links = links_of(catalog());
  for (const auto& link : links.at(table)) {
    out += (out.empty() ? "" : " ") + link.name + (link.many ? "*" : "") + ":" + link.table;
  }
  return out;
}

std::string expanded(const std::string& statement) {
  const auto all = catalog();
  return expand_paths(statement, links_of(all), all).text;
}

TEST(Links, AreNamedAsPeopleSay) {
  EXPECT_EQ(names("loans"), "member:members room:Rooms");
  EXPECT_EQ(names("members"), "invited_by:members members*:members loans*:loans");
  EXPECT_EQ(names("Rooms"), "loans*:loans");
  EXPECT_EQ(names("transfers"), "from_account:accounts to_account:accounts");
  EXPECT_EQ(names("accounts"), "transfers*:transfers transfers_to_account*:transfers");
}

TEST(Paths, LeadToOneRow) {
  EXPECT_EQ(
      expanded("SELECT tool, member.name FROM loans WHERE member.town = 'Leith' ORDER BY tool"),
      "SELECT loans.tool, member.name AS member FROM loans LEFT JOIN members AS member ON "
      "member.member_no = "
      "loans.member_no WHERE member.town = 'Leith' ORDER BY loans.tool");
  EXPECT_EQ(
      expanded(
          "SELECT loan_no, member.invited_by.town FROM loans l WHERE name = 'x' AND l.fee > 1"),
      "SELECT l.loan_no, member_invited_by.town AS member_invited_by_town FROM loans l LEFT JOIN "
      "members AS member "
      "ON member.member_no = l.member_no LEFT JOIN members AS member_invited_by ON "
      "member_invited_by.member_no = "
      "member.\"invitedBy\" WHERE l.name = 'x' AND l.fee > 1");
  EXPECT_EQ(expanded("SELECT room.\"Beds\" FROM loans"),
            "SELECT room.\"Beds\" AS room_beds FROM loans LEFT JOIN \"Rooms\" AS room ON "
            "room.\"House\" = loans.house AND "
            "room.\"No\" = loans.room");
  EXPECT_EQ(expanded("SELECT member.name AS who, count(*) AS n FROM loans GROUP BY member.name "
                     "ORDER BY n DESC"),
            "SELECT member.name AS who, count(*) AS n FROM loans LEFT JOIN members AS member ON "
            "member.member_no = "
            "loans.member_no GROUP BY member.name ORDER BY n DESC");
}

TEST(Paths, StandInChoicesBesideColumnsAndInHaving) {
  EXPECT_EQ(expanded("SELECT tool FROM loans WHERE (member.town = 'Leith' OR fee > room.\"Beds\")"),
            "SELECT loans.tool FROM loans LEFT JOIN members AS member ON member.member_no = "
            "loans.member_no LEFT JOIN "
            "\"Rooms\" AS room ON room.\"House\" = loans.house AND room.\"No\" = loans.room WHERE "
            "(member.town = 'Leith' OR "
            "loans.fee > room.\"Beds\")");
  EXPECT_EQ(
      expanded("SELECT member.name, count(*) FROM loans GROUP BY member.name HAVING sum(fee) > 3"),
      "SELECT member.name AS member, count(*) FROM loans LEFT JOIN members AS member ON "
      "member.member_no = "
      "loans.member_no GROUP BY member.name HAVING sum(loans.fee) > 3");
}

TEST(Paths, StandInsideOfCalls) {
  EXPECT_EQ(expanded("SELECT lower(member.name), max(room.\"Beds\") FROM loans ORDER BY "
                     "sum(room.\"Beds\") DESC"),
            "SELECT lower(member.name), max(room.\"Beds\") FROM loans LEFT JOIN members AS member "
            "ON member.member_no = "
            "loans.member_no LEFT JOIN \"Rooms\" AS room ON room.\"House\" = loans.house AND "
            "room.\"No\" = loans.room ORDER BY "
            "sum(room.\"Beds\") DESC");
}

TEST(Paths, StandBehindAnyText) {
  EXPECT_EQ(expanded("SELECT \"tool\" , member . name FROM loans AS l WHERE tool = 'größe '' "
                     "member.town 🔨' AND member.\"town\" = 'x'"),
            "SELECT l.\"tool\" , member.name AS member FROM loans AS l LEFT JOIN members AS member "
            "ON member.member_no = "
            "l.member_no WHERE l.tool = 'größe '' member.town 🔨' AND member.town = 'x'");
  EXPECT_EQ(expanded("SELECT count(*) FROM loans WHERE lower(member.name) LIKE '%ö%' AND NOT "
                     "(member.town IS NULL)"),
            "SELECT count(*) FROM loans LEFT JOIN members AS member ON member.member_no = "
            "loans.member_no WHERE "
            "lower(member.name) LIKE '%ö%' AND NOT (member.town IS NULL)");
}

TEST(Paths, LeadToManyRows) {
  EXPECT_EQ(expanded("SELECT name, count(loans) FROM members WHERE count(loans) = 0 ORDER BY "
                     "sum(loans.fee) DESC"),
            "SELECT members.name, (SELECT count(*) FROM loans AS loans WHERE loans.member_no = "
            "members.member_no) AS loans "
            "FROM members WHERE (SELECT count(*) FROM loans AS loans WHERE loans.member_no = "
            "members.member_no) = 0 ORDER "
            "BY (SELECT sum(loans.fee) FROM loans AS loans WHERE loans.member_no = "
            "members.member_no) DESC NULLS LAST");
  EXPECT_EQ(expanded("SELECT name, count(members) AS guests FROM members"),
            "SELECT members.name, (SELECT count(*) FROM members AS members_other WHERE "
            "members_other.\"invitedBy\" = "
            "members.member_no) AS guests FROM members");
}

TEST(Paths, WhatHoldsNoneStaysAsItIs) {
  for (const char* same :
       {"SELECT tool FROM loans", "SELECT loans.tool FROM loans", "SELECT count(*) FROM members",
        "SELECT * FROM loans", "SELECT tool, nobody.name FROM loans", "SELECT max(fee) FROM loans",
        "UPDATE loans SET fee = 1 WHERE loan_no = 1",
        "SELECT l.tool, m.name FROM loans l JOIN members m ON m.member_no = l.member_no",
        "SELECT name FROM members UNION SELECT tool FROM loans", "SELECT 'a.b' FROM loans"}) {
    EXPECT_EQ(expanded(same), same);
  }
}

TEST(Paths, ManyRowsAreNotOne) {
  try {
    expanded("SELECT loans.fee FROM members");
    FAIL();
  } catch (const Refused& refused) {
    EXPECT_EQ(refused.refusal.rule, "path");
    EXPECT_EQ(
        refused.refusal.why,
        "loans are many rows for each of members; ask for count(loans), or an aggregate such as "
        "max(loans.…)");
  }
}

TEST(Paths, AreGuardedAsWhatTheyBecome) {
  Policy policy;
  policy.tables["loans"].select = Columns{true, {}};
  policy.tables["members"].select = Columns{false, {"member_no", "name"}};
  const Guard guard(policy, catalog());
  const auto plan = guard.binding("SELECT loan_no, member.name FROM loans ORDER BY member.name");
  ASSERT_TRUE(std::holds_alternative<Plan>(plan)) << std::get<Refusal>(plan).why;
  EXPECT_EQ(std::get<Plan>(plan).tables, (std::vector<std::string>{"loans", "members"}));
  EXPECT_EQ(std::get<Plan>(plan).key, std::vector<std::string>{"loan_no"});
  const auto town = guard.binding("SELECT member.town FROM loans");
  ASSERT_TRUE(std::holds_alternative<Refusal>(town));
  EXPECT_EQ(std::get<Refusal>(town).why, "the column town of members may not be read");
}

TEST(Paths, TakeTheValuesOfTheColumnThatTheyLeadTo) {
  Policy policy;
  policy.tables["loans"].select = policy.tables["members"].select = Columns{true, {}};
  Sources sources(std::make_shared<const KnownValues>(std::vector<KnownColumn>{
      {"members", "name", 1, false, {"Ada"}}, {"loans", "name", 7, false, {"Saw"}}}));
  const auto guard = Guard(policy, catalog()).held_to(sources);
  const auto plan =
      guard.binding("SELECT loan_no FROM loans WHERE member.name = 'ADA' AND name = 'saw'");
  ASSERT_TRUE(std::holds_alternative<Plan>(plan)) << std::get<Refusal>(plan).why;
  EXPECT_TRUE(
      std::get<Plan>(plan).sql.ends_with("WHERE member.name = 'Ada' AND loans.name = 'Saw'"))
      << std::get<Plan>(plan).sql;
  const auto refused = guard.binding("SELECT loan_no FROM loans WHERE member.name = 'Saw'");
  ASSERT_TRUE(std::holds_alternative<Refusal>(refused));
  EXPECT_EQ(std::get<Refusal>(refused).why,
            "'Saw' for name of members was not said and does not stand on screen, nor is it a "
            "known value of that column; "
            "copy it from there");
}

}  // namespace
}  // namespace sr::host::sql
