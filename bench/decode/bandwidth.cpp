#include "bench/decode/bandwidth.h"

#include <sys/mman.h>

#include <algorithm>
#include <new>

namespace sr::bench {
namespace {

typedef std::uint64_t Line __attribute__((vector_size(64)));

void* filled(std::size_t bytes) {
  void* const at =
      ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) throw std::bad_alloc();
  ::madvise(at, bytes, MADV_HUGEPAGE);
  auto* const words = static_cast<std::uint64_t*>(at);
  for (std::size_t i = 0; i < bytes / 8; ++i) words[i] = i;
  return at;
}

// Four sums beside each other keep the reads from waiting for each other; as wide as the processor.
#if defined(__x86_64__)
__attribute__((target_clones("avx512f", "avx2", "default")))
#endif
std::uint64_t sum_of(const Line* lines, std::size_t first, std::size_t last) {
  Line sums[4] = {};
  for (auto i = first; i + 4 <= last; i += 4) {
    for (std::size_t s = 0; s < 4; ++s) sums[s] ^= lines[i + s];
  }
  sums[0] ^= sums[1] ^ sums[2] ^ sums[3];
  return sums[0][0] ^ sums[0][7];
}

}  // namespace

MemoryReads::MemoryReads(std::size_t bytes, int threads)
    : size_(bytes), memory_(filled(bytes)),
      ready_(threads, {this, [](MemoryReads& of) noexcept {
               of.next_ = 0;
               of.start_ = host::Clock::now();
             }}),
      done_(threads,
            {this, [](MemoryReads& of) noexcept { of.ms_ = host::ms_since(of.start_); }}) {
  for (int i = 1; i < threads; ++i) {
    others_.emplace_back([this] {
      for (;;) {
        ready_.arrive_and_wait();
        if (stop_) return;
        read();
        done_.arrive_and_wait();
      }
    });
  }
}

MemoryReads::~MemoryReads() {
  stop_ = true;
  ready_.arrive_and_wait();
  others_.clear();
  ::munmap(memory_, size_);
}

void MemoryReads::read() {
  constexpr std::size_t kPiece = 4096;  // lines
  const auto* const lines = static_cast<const Line*>(memory_);
  const auto count = size_ / sizeof(Line);
  for (std::size_t at; (at = next_.fetch_add(kPiece)) < count;) {
    sum_.fetch_xor(sum_of(lines, at, std::min(count, at + kPiece)));
  }
}

double MemoryReads::pass() {
  ready_.arrive_and_wait();
  read();
  done_.arrive_and_wait();
  return ms_;
}

}  // namespace sr::bench
