// back_off.h - for how long helpers that were of no help are left out.
//
// Now and then something else runs anywhere; a core that is busy is so again at once. So it is
// short, and twice as long as the last time when that is not long over. One thread.
#pragma once

#include <algorithm>
#include <chrono>

namespace sr::cpu {

class BackOff {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kShortest{10}, kLongest{1000};

  void begin(Clock::time_point now) noexcept {
    const bool again = now - end_ < 2 * length_;
    length_ = again ? std::min<Clock::duration>(2 * length_, kLongest) : kShortest;
    end_ = now + length_;
  }
  bool over(Clock::time_point now) const noexcept { return now >= end_; }
  Clock::duration length() const noexcept { return length_; }  // the last time; zero before it

 private:
  Clock::time_point end_{};
  Clock::duration length_{};
};

}  // namespace sr::cpu
