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
      team.be_patient(round >= 1000);  // and shares every job from then on
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
    team.be_patient(round % 3 != 0);
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
  for (int times = 0; times < 3; ++times) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));  // in which they fall asleep
    join(team);
  }
}

TEST(Team, a_helper_is_called_and_given_nothing_before_it_answers) {
  Team team(2);
  EXPECT_EQ(team.ready(), 1) << "it has not been called yet";
  while (team.ready() == 1) std::this_thread::yield();
  EXPECT_EQ(team.ready(), 2);
  EXPECT_FALSE(team.alone());
  EXPECT_EQ(team.stalls(), 0U);
  Team one(1);
  EXPECT_EQ(one.ready(), 1);
}

TEST(Team, a_helper_that_takes_nothing_again_and_again_is_left_out) {
  Team team(2);
  join(team);
  // There is so little to do that the caller has done it before the helper comes.
  const auto before = team.stalls();
  while (team.stalls() == before) team.each(2, 1, [](std::size_t, std::size_t) {});
  const int ready = team.ready();
  if (team.alone()) EXPECT_EQ(ready, 1);  // only if it is still so was it so then
}

TEST(Team, a_patient_team_leaves_nobody_out) {
  Team team(2);
  team.be_patient(true);
  EXPECT_EQ(team.ready(), 2);
  for (int times = 0; times < 3; ++times) stall_once(team);
  EXPECT_EQ(team.stalls(), 0U);
  EXPECT_FALSE(team.alone());
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
  join(team);
}

TEST(BackOff, is_twice_as_long_soon_after_the_last_up_to_a_second_and_short_again_later) {
  using std::chrono::milliseconds;
  BackOff back_off;
  auto now = BackOff::Clock::now();
  EXPECT_TRUE(back_off.over(now));
  EXPECT_EQ(back_off.length(), milliseconds(0));
  const auto after = [&](milliseconds since_the_last) {
    now += back_off.length() + since_the_last;
    EXPECT_TRUE(back_off.over(now));
    back_off.begin(now);
    EXPECT_FALSE(back_off.over(now + back_off.length() - milliseconds(1)));
    return back_off.length();
  };
  EXPECT_EQ(after(milliseconds(0)), milliseconds(10));
  EXPECT_EQ(after(milliseconds(19)), milliseconds(20));
  EXPECT_EQ(after(milliseconds(40)), milliseconds(10)) << "that is long after";
  for (const int length : {20, 40, 80, 160, 320, 640, 1000, 1000}) {
    EXPECT_EQ(after(milliseconds(3)), milliseconds(length));
  }
  EXPECT_EQ(after(milliseconds(2000)), milliseconds(10));
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
    team.be_patient(round % 3 == 0);
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
