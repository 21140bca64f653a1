#include <gtest/gtest.h>

#include "host/patch/patch.h"
#include "tests/host/patch/cases.h"

namespace sr::host::patch {
namespace {

TEST(Apply, EveryCase) {
  for (const auto& c : read_cases("rfc6902.json")) {
    SCOPED_TRACE(c["comment"].get<std::string>());
    const Json before = c["doc"];
    const auto result = patch::apply(before, c["patch"]);
    if (c.contains("expected")) {
      ASSERT_TRUE(result.ok()) << result.error().text();
      EXPECT_TRUE(equal(*result, c["expected"])) << *result;
    } else {
      ASSERT_FALSE(result.ok()) << *result;
      EXPECT_NE(result.error().what.find(c["error"].get<std::string>()), std::string::npos)
          << result.error().what;
    }
    EXPECT_EQ(before, c["doc"]) << "the caller's document must stay as it was";
  }
}

TEST(Apply, ErrorsNameTheOperationAndItsPath) {
  const Json ops = Json::parse(R"([{"op":"test","path":"/a","value":1},
                                   {"op":"remove","path":"/b"}])");
  const auto result = patch::apply(Json{{"a", 1}}, ops);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().text(),
            "[patch] operation 1 (remove) at \"/b\": there is no member \"b\"");
}

TEST(Apply, ErrorsTellTheirKind) {
  const auto code = [](const char* operation) {
    return patch::apply(Json{{"a", 1}}, Json::array({Json::parse(operation)})).error().code;
  };
  EXPECT_EQ(code(R"({"op":"remove","path":"/b"})"), SR_NOT_FOUND);
  EXPECT_EQ(code(R"({"op":"test","path":"/a","value":2})"), SR_CONFLICT);
  EXPECT_EQ(code(R"({"op":"remove"})"), SR_INVALID_ARGUMENT);
}

TEST(Apply, NewMembersComeLast) {
  const auto result = patch::apply(Json::parse(R"({"z":1,"a":2})"),
                                   Json::parse(R"([{"op":"add","path":"/m","value":3},
                                            {"op":"replace","path":"/z","value":4}])"));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->dump(), R"({"z":4,"a":2,"m":3})");
}

TEST(Equal, IntegersBeyondDoublesAreComparedExactly) {
  EXPECT_FALSE(equal(Json(9007199254740993), Json(9007199254740992.0)));
  EXPECT_TRUE(equal(Json(9007199254740992), Json(9007199254740992.0)));
  EXPECT_FALSE(equal(Json(UINT64_MAX), Json(-1)));
  EXPECT_FALSE(equal(Json(UINT64_MAX), Json(18446744073709551616.0)));
  EXPECT_TRUE(equal(Json(INT64_MIN), Json(-9223372036854775808.0)));
  EXPECT_TRUE(equal(Json(std::uint64_t{7}), Json(std::int64_t{7})));
}

TEST(Equal, ObjectsOfManyMembers) {
  Json a = Json::object(), b = Json::object();
  for (int i = 0; i < 200; ++i) {
    a["m" + std::to_string(i)] = i;
    b["m" + std::to_string(199 - i)] = 199 - i;
  }
  EXPECT_TRUE(equal(a, b));
  b["m7"] = "seven";
  EXPECT_FALSE(equal(a, b));
}

}  // namespace
}  // namespace sr::host::patch
