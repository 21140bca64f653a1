#include "bench/decode/bandwidth.h"

#include <sys/mman.h>

#include <atomic>
#include <barrier>
#include <cstdint>
#include <new>
#include <thread>
#include <vector>

#include "host/base/clock.h"

namespace sr::bench {
namespace {

typedef std::uint64_t Line __attribute__((vector_size(64)));

class Memory {
 public:
  explicit Memory(std::size_t bytes) : size_(bytes) {
    at_ = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at_ == MAP_FAILED) throw std::bad_alloc();
    ::madvise(at_, size_, MADV_HUGEPAGE);
    auto* const words = static_cast<std::uint64_t*>(at_);
    for (std::size_t i = 0; i < size_ / 8; ++i) words[i] = i;
  }
  ~Memory() { ::munmap(at_, size_); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  const Line* lines() const { return static_cast<const Line*>(at_); }

 private:
  std::size_t size_;
  void* at_;
};

// Four sums beside each other keep the reads from waiting for each other; as wide as the processor.
#if defined(__x86_64__)
__attribute__((target_clones("avx512f", "avx2", "default")))
#endif
std::uint64_t read(const Line* lines, std::size_t first, std::size_t last) {
  Line sums[4] = {};
  for (auto i = first; i + 4 <= last; i += 4) {
    for (std::size_t s = 0; s < 4; ++s) sums[s] ^= lines[i + s];
  }
  sums[0] ^= sums[1] ^ sums[2] ^ sums[3];
  return sums[0][0] ^ sums[0][7];
}

}  // namespace

Samples read_times(std::size_t bytes, int threads) {
  constexpr std::size_t kChunk = 4096;  // lines: threads take them in turn, as the model's do
  const auto passes = bytes > (std::size_t{1} << 28) ? 7 : 60;
  const Memory memory(bytes);
  const auto lines = bytes / sizeof(Line);
  std::atomic<std::size_t> next = 0;
  std::atomic<std::uint64_t> sum = 0;  // used, so that nothing is left out
  Samples out;
  auto start = host::Clock::now();
  const auto turn = [&]() noexcept {
    start = host::Clock::now();
    next = 0;
  };
  std::barrier ready(threads, turn);
  std::barrier done(threads, [&]() noexcept { out.add(host::ms_since(start)); });
  const auto work = [&] {
    for (int pass = 0; pass < passes; ++pass) {
      ready.arrive_and_wait();
      for (std::size_t at; (at = next.fetch_add(kChunk)) < lines;) {
        sum.fetch_xor(read(memory.lines(), at, std::min(lines, at + kChunk)));
      }
      done.arrive_and_wait();
    }
  };
  std::vector<std::jthread> others;
  for (int i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  return out;
}

}  // namespace sr::bench
