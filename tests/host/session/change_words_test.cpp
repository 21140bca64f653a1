#include "host/session/change_words.h"

#include <gtest/gtest.h>

namespace sr::host {
namespace {

sql::Policy policy() {
  sql::Policy out;
  auto& entries = out.tables["order_entries"];
  entries.select.emplace();
  entries.select->names = {"id", "openedAt", "status"};
  return out;
}

KeptRow updated(int id, Json before, Json after) {
  return {"order_entries", Json{{"id", id}}, std::move(before), std::move(after)};
}

TEST(ChangeWords, AreNamesInWords) {
  KeptChange change;
  change.rows = {
      updated(2, {{"openedAt", "May"}, {"secret", 1}}, {{"openedAt", nullptr}, {"secret", 2}})};
  EXPECT_EQ(change_words(change, policy(), {}),
            "Order entry 2: opened at May → nothing, secret changed");
}

TEST(ChangeWords, AreTheLabelsOfTheApp) {
  const sql::Labels labels = {{"order_entries", "lines"}, {"order_entries.status", "Zustand"}};
  KeptChange change;
  change.rows = {updated(2, {{"status", "open"}}, {{"status", "done"}})};
  EXPECT_EQ(change_words(change, policy(), labels), "Line 2: Zustand open → done");
  const auto lines = change_lines(change, policy(), labels);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].row, "Line 2");
  EXPECT_EQ(lines[0].what, "Zustand open → done");
  change.rows.push_back(updated(3, {{"status", "open"}}, {{"status", "late"}}));
  EXPECT_EQ(change_words(change, policy(), labels), "2 lines changed");
  EXPECT_EQ(counted("order_entries", 1, labels), "1 line");
  EXPECT_EQ(counted("order_entries", 3, {}), "3 order entries");
}

TEST(ChangeWords, AreShort) {
  KeptChange change;
  change.rows = {updated(2, {{"status", std::string(200, 'x')}}, {{"status", ""}})};
  EXPECT_EQ(change_words(change, policy(), {}),
            "Order entry 2: status " + std::string(60, 'x') + "… → empty");
}

}  // namespace
}  // namespace sr::host
