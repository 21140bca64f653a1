#include "progress.h"

#include <cstdio>
#include <utility>

namespace sr::hybrid {

Progress::Progress(std::string what, std::uint64_t total, Say say)
    : what_(std::move(what)), total_(total), say_(std::move(say)) {}

void Progress::add(std::uint64_t bytes) {
  done_ += bytes;
  const auto now = Clock::now();
  if (!say_ || now - last_ < std::chrono::seconds(1) || done_ >= total_) return;
  last_ = now;
  char text[64];
  std::snprintf(text, sizeof text, "%.2f of %.2f GB", static_cast<double>(done_) * 1e-9,
                static_cast<double>(total_) * 1e-9);
  say_(what_ + ": " + text);
}

}  // namespace sr::hybrid
