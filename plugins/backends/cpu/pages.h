// pages.h - memory for weights: zeroed, aligned to a cache line, in huge pages where the system has
// them. Movable. Errors: std::bad_alloc.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

namespace sr::cpu {

class Pages {
 public:
  Pages() = default;
  explicit Pages(std::size_t bytes) : size_((bytes + kHuge - 1) / kHuge * kHuge) {
    if (size_ == 0) return;
    // One more than needed, so that a whole number of huge pages lies within.
    whole_ = ::mmap(nullptr, size_ + kHuge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                    -1, 0);
    if (whole_ == MAP_FAILED) throw std::bad_alloc();
    const auto at = reinterpret_cast<std::uintptr_t>(whole_);
    data_ = reinterpret_cast<std::byte*>((at + kHuge - 1) / kHuge * kHuge);
    ::madvise(data_, size_, MADV_HUGEPAGE);  // a wish: without it everything works, more slowly
  }
  ~Pages() {
    if (data_ != nullptr) ::munmap(whole_, size_ + kHuge);
  }
  Pages(Pages&& other) noexcept { *this = std::move(other); }
  Pages& operator=(Pages&& other) noexcept {
    std::swap(size_, other.size_);
    std::swap(whole_, other.whole_);
    std::swap(data_, other.data_);
    return *this;
  }
  std::byte* data() const noexcept { return data_; }

 private:
  static constexpr std::size_t kHuge = std::size_t{2} << 20;
  std::size_t size_ = 0;
  void* whole_ = nullptr;
  std::byte* data_ = nullptr;
};

}  // namespace sr::cpu
