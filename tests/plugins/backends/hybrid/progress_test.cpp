// Progress: silent for what is quick, a line a second for what is not.
#include "progress.h"

#include <gtest/gtest.h>

#include <thread>

namespace sr::hybrid {
namespace {

TEST(Progress, says_nothing_of_what_takes_less_than_a_second) {
  std::vector<std::string> lines;
  Progress progress("reading", 100, [&](const std::string& line) { lines.push_back(line); });
  for (int i = 0; i < 100; ++i) progress.add(1);
  EXPECT_TRUE(lines.empty());
  Progress("reading", 100, {}).add(50);
}

TEST(Progress, says_how_far_it_is_when_a_second_has_passed) {
  std::vector<std::string> lines;
  Progress progress("reading", 4'000'000'000, [&](const std::string& line) {
    lines.push_back(line);
  });
  progress.add(1'000'000'000);
  const auto start = std::chrono::steady_clock::now();
  while (lines.empty() && std::chrono::steady_clock::now() - start < std::chrono::seconds(30)) {
    std::this_thread::yield();
    progress.add(1);
  }
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].substr(0, 10), "reading: 1");
  EXPECT_EQ(lines[0].substr(lines[0].size() - 11), " of 4.00 GB");
  progress.add(1);
  EXPECT_EQ(lines.size(), 1U) << "one a second";
}

}  // namespace
}  // namespace sr::hybrid
