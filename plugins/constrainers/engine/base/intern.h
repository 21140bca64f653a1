// engine/base/intern.h - a hash table of pointers that finds the one object equal to a key.
// Not thread-safe; the owner locks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sr::constrain {

constexpr std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL;
  return hash ^ (hash >> 29);
}

template <class T>
class InternTable {
 public:
  // The object with this hash for which same(object) holds, otherwise make()'s, which is kept.
  template <class Same, class Make>
  const T* find_or_add(std::uint64_t hash, Same&& same, Make&& make) {
    if (count_ * 2 >= slots_.size()) grow();
    auto at = hash & (slots_.size() - 1);
    for (; slots_[at].object != nullptr; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at].hash == hash && same(*slots_[at].object)) return slots_[at].object;
    }
    const T* made = make();
    slots_[at] = {hash, made};
    ++count_;
    return made;
  }

 private:
  struct Slot {
    std::uint64_t hash = 0;
    const T* object = nullptr;
  };
  void grow() {
    std::vector<Slot> before(slots_.empty() ? 64 : slots_.size() * 2);
    before.swap(slots_);
    for (const auto& slot : before) {
      if (slot.object == nullptr) continue;
      auto at = slot.hash & (slots_.size() - 1);
      while (slots_[at].object != nullptr) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = slot;
    }
  }
  std::vector<Slot> slots_;
  std::size_t count_ = 0;
};

}  // namespace sr::constrain
