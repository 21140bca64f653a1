// Days that a text speaks of: tests/cases/words/days.txt.
#include "words/days.h"

#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <string>

namespace sr::words {
namespace {

const Day kToday = *day_at("2026-07-22");  // a Wednesday

std::string told(const SpokenDays& spoken) {
  std::string out;
  for (const auto& days : spoken.days) {
    out += (out.empty() ? "" : " ") + written(days.first);
    if (!days.is_day()) out += ".." + written(days.after);
  }
  return out;
}

TEST(Days, OfTheCases) {
  std::ifstream file(SR_SOURCE_DIR "/tests/cases/words/days.txt");
  int cases = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    ++cases;
    const auto arrow = line.rfind(" =>");
    auto text = line.substr(0, arrow);
    const auto wanted = line.substr(std::min(line.size(), arrow + 4));
    std::vector<Day> near;
    if (const auto bar = text.find(" | "); bar != std::string::npos) {
      near.push_back(*day_at(text));
      text = text.substr(bar + 3);
    }
    EXPECT_EQ(told(days_in(text, kToday, near)), wanted) << text;
  }
  EXPECT_GT(cases, 100);
}

TEST(Days, AsDatabasesWriteThem) {
  EXPECT_EQ(written(*day_at("2024-02-29 09:30:00")), "2024-02-29");
  EXPECT_EQ(written(*day_at("0001-01-01")), "0001-01-01");
  for (const auto* text :
       {"", "2026-06-3", "2023-02-29", "2026-06-031", "0000-01-01", "9999-12-31", "x2026-06-03"}) {
    EXPECT_FALSE(day_at(text)) << text;
  }
}

TEST(Days, ThatThereAreNot) {
  for (const auto* text :
       {"31 september", "by the 30th of february", "2026-02-30", "13/13/2026", "june 31 2026"}) {
    EXPECT_TRUE(days_in(text, kToday).no_such_day) << text;
  }
  for (const auto* text :
       {"30 september", "booking 31", "29 february", "tomorrow", "", "3 of 31", "24/7"}) {
    EXPECT_FALSE(days_in(text, kToday).no_such_day) << text;
  }
}

// Whatever is said, and whenever: days that a database can hold.
TEST(Days, OfAnyWords) {
  constexpr const char* kWords[] = {
      "3",      "31",   "2026", "9998", "0000", "june",     "feb",    "may",     "the",  "of",
      "-",      "/",    ".",    "'",    ",",    "next",     "last",   "week",    "year", "999",
      "years",  "ago",  "in",   "q4",   "st",   "rd",       "monday", "third",   "and",  "to",
      "\u2013", "\xff", "é",    "#",    "day",  "tomorrow", "after",  "quarter", "1",    "than"};
  std::mt19937 random(7);
  for (const auto* today : {"0001-01-01", "2026-07-22", "2024-02-29", "9998-12-31"}) {
    for (int i = 0; i < 4000; ++i) {
      std::string text;
      for (auto words = random() % 8; words-- > 0;) {
        text += kWords[random() % std::size(kWords)];
        if (random() % 3 != 0) text += ' ';
      }
      for (const auto& days : days_in(text, *day_at(today), {kToday}).days) {
        EXPECT_LT(days.first, days.after) << text;
        EXPECT_EQ(written(days.first).size(), 10U) << text;
        EXPECT_EQ(written(days.after).size(), 10U) << text;
      }
    }
  }
}

}  // namespace
}  // namespace sr::words
