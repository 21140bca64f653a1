// checksum.h - CRC-32C (Castagnoli, RFC 3720 appendix B.4) of what a row holds. Any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace sr::stores {

class Checksum {
 public:
  // Fields are told apart by their lengths: ("ab","c") and ("a","bc") differ.
  Checksum& field(std::string_view bytes);
  Checksum& field(std::int64_t number);
  std::uint32_t value() const { return ~state_; }

 private:
  void add(const unsigned char* bytes, std::size_t count);
  std::uint32_t state_ = ~0u;
};

}  // namespace sr::stores
