// The model's edits of its manifest and the check of what they leave: tests/cases/manifest/.
#include <gtest/gtest.h>

#include "host/session/log_text.h"
#include "host/session/manifest.h"
#include "tests/host/turn/world.h"

namespace sr::host::testing {
namespace {

Json cases(const std::string& name) {
  return Json::parse(
      read_text(std::filesystem::path(SR_SOURCE_DIR) / "tests/cases/manifest" / name));
}

const Json kManifest = Json::parse(R"({"kind":"manifest","components":[
  {"type":"T","id":"a","title":"A"}, {"type":"T","id":"b","title":"B"}, {"type":"T","id":"x/y~z","title":"X"}]})");

TEST(Manifest, EditsByIdCases) {
  for (const auto& example : cases("edits.json")) {
    SCOPED_TRACE(example["name"].get<std::string>());
    const auto edited = edit_manifest(kManifest, example["ops"]);
    if (!example.contains("ids")) {
      ASSERT_FALSE(edited.ok());
      const auto whole = example.contains("error");
      const auto expected = example[whole ? "error" : "error_starts"].get<std::string>();
      const auto& what = edited.error().what;
      EXPECT_EQ(whole ? what : what.substr(0, expected.size()), expected);
      continue;
    }
    ASSERT_TRUE(edited.ok()) << edited.error().what;
    Json ids = Json::array();
    for (const auto& component : (*edited)["components"]) ids.push_back(component["id"]);
    EXPECT_EQ(ids, example["ids"]);
    for (const auto& [place, value] : example["at"].items()) {
      EXPECT_EQ(edited->at(Json::json_pointer(place)), value) << place;
    }
  }
}

TEST(Manifest, ComponentsByIndex) {
  EXPECT_EQ(component_index(kManifest, "b"), 1);
  EXPECT_EQ(component_index(kManifest, "c"), -1);
  EXPECT_EQ(component_index(Json(), "a"), -1);
  EXPECT_EQ(component_index(empty_view(), "a"), -1);
}

TEST(Manifest, CheckCases) {
  World w;
  for (const auto& example : cases("checks.json")) {
    SCOPED_TRACE(example["name"].get<std::string>());
    const auto checked = w.engine->manifest_check.check(example["manifest"]);
    if (example.contains("becomes")) {
      ASSERT_TRUE(checked.ok()) << checked.error().what;
      EXPECT_EQ(compact(*checked), example["becomes"]);
      continue;
    }
    ASSERT_FALSE(checked.ok());
    const auto& what = checked.error().what;
    EXPECT_TRUE(what.starts_with("the edited manifest does not fit its components' schemas after `"))
        << what;
    EXPECT_NE(what.find(example["refused_after"].get<std::string>() + "`: "), std::string::npos)
        << what;
  }
}

}  // namespace
}  // namespace sr::host::testing
