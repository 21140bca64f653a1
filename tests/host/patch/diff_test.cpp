#include <gtest/gtest.h>

#include "host/patch/patch.h"
#include "tests/host/patch/cases.h"

namespace sr::host::patch {
namespace {

TEST(Diff, EveryCase) {
  for (const auto& c : read_cases("diff.json")) {
    SCOPED_TRACE(c["comment"].get<std::string>());
    const Json ops = diff_views(c["before"], c["after"]);
    EXPECT_EQ(ops.dump(), c["ops"].dump());
    const auto applied = patch::apply(c["before"], ops);
    ASSERT_TRUE(applied.ok()) << applied.error().text();
    EXPECT_TRUE(equal(*applied, c["after"])) << *applied;
  }
}

Json table(const std::vector<int>& keys) {
  Json rows = Json::array();
  for (const int key : keys) {
    rows.push_back({{"id", key},
                    {"title", "A title that is long enough to be worth keeping"},
                    {"host", "db-" + std::to_string(key % 7) + ".example.org"},
                    {"status", "open"}});
  }
  const Json component = {{"type", "AlertTable"}, {"id", "t"}, {"key", "id"}, {"rows", rows}};
  return {{"components", Json::array({component})}};
}

TEST(Diff, ThousandsOfRowsCostWhatChanged) {
  std::vector<int> keys(5000);
  for (int i = 0; i < 5000; ++i) keys[i] = i;
  const Json before = table(keys);
  std::swap(keys[10], keys[4000]);
  keys.erase(keys.begin() + 2500);
  keys.insert(keys.begin() + 77, 9999);
  Json after = table(keys);
  after["components"][0]["rows"][123]["status"] = "resolved";
  const Json ops = diff_views(before, after);
  EXPECT_EQ(ops.size(), 5u) << ops;  // remove, two moves, add, one cell
  const auto applied = patch::apply(before, ops);
  ASSERT_TRUE(applied.ok());
  EXPECT_EQ(view_hash(*applied), view_hash(after));
}

TEST(Diff, RowsInReverseAreMovedOnceEach) {
  const Json before = table({1, 2, 3, 4, 5, 6}), after = table({6, 5, 4, 3, 2, 1});
  const Json ops = diff_views(before, after);
  EXPECT_EQ(ops.size(), 5u);
  for (const auto& op : ops) EXPECT_EQ(op["op"], "move");
}

}  // namespace
}  // namespace sr::host::patch
