// What a command speaks of: tests/cases/event_log/mentions.json.
#include "host/session/mentions.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "host/session/log_text.h"
#include "tests/host/decode/linked_plugins.h"

namespace sr::host::testing {
namespace {

TEST(Mentions, OfTheCases) {
  const auto file = std::filesystem::path(SR_SOURCE_DIR) / "tests/cases/event_log/mentions.json";
  for (const auto& example : Json::parse(read_text(file))) {
    Mentions mentions;
    for (const auto& value : example.value("values", Json::array()))
      mentions.add_value(value[0], value[1], value[2]);
    for (const auto& key : example.value("keys", Json::array())) mentions.add_key(key[0], key[1]);
    for (const auto& table : example.value("tables", Json::array())) mentions.add_table(table);
    for (const auto& column : example.value("columns", Json::array()))
      mentions.add_column(column[0], column[1]);
    const auto says = example["says"].get<std::string>();
    auto found = Json::array();
    if (example.contains("today")) {
      const auto today = *words::day_at(example["today"].get<std::string>());
      found = mentioned_days(words::days_in(says, today, mentions.days()));
    }
    for (auto& one : mentioned_in(says, {&mentions})) found.push_back(std::move(one));
    EXPECT_EQ(compact(found), compact(example["mentions"])) << example["name"];
  }
}

TEST(Mentions, TheFirstThatHasAValueSaysInWhichRowItStands) {
  Mentions screen, known;
  screen.add_value("Ada", "members.name", 4);
  for (const auto* name : {"Ada", "Bo"}) known.add_value(name, "members.name");
  EXPECT_EQ(compact(mentioned_in("bo and ada", {&screen, &known})),
            R"([["Bo","members.name"],["Ada","members.name",4]])");
}

TEST(Mentions, OfWhatBeginsWithinAnother) {
  Mentions known;
  for (const auto* value : {"old town", "town hall", "hall"}) known.add_value(value, "t.x");
  EXPECT_EQ(compact(mentioned_in("old town hall", {&known})),
            R"([["old town","t.x"],["town hall","t.x"]])");
}

}  // namespace
}  // namespace sr::host::testing
