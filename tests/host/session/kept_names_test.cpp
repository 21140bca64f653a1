// Changes in the log, and what their tables and columns are called by the time they are undone.
#include "host/session/kept_names.h"

#include <gtest/gtest.h>

#include "host/sql/spoken/names.h"

namespace sr::host {
namespace {

std::vector<Column> table(std::vector<std::string> columns, const sql::GivenNames& speak = {}) {
  std::vector<Column> out;
  for (auto& name : columns) out.push_back({"tblThings", std::move(name), "INTEGER", SR_INTEGER});
  return sql::spoken(std::move(out), speak);
}

// x of row 1 was 3 and is 4.
KeptChange change(const std::string& table, const std::string& column) {
  KeptChange out;
  out.rows.push_back({table, {{"id", 1}}, {{column, 3}}, {{column, 4}}});
  return out;
}

void expect_rows(const KeptChange& got, const KeptChange& wanted) {
  EXPECT_EQ(body_of(got), body_of(wanted));
}

TEST(KeptNames, AreThoseOfTheDatabaseInTheLog) {
  const auto catalog = table({"id", "ColA"});
  const auto kept = with_names_of_store(change("things", "col_a"), catalog);
  expect_rows(kept, change("tblThings", "ColA"));
  expect_rows(*with_spoken_names(kept, catalog), change("things", "col_a"));
}

TEST(KeptNames, FollowWhatThingsAreCalledNow) {
  const auto kept = with_names_of_store(
      change("things", "x"),
      table({"id", "ColA", "ColB"}, {{"tblThings.ColA", "x"}, {"tblThings.ColB", "y"}}));
  const auto swapped =
      table({"id", "ColA", "ColB"}, {{"tblThings.ColA", "y"}, {"tblThings.ColB", "x"}});
  expect_rows(*with_spoken_names(kept, swapped), change("things", "y"));
}

TEST(KeptNames, AColumnThatCameLaterIsAnother) {
  const auto kept = with_names_of_store(change("things", "quantity"), table({"id", "qty"}));
  expect_rows(*with_spoken_names(kept, table({"id", "qty", "quantity"})), change("things", "qty"));
}

TEST(KeptNames, WhatIsGoneIsSaid) {
  const auto kept = change("tblThings", "ColA");
  const auto other = with_spoken_names(kept, table({"id", "ColB"}));
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().what, "things is not what it was: it has no column ColA any more");
  const auto gone = with_spoken_names(change("Gone", "x"), table({"id"}));
  ASSERT_FALSE(gone.ok());
  EXPECT_EQ(gone.error().what, "there is no table Gone any more");
}

TEST(KeptNames, LogsOfBeforeHaveTheNamesThatWereSpoken) {
  expect_rows(*with_spoken_names(change("things", "col_a"), table({"id", "ColA"})),
              change("things", "col_a"));
}

}  // namespace
}  // namespace sr::host
