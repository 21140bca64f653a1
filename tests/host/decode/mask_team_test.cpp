#include "host/decode/mask_team.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>

namespace sr::host {
namespace {

// Long enough for helpers to be worth waking.
void be_slow() {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(1);
  while (std::chrono::steady_clock::now() < until) {
  }
}

TEST(MaskTeam, FillsEachOnce) {
  MaskTeam team(3);
  for (const bool slow : {false, true}) {
    for (std::size_t count = 0; count < 40; ++count) {
      std::vector<std::atomic<int>> filled(count);
      team.fill(count, [&](std::size_t i) {
        if (slow && i == 0) be_slow();
        ++filled[i];
      });
      for (const auto& times : filled) ASSERT_EQ(times.load(), 1);
    }
  }
}

TEST(MaskTeam, KnownMasksAreFilledByTheCallerAlone) {
  MaskTeam team(3);
  std::set<std::thread::id> threads;  // unguarded: a helper would be a race
  team.fill(8, [&](std::size_t) { threads.insert(std::this_thread::get_id()); });
  EXPECT_EQ(threads, std::set{std::this_thread::get_id()});
}

TEST(MaskTeam, SlowMasksAreFilledByHelpersAtTheSameTime) {
  MaskTeam team(2);
  std::mutex mutex;
  std::condition_variable changed;
  std::set<std::thread::id> inside;
  bool met = false;
  team.fill(4, [&](std::size_t i) {
    if (i == 0) return be_slow();
    std::unique_lock lock(mutex);
    inside.insert(std::this_thread::get_id());
    changed.notify_all();
    // The second one comes only from another thread.
    met |= changed.wait_for(lock, std::chrono::seconds(20), [&] { return inside.size() > 1; });
  });
  EXPECT_TRUE(met);
}

// Under the thread sanitizer: batches so short that they end while helpers come and go.
TEST(MaskTeam, ABatchMayEndWhileHelpersTakeItsLastMask) {
  MaskTeam team(3);
  std::size_t filled = 0;
  for (std::size_t round = 0; round < 3000; ++round) {
    std::atomic<std::size_t> times = 0;
    const auto one = [&](std::size_t i) {
      const auto until = std::chrono::steady_clock::now() +
                         std::chrono::microseconds(i == 0 ? 60 : round % 7);
      while (std::chrono::steady_clock::now() < until) {
      }
      ++times;
    };
    team.fill(3 + round % 3, one);
    filled += times;
  }
  EXPECT_EQ(filled, 3000 * 4U);
}

TEST(MaskTeam, WithoutHelpersTheCallerDoesAll) {
  MaskTeam team(0);
  int filled = 0;
  team.fill(3, [&](std::size_t) {
    be_slow();
    ++filled;
  });
  EXPECT_EQ(filled, 3);
}

}  // namespace
}  // namespace sr::host
