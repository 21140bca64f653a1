// bench/decode/bandwidth.h - how fast this machine reads memory, in the same run as what is
// measured against it.
//
// The memory is in huge pages where the system has them, and threads take pieces of it in turn, as
// those of a model take its weights. One caller at a time. Errors: std::bad_alloc.
#pragma once

#include <atomic>
#include <barrier>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

#include "host/base/clock.h"

namespace sr::bench {

class MemoryReads {
 public:
  MemoryReads(std::size_t bytes, int threads);  // the caller of pass() is one of them
  ~MemoryReads();
  MemoryReads(const MemoryReads&) = delete;
  MemoryReads& operator=(const MemoryReads&) = delete;

  double pass();  // milliseconds to read all of it once, from when all threads are there

 private:
  struct Note {
    MemoryReads* of;
    void (*note)(MemoryReads&) noexcept;
    void operator()() noexcept { note(*of); }
  };
  void read();

  const std::size_t size_;
  void* memory_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::uint64_t> sum_ = 0;  // used, so that nothing is left out
  std::atomic<bool> stop_ = false;
  host::Clock::time_point start_;
  double ms_ = 0;
  std::barrier<Note> ready_, done_;  // what is noted when all threads have come
  std::vector<std::jthread> others_;
};

}  // namespace sr::bench
