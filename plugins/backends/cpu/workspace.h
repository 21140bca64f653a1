// workspace.h - memory that a forward uses again and again: taken in order, given back in scopes.
//
// It grows when it is too small and never shrinks, so that after the largest forward none
// allocates. One thread. Errors: std::bad_alloc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

namespace sr::cpu {

class Workspace {
 public:
  explicit Workspace(std::size_t bytes) { grow(bytes); }
  ~Workspace() {
    for (const auto& block : blocks_) ::operator delete(block.at, std::align_val_t{kAlign});
  }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  // Uninitialised, aligned to a cache line, until the scope that is open now ends.
  template <class T = float>
  T* take(std::size_t count) {
    const auto bytes = (count * sizeof(T) + kAlign - 1) / kAlign * kAlign;
    while (used_ + bytes > blocks_[block_].size) {
      if (block_ + 1 == blocks_.size()) grow(bytes);
      ++block_;
      used_ = 0;
    }
    auto* const out = blocks_[block_].at + used_;
    used_ += bytes;
    return reinterpret_cast<T*>(out);
  }

  class Scope {
   public:
    explicit Scope(Workspace& of) : of_(of), block_(of.block_), used_(of.used_) {}
    ~Scope() {
      of_.block_ = block_;
      of_.used_ = used_;
    }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Workspace& of_;
    std::size_t block_, used_;
  };

 private:
  static constexpr std::size_t kAlign = 64, kLeast = std::size_t{1} << 20;
  struct Block {
    std::byte* at;
    std::size_t size;
  };

  void grow(std::size_t bytes) {
    blocks_.reserve(blocks_.size() + 1);
    const auto size = bytes < kLeast ? kLeast : bytes;
    blocks_.push_back({static_cast<std::byte*>(::operator new(size, std::align_val_t{kAlign})),
                       size});
  }

  std::vector<Block> blocks_;
  std::size_t block_ = 0, used_ = 0;
};

}  // namespace sr::cpu
