// team.h - a few threads that share the work of one forward.
//
// each() splits a range into chunks; whoever is free takes the next one: the caller and every
// second helper from the beginning on, the others from the middle on, so that each of two goes on
// where it has stopped; whose half is done first helps from the other's end. The caller waits only
// for chunks that another thread has begun: a helper that is not running costs nothing.
// Helpers spin briefly between calls and then sleep. The caller calls them and goes on alone, until
// one answers that it runs. When one is taken off its core in the middle of a chunk, or has taken
// none for several calls, the caller goes on alone for a while without calling, and for longer when
// that happens again soon after.
//
// each() is for one thread at a time. Errors: std::system_error when a thread cannot be started.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

#include "back_off.h"

namespace sr::cpu {

// As many as are asked for; for 0, one for each core that may be used, at most 8.
int threads_for(std::int64_t asked) noexcept;

class Team {
 public:
  explicit Team(int threads);  // the caller is one of them
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  int threads() const noexcept { return static_cast<int>(helpers_.size()) + 1; }
  // All of these are for the thread that calls each(). How many threads will it use now?
  int ready() { return helpers_.empty() || !call_helpers() ? 1 : threads(); }
  // Have helpers been of no help so lately that it calls none? How often have they been?
  bool alone() const noexcept { return !back_off_.over(BackOff::Clock::now()); }
  std::uint64_t stalls() const noexcept { return stalls_; }
  // From now on chunks take long, or no longer: helpers are always waited for.
  void be_patient(bool patient) noexcept { patient_ = patient; }

  // Calls fn(first, last) for pieces of [0, count) that are `grain` long, but for the last, or once
  // for all of it; fn must not throw. The second half begins with piece `middle`.
  template <class Fn>
  void each(std::size_t count, std::size_t grain, const Fn& fn) {
    each(count, grain, (count + grain - 1) / grain / 2, fn);
  }
  template <class Fn>
  void each(std::size_t count, std::size_t grain, std::size_t middle, const Fn& fn) {
    if (count <= grain || helpers_.empty()) {
      if (count > 0) fn(std::size_t{0}, count);
      return;
    }
    for (; (count - 1) / grain >= kMostChunks; middle /= 2) grain *= 2;
    run({[](const void* fn_at, std::size_t first, std::size_t last) {
           (*static_cast<const Fn*>(fn_at))(first, last);
         },
         &fn, count, grain, (count - 1) / grain + 1, middle});
  }

 private:
  static constexpr std::size_t kMostChunks = 0xFFFF;
  enum class End { kFront, kBack };

  struct Job {
    void (*call)(const void* fn, std::size_t first, std::size_t last) = nullptr;
    const void* fn = nullptr;
    std::size_t count = 0, grain = 1, chunks = 0, middle = 0;
    // Tickets from `middle` on are for the second half, its end first.
    void operator()(std::size_t ticket) const {
      const auto first = (ticket < middle ? ticket : middle + chunks - 1 - ticket) * grain;
      call(fn, first, count - first < grain ? count : first + grain);
    }
  };

  void run(const Job& job);
  bool call_helpers();
  void wake();
  bool wake_sleepers();
  void leave_out();
  bool take(End end, std::uint64_t& tickets, std::size_t& ticket);
  void help(End end);
  void sleep();
  void wait_for_helpers(std::uint32_t chunks);

  // Which job is on, and which of its tickets nobody has taken, one for each chunk: a number in the
  // upper half that every job changes; one past the last and the first of them in the lower two
  // quarters. Whoever takes one may read job_ until its chunk is done.
  alignas(64) std::atomic<std::uint64_t> tickets_ = 0;
  std::atomic<std::uint32_t> called_ = 0;                // how often helpers were called
  alignas(64) std::atomic<std::uint32_t> answered_ = 0;  // the call that one has seen
  alignas(64) std::atomic<std::uint32_t> helped_ = 0;  // chunks of this job that helpers finished
  alignas(64) Job job_;
  alignas(64) std::atomic<std::uint32_t> asleep_ = 0;
  std::atomic<std::uint32_t> wakes_ = 0;
  std::atomic<bool> stop_ = false;

  // The caller's.
  bool together_ = false, calling_ = false, left_out_ = false, patient_ = false;
  int unhelped_ = 0;  // jobs since a helper took a chunk
  BackOff back_off_;
  std::uint64_t stalls_ = 0;
  std::vector<std::thread> helpers_;
};

}  // namespace sr::cpu
