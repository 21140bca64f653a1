// The view as the fold of a log: tests/cases/event_log/fold.json.
#include <gtest/gtest.h>

#include "host/session/fold.h"
#include "host/session/log_text.h"
#include "tests/host/decode/linked_plugins.h"

namespace sr::host::testing {
namespace {

TEST(Fold, Cases) {
  const auto file = std::filesystem::path(SR_SOURCE_DIR) / "tests/cases/event_log/fold.json";
  for (const auto& example : Json::parse(read_text(file))) {
    SCOPED_TRACE(example["name"].get<std::string>());
    auto folded = empty_fold();
    Status status;
    for (const auto& given : example["entries"]) {
      LogEntry entry;
      entry.seq = folded.seq + 1;
      entry.kind = given["kind"].get<std::string>();
      entry.body = given.contains("text") ? given["text"].get<std::string>() : compact(given["body"]);
      status = fold(folded, entry);
      if (!status) break;
    }
    if (example.contains("error") || example.contains("error_starts")) {
      ASSERT_FALSE(status.ok());
      EXPECT_EQ(status.error().code, SR_CORRUPT);
      const auto whole = example.contains("error");
      const auto expected = example[whole ? "error" : "error_starts"].get<std::string>();
      EXPECT_EQ(whole ? status.error().text() : status.error().text().substr(0, expected.size()),
                expected);
      continue;
    }
    ASSERT_TRUE(status.ok()) << status.error().text();
    EXPECT_EQ(folded.seq, example["entries"].size());
    EXPECT_EQ(folded.view, example["view"]);
    EXPECT_EQ(folded.manifest, example["manifest"]);
    EXPECT_EQ(folded.painted, example["painted"]);
  }
}

}  // namespace
}  // namespace sr::host::testing
