// Finding the components that are complete in the beginning of a manifest.
#include "host/turn/preview.h"

#include <gtest/gtest.h>

namespace sr::host {
namespace {

const std::string kManifest =
    R"({"kind":"manifest","components":[{"type":"A","id":"a \"}]{","actions":[{"x":{"y":1}}]},)"
    R"({"type":"B","id":"b\\"}]})";

TEST(ManifestStream, FindsEachComponentOnceHoweverTheTextArrives) {
  for (std::size_t step = 1; step <= kManifest.size(); ++step) {
    ManifestStream stream;
    std::vector<std::string> ids;
    for (std::size_t end = step;; end += step) {
      for (const auto& component : stream.take(std::string_view(kManifest).substr(0, end))) {
        ids.push_back(component["id"].get<std::string>());
      }
      if (end >= kManifest.size()) break;
    }
    EXPECT_EQ(ids, (std::vector<std::string>{R"(a "}]{)", R"(b\)"})) << "in steps of " << step;
  }
}

TEST(ManifestStream, OtherTargetsHaveNoComponents) {
  ManifestStream stream;
  EXPECT_TRUE(stream.take(R"({"kind":"patch","ops":[{"op":"remove","path":"/x"}]})").empty());
}

}  // namespace
}  // namespace sr::host
