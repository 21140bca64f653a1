// A team whose helper loses its core, for tests.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "team.h"

namespace sr::cpu::test {

// Calls each() until a helper takes a piece.
inline void join(Team& team) {
  const auto caller = std::this_thread::get_id();
  for (std::atomic<bool> helped = false; !helped;) {
    team.each(64, 1, [&](std::size_t, std::size_t) {
      if (std::this_thread::get_id() != caller) helped = true;
      for (int i = 0; i < 1000; ++i) std::atomic_signal_fence(std::memory_order_seq_cst);
    });
  }
}

// A helper begins a piece and then does not run for a while, as if something else had its core.
inline void stall_once(Team& team) {
  const auto caller = std::this_thread::get_id();
  std::atomic<bool> begun = false;
  std::atomic<std::size_t> done = 0;
  team.each(4, 1, [&](std::size_t first, std::size_t last) {
    const bool shared = last - first < 4;
    if (std::this_thread::get_id() != caller) {
      begun = true;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    } else if (shared) {
      while (!begun) std::this_thread::yield();
    }
    done += last - first;
  });
  EXPECT_EQ(done, 4U);  // also the stalled one: it has been waited for
}

// The same until the caller has noticed; what it was alone for before is over.
inline void stall(Team& team) {
  while (team.alone()) std::this_thread::yield();
  for (const auto before = team.stalls(); team.stalls() == before;) stall_once(team);
}

}  // namespace sr::cpu::test
