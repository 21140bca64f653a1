// The thread team: every piece once, whoever takes it, also when there is nobody but the caller.
#include "team.h"

#include <gtest/gtest.h>

#include <numeric>
#include <thread>
#include <vector>

namespace sr::cpu::test {
namespace {

TEST(Team, every_piece_is_done_once) {
  for (const int threads : {1, 2, 3, 8}) {
    Team team(threads);
    EXPECT_EQ(team.threads(), threads);
    for (int round = 0; round < 2000; ++round) {
      const auto count = static_cast<std::size_t>(round % 97);
      std::vector<int> done(count);
      team.each(count, static_cast<std::size_t>(round % 5 + 1),
                [&](std::size_t first, std::size_t last) {
                  for (auto i = first; i < last; ++i) ++done[i];
                });
      EXPECT_EQ(done, std::vector<int>(count, 1));
    }
  }
}

TEST(Team, what_was_written_is_seen_by_the_next_round) {
  Team team(4);
  std::vector<long> numbers(500);
  std::iota(numbers.begin(), numbers.end(), 0);
  for (int round = 0; round < 300; ++round) {
    std::vector<long> next(numbers.size());
    team.each(numbers.size(), 7, [&](std::size_t first, std::size_t last) {
      for (auto i = first; i < last; ++i) next[i] = numbers[numbers.size() - 1 - i] + 1;
    });
    numbers = next;
  }
  EXPECT_EQ(numbers[0], 300);
  EXPECT_EQ(numbers[499], 799);
}

TEST(Team, helpers_that_went_to_sleep_come_back) {
  Team team(2);
  std::atomic<bool> other = false;
  const auto caller = std::this_thread::get_id();
  // Until a helper has had its turn, each time after a pause in which it fell asleep.
  for (int times = 0; times < 3; ++times) {
    other = false;
    while (!other) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      team.each(64, 1, [&](std::size_t, std::size_t) {
        if (std::this_thread::get_id() != caller) other = true;
        volatile int spin = 0;
        while (spin < 20000) {
          const int now = spin;
          spin = now + 1;
        }
      });
    }
  }
}

}  // namespace
}  // namespace sr::cpu::test
