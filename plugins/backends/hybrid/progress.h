// progress.h - says how far a long piece of work is: nothing for the first second, then at most one
// line a second. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace sr::hybrid {

class Progress {
 public:
  using Say = std::function<void(const std::string& line)>;

  // `what` is done to `total` bytes. Without `say` nobody is told.
  Progress(std::string what, std::uint64_t total, Say say);
  void add(std::uint64_t bytes);

 private:
  using Clock = std::chrono::steady_clock;

  std::string what_;
  std::uint64_t total_, done_ = 0;
  Say say_;
  Clock::time_point last_ = Clock::now();
};

}  // namespace sr::hybrid
