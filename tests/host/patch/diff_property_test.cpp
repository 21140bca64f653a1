// Random views: applying what diff_views says always gives the view that was wanted.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "host/patch/keyed.h"
#include "host/patch/patch.h"

namespace sr::host::patch {
namespace {

class Maker {
 public:
  explicit Maker(unsigned seed) : random_(seed) {}
  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }

  Json scalar() {
    switch (below(6)) {
      case 0:
        return nullptr;
      case 1:
        return below(2) == 0;
      case 2:
        return below(4);
      case 3:
        return below(4) / 2.0;
      case 4:
        return std::string("~/é\"").substr(0, static_cast<std::size_t>(below(3)));
      default:
        return "text" + std::to_string(below(3));
    }
  }
  Json tree(int depth) {
    const int kind = depth == 0 ? 0 : below(4);
    if (kind == 1) {
      Json list = Json::array();
      for (int n = below(5); n > 0; --n) list.push_back(tree(depth - 1));
      return list;
    }
    if (kind == 2) {
      Json object = Json::object();
      for (int n = below(5); n > 0; --n) object[name()] = tree(depth - 1);
      return object;
    }
    return scalar();
  }
  Json rows() {
    std::vector<int> keys(12);
    for (int i = 0; i < 12; ++i) keys[i] = i;
    std::shuffle(keys.begin(), keys.end(), random_);
    keys.resize(static_cast<std::size_t>(below(12)));
    if (below(20) == 0 && !keys.empty()) keys.push_back(keys[0]);  // not unique
    Json rows = Json::array();
    for (const int key : keys) {
      Json row = {{"k", below(2) == 0 ? Json(key) : Json(static_cast<double>(key))}};
      for (int n = below(4); n > 0; --n) row[name()] = scalar();
      rows.push_back(row);
    }
    return rows;
  }
  Json component(int id) {
    Json c = {{"type", below(5) == 0 ? "Chart" : "Table"}, {"id", "c" + std::to_string(id)}};
    if (below(6) != 0) c["key"] = "k";
    if (below(4) != 0) c["rows"] = rows();
    c[name()] = tree(2);
    return c;
  }
  Json view() {
    if (below(50) == 0) return tree(3);
    Json components = Json::array();
    std::vector<int> ids = {0, 1, 2, 3, 4};
    std::shuffle(ids.begin(), ids.end(), random_);
    ids.resize(static_cast<std::size_t>(below(6)));
    for (const int id : ids) components.push_back(component(id));
    Json v = {{"title", scalar()}, {"components", components}};
    if (below(3) == 0) v[name()] = tree(2);
    return v;
  }

 private:
  std::string name() {
    static const char* const names[] = {"a", "b/c", "~", "", "é", "rows", "0"};
    return names[below(7)];
  }
  std::mt19937 random_;
};

TEST(DiffProperty, ApplyUndoesDiff) {
  for (unsigned seed = 0; seed < 4000; ++seed) {
    Maker make(seed);
    const Json before = make.view(), after = make.view();
    const Json ops = diff_views(before, after);
    const auto applied = patch::apply(before, ops);
    ASSERT_TRUE(applied.ok()) << "seed " << seed << ": " << applied.error().text();
    ASSERT_EQ(canonical(*applied), canonical(after)) << "seed " << seed << "\n"
                                                     << before << "\n"
                                                     << ops;
    ASSERT_TRUE(equal(*applied, after));
    ASSERT_TRUE(diff_views(after, after).empty());
  }
}

TEST(DiffProperty, KeyedStepsAreExactAndFewest) {
  for (unsigned seed = 0; seed < 4000; ++seed) {
    Maker make(seed);
    const auto keys = [&] {
      std::vector<std::string> all;
      for (int i = 0; i < 9; ++i) {
        if (make.below(3) != 0) all.push_back(std::to_string(i));
      }
      for (auto i = all.size(); i > 1; --i) {
        std::swap(all[i - 1], all[static_cast<std::size_t>(make.below(static_cast<int>(i)))]);
      }
      return all;
    };
    const auto before = keys(), after = keys();
    const auto change = change_keys(before, after);
    auto list = before;
    std::size_t moves = 0;
    for (const auto& step : change.steps) {
      const auto at = static_cast<std::ptrdiff_t>(step.at);
      const auto to = static_cast<std::ptrdiff_t>(step.to);
      if (step.kind == KeyedStep::kInsert) {
        list.insert(list.begin() + to, after[step.after]);
        continue;
      }
      const auto taken = list.at(step.at);
      list.erase(list.begin() + at);
      if (step.kind == KeyedStep::kMove) {
        ++moves;
        list.insert(list.begin() + to, taken);
      }
    }
    ASSERT_EQ(list, after) << "seed " << seed;

    // The fewest moves are the kept elements that are not on a longest increasing subsequence.
    std::vector<std::size_t> longest;
    std::size_t best = 0;
    for (const auto& key : before) {
      const auto target = std::find(after.begin(), after.end(), key);
      if (target == after.end()) continue;
      std::size_t length = 1;
      std::size_t i = 0;
      for (const auto& earlier : before) {
        if (earlier == key) break;
        const auto other = std::find(after.begin(), after.end(), earlier);
        if (other == after.end()) continue;
        if (other < target) length = std::max(length, longest[i] + 1);
        ++i;
      }
      longest.push_back(length);
      best = std::max(best, length);
    }
    ASSERT_EQ(moves, change.kept - best) << "seed " << seed;
  }
}

}  // namespace
}  // namespace sr::host::patch
