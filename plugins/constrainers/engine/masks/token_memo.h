// engine/masks/token_memo.h - where tokens lead from one config: a small hash table that is read
// without a lock while one thread at a time adds to it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

namespace sr::constrain {

struct Config;

class TokenMemo {
 public:
  // Takes over what `before` (may be null) holds, with room for more.
  explicit TokenMemo(const TokenMemo* before)
      : size_(before == nullptr ? 4 : before->size_ * 2), entries_(new Entry[size_]) {
    for (std::uint32_t i = 0; before != nullptr && i < before->size_; ++i) {
      const auto& entry = before->entries_[i];
      if (const auto* next = entry.next.load(std::memory_order_relaxed)) add(entry.token, next);
    }
  }

  const Config* find(std::int32_t token) const {
    for (auto at = slot(token);; at = (at + 1) & (size_ - 1)) {
      const auto* next = entries_[at].next.load(std::memory_order_acquire);
      if (next == nullptr || entries_[at].token == token) return next;
    }
  }
  // False when there is no room left. One thread at a time.
  bool add(std::int32_t token, const Config* next) {
    if ((count_ + 1) * 4 > size_ * 3) return false;
    auto at = slot(token);
    while (entries_[at].next.load(std::memory_order_relaxed) != nullptr) {
      if (entries_[at].token == token) return true;
      at = (at + 1) & (size_ - 1);
    }
    entries_[at].token = token;
    entries_[at].next.store(next, std::memory_order_release);
    ++count_;
    return true;
  }
  std::size_t memory() const { return sizeof(*this) + size_ * sizeof(Entry); }

 private:
  struct Entry {
    std::int32_t token = -1;  // written before `next` is published, never again
    std::atomic<const Config*> next{nullptr};
  };
  std::uint32_t slot(std::int32_t token) const {
    return (static_cast<std::uint32_t>(token) * 0x9E3779B9U >> 7) & (size_ - 1);
  }
  std::uint32_t size_;  // a power of two
  std::uint32_t count_ = 0;
  std::unique_ptr<Entry[]> entries_;
};

}  // namespace sr::constrain
