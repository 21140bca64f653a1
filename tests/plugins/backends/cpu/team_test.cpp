// The thread team: every piece once, whoever takes it, also when there is nobody but the caller.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <numeric>
#include <thread>
#include <vector>

#include "stalled_team.h"

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

TEST(Team, the_caller_begins_at_the_beginning_and_a_helper_in_the_middle) {
  Team team(2);
  const auto caller = std::this_thread::get_id();
  for (int helped = 0; helped < 20;) {
    std::vector<char> callers(40);
    team.each(callers.size(), 1, 12, [&](std::size_t first, std::size_t) {
      callers[first] = std::this_thread::get_id() == caller;
      for (int i = 0; i < 2000; ++i) std::atomic_signal_fence(std::memory_order_seq_cst);
    });
    // In the order in which the caller would take all of them: it has the first of these.
    std::reverse(callers.begin() + 12, callers.end());
    EXPECT_TRUE(std::is_sorted(callers.begin(), callers.end(), std::greater()));
    if (callers.back() == 0) ++helped;
  }
}

TEST(Team, more_pieces_than_it_counts_are_joined) {
  Team team(2);
  std::vector<std::uint8_t> done(300000);
  team.each(done.size(), 2, [&](std::size_t first, std::size_t last) {
    EXPECT_EQ(first % 2, 0U);
    for (auto i = first; i < last; ++i) ++done[i];
  });
  EXPECT_EQ(done, std::vector<std::uint8_t>(done.size(), 1));
}

TEST(Team, a_stalled_helper_leaves_the_caller_alone_for_a_while_and_then_comes_back) {
  Team team(2);
  EXPECT_FALSE(team.alone());
  const auto caller = std::this_thread::get_id();
  bool seen = false;
  for (int times = 0; times < 100 && !seen; ++times) {
    stall(team);
    std::vector<std::pair<std::size_t, std::size_t>> calls;
    team.each(32, 1, [&](std::size_t first, std::size_t last) {
      EXPECT_EQ(std::this_thread::get_id(), caller);
      calls.emplace_back(first, last);
    });
    if (!team.alone()) continue;  // only if it is still so has it been so all along
    seen = true;
    EXPECT_EQ(calls, (std::vector<std::pair<std::size_t, std::size_t>>{{0, 32}}));
  }
  EXPECT_TRUE(seen);
  // Every piece is done once, alone or not, until a helper is there again.
  for (bool helped = false; !helped;) {
    std::atomic<int> done = 0;
    team.each(64, 3, [&](std::size_t first, std::size_t last) {
      done += static_cast<int>(last - first);
      if (std::this_thread::get_id() != caller) helped = true;
      for (int i = 0; i < 1000; ++i) std::atomic_signal_fence(std::memory_order_seq_cst);
    });
    EXPECT_EQ(done, 64);
  }
}

TEST(Team, is_alone_for_longer_when_helpers_are_stalled_again_up_to_a_bound) {
  Team team(3);
  const auto first = stall(team);
  EXPECT_GT(first.count(), 0);
  // It grows unless the last time is long ago, which a machine that is busy enough makes it.
  auto longest = first;
  for (int times = 0; times < 100 && longest < 8 * first; ++times) {
    const auto now = stall(team);
    EXPECT_LE(now, std::chrono::milliseconds(300));
    longest = std::max(longest, now);
  }
  EXPECT_GE(longest, 8 * first);
}

TEST(Team, beside_threads_that_want_every_core_all_pieces_are_done_once) {
  std::atomic<bool> stop = false;
  std::vector<std::jthread> others;
  for (unsigned i = 0; i < 2 * std::max(1U, std::thread::hardware_concurrency()); ++i) {
    others.emplace_back([&] {
      while (!stop.load(std::memory_order_relaxed)) {
      }
    });
  }
  Team team(4);
  for (int round = 0; round < 500; ++round) {
    std::vector<int> done(97);
    team.each(done.size(), 2, [&](std::size_t first, std::size_t last) {
      for (auto i = first; i < last; ++i) ++done[i];
    });
    EXPECT_EQ(done, std::vector<int>(97, 1));
  }
  stop = true;
}

}  // namespace
}  // namespace sr::cpu::test
