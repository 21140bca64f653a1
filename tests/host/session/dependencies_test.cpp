// Which tables a change reaches: written first, then shown.
#include "host/session/dependencies.h"

#include <gtest/gtest.h>

namespace sr::host {
namespace {

Dependency writes(std::string from, std::string to) { return {false, std::move(from), std::move(to)}; }
Dependency shows(std::string from, std::string to) { return {true, std::move(from), std::move(to)}; }

TEST(DependenciesTest, ATableAlone) {
  const auto touched = Dependencies(std::vector<Dependency>{}).by("a");
  EXPECT_EQ(touched, (Touched{false, {"a"}}));
  EXPECT_TRUE(touched.one_of({"b", "a"}));
  EXPECT_FALSE(touched.one_of({"b"}));
  EXPECT_FALSE(touched.one_of({}));
  EXPECT_FALSE(touched.none());
  EXPECT_TRUE(Touched().none());
}

TEST(DependenciesTest, ViewsOfViewsAndWhatTriggersWrite) {
  const Dependencies d({shows("base", "v"), shows("v", "vv"), writes("base", "log"), writes("log", "count"),
                        shows("count", "counted")});
  EXPECT_EQ(d.by("base"), (Touched{false, {"base", "v", "vv", "log", "count", "counted"}}));
  EXPECT_EQ(d.by("log"), (Touched{false, {"log", "count", "counted"}}));
  EXPECT_EQ(d.by("vv"), (Touched{false, {"vv"}}));
}

TEST(DependenciesTest, WhatIsOnlyShownDifferentlyWritesNothing) {
  // A view that is written through reaches its base, but a change of one base not the other.
  const Dependencies d({shows("a", "both"), shows("b", "both"), writes("both", "a"), writes("both", "b")});
  EXPECT_EQ(d.by("a"), (Touched{false, {"a", "both"}}));
  EXPECT_EQ(d.by("both"), (Touched{false, {"a", "b", "both"}}));
}

TEST(DependenciesTest, CirclesEnd) {
  const Dependencies d({writes("a", "b"), writes("b", "a"), shows("a", "c"), shows("c", "a")});
  EXPECT_EQ(d.by("b"), (Touched{false, {"a", "b", "c"}}));
}

TEST(DependenciesTest, WhatCannotBeKnownIsEverything) {
  EXPECT_EQ(Dependencies().by("a"), Touched::everything());
  const Dependencies d({writes("a", "b"), writes("b", ""), shows("", "fickle"), shows("fickle", "more")});
  EXPECT_EQ(d.by(""), Touched::everything());
  EXPECT_EQ(d.by("a"), Touched::everything());
  EXPECT_TRUE(d.by("a").one_of({"whatever"}));
  EXPECT_EQ(d.by("c"), (Touched{false, {"c", "fickle", "more"}}));
}

}  // namespace
}  // namespace sr::host
