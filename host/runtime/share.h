// host/runtime/share.h - a part of something that sessions have together, given back when it goes.
//
// Executor thread; may outlive what it is a part of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace sr::host {

// How many sessions each peer has in memory.
class Seats {
 public:
  using Seat = std::shared_ptr<void>;
  std::size_t of(const std::string& peer) const {
    const auto found = taken_->find(peer);
    return found == taken_->end() ? 0 : found->second;
  }
  Seat take(const std::string& peer) {
    ++(*taken_)[peer];
    return {nullptr, [taken = taken_, peer](void*) {
              if (--taken->at(peer) == 0) taken->erase(peer);
            }};
  }

 private:
  std::shared_ptr<std::map<std::string, std::size_t>> taken_ =
      std::make_shared<std::map<std::string, std::size_t>>();
};

// Bytes that are counted in a sum of them.
class CountedBytes {
 public:
  CountedBytes() = default;
  explicit CountedBytes(std::shared_ptr<std::uint64_t> sum) : sum_(std::move(sum)) {}
  CountedBytes(const CountedBytes&) = delete;
  CountedBytes& operator=(const CountedBytes&) = delete;
  CountedBytes(CountedBytes&&) = default;
  CountedBytes& operator=(CountedBytes&& other) noexcept {
    set(0);
    sum_ = std::move(other.sum_);
    bytes_ = std::exchange(other.bytes_, 0);
    return *this;
  }
  ~CountedBytes() { set(0); }
  void set(std::uint64_t bytes) {
    if (sum_) *sum_ = *sum_ - bytes_ + bytes;
    bytes_ = bytes;
  }
  std::uint64_t get() const { return bytes_; }

 private:
  std::shared_ptr<std::uint64_t> sum_;
  std::uint64_t bytes_ = 0;
};

}  // namespace sr::host
