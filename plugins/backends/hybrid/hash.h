// hash.h - FNV-1a over 8 bytes at a time: for checksums and fingerprints, not against forgery.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>

namespace sr::hybrid {

class Hash {
 public:
  void add(const void* data, std::size_t size) noexcept {
    const auto* at = static_cast<const unsigned char*>(data);
    for (; size >= 8; size -= 8, at += 8) {
      std::uint64_t word;
      std::memcpy(&word, at, 8);
      mix(word);
    }
    std::uint64_t rest = size;  // so that trailing zeros count
    for (; size > 0; --size, ++at) rest = rest << 8 | *at;
    mix(rest);
  }
  std::uint64_t value() const noexcept { return value_ ^ value_ >> 29; }
  std::string hex() const;

 private:
  void mix(std::uint64_t word) noexcept {
    value_ = (value_ ^ word) * 0x100000001B3U;
    value_ ^= value_ >> 31;
  }
  std::uint64_t value_ = 0xCBF29CE484222325U;
};

}  // namespace sr::hybrid
