// workspace.h - memory of the device that a forward uses again and again: taken in order, given back
// in scopes.
//
// It grows when it is too small and never shrinks or moves, so that recorded kernels stay good. One
// thread. Errors: DeviceError.
#pragma once

#include <algorithm>
#include <vector>

#include "device.h"

namespace sr::cuda {

class Workspace {
 public:
  explicit Workspace(Device& device) : device_(device) {}

  // Uninitialised, until the scope that is open now ends.
  template <class T = float>
  T* take(std::size_t count) {
    const auto bytes = (count * sizeof(T) + kAlign - 1) / kAlign * kAlign;
    while (chunk_ == chunks_.size() || used_ + bytes > chunks_[chunk_].size()) {
      if (chunk_ < chunks_.size()) ++chunk_;
      used_ = 0;
      if (chunk_ == chunks_.size()) chunks_.emplace_back(device_, std::max(bytes, kLeast));
    }
    auto* const out = chunks_[chunk_].data() + used_;
    used_ += bytes;
    return reinterpret_cast<T*>(out);
  }

  class Scope {
   public:
    explicit Scope(Workspace& of) : of_(of), chunk_(of.chunk_), used_(of.used_) {}
    ~Scope() {
      of_.chunk_ = chunk_;
      of_.used_ = used_;
    }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Workspace& of_;
    std::size_t chunk_, used_;
  };

 private:
  static constexpr std::size_t kAlign = 256, kLeast = std::size_t{8} << 20;
  Device& device_;
  std::vector<Memory> chunks_;
  std::size_t chunk_ = 0, used_ = 0;
};

}  // namespace sr::cuda
