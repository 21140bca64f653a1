// A team whose helper loses its core, for tests.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "team.h"

namespace sr::cpu::test {

// A helper begins a piece and then does not run for a while, as if something else had its core.
inline void stall_once(Team& team) {
  const auto caller = std::this_thread::get_id();
  std::atomic<bool> begun = false;
  std::atomic<int> done = 0;
  team.each(4, 1, [&](std::size_t, std::size_t) {
    if (std::this_thread::get_id() != caller) {
      begun = true;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    } else {
      while (!begun) std::this_thread::yield();
    }
    ++done;
  });
  EXPECT_EQ(done, 4);  // also the stalled one: it has been waited for
}

// The same until the caller has noticed; what it was alone for before is over.
inline std::chrono::nanoseconds stall(Team& team) {
  while (team.alone()) std::this_thread::yield();
  for (const auto before = team.stalls(); team.stalls() == before;) stall_once(team);
  return team.alone_for();
}

}  // namespace sr::cpu::test
