#include <gtest/gtest.h>

#include <limits>

#include "host/patch/patch.h"
#include "tests/host/patch/cases.h"

namespace sr::host::patch {
namespace {

TEST(Canonical, EveryCase) {
  for (const auto& c : read_cases("hash.json")) {
    SCOPED_TRACE(c["comment"].get<std::string>());
    EXPECT_EQ(canonical(c["view"]), c["canonical"].get<std::string>());
    EXPECT_EQ(view_hash(c["view"]), c["hash"].get<std::string>());
  }
}

TEST(Canonical, ReadsBackTheSame) {
  for (const auto& c : read_cases("hash.json")) {
    if (c.value("lossy", false)) continue;  // integers that JavaScript cannot hold
    EXPECT_TRUE(equal(Json::parse(canonical(c["view"])), c["view"])) << c["comment"];
  }
}

TEST(Canonical, WhatIsNotFiniteIsNull) {
  EXPECT_EQ(canonical(Json(std::numeric_limits<double>::infinity())), "null");
  EXPECT_EQ(canonical(Json(std::numeric_limits<double>::quiet_NaN())), "null");
}

TEST(Canonical, TheHashOfFnv) {
  EXPECT_EQ(view_hash(Json::array()), "09612b07b5ecb5a5");  // FNV-1a 64 of "[]"
}

}  // namespace
}  // namespace sr::host::patch
