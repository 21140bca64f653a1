#include "common/checksum.h"

#include <array>
#include <bit>
#include <cstring>

namespace sr::stores {
namespace {

// Eight tables, so that eight bytes are taken in one step: table[k][b] is the CRC of byte b
// followed by k zero bytes.
constexpr auto kTables = [] {
  std::array<std::array<std::uint32_t, 256>, 8> t{};
  for (std::uint32_t b = 0; b < 256; ++b) {
    std::uint32_t crc = b;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78u : 0);
    t[0][b] = crc;
  }
  for (std::uint32_t b = 0; b < 256; ++b) {
    for (std::size_t k = 1; k < 8; ++k) t[k][b] = (t[k - 1][b] >> 8) ^ t[0][t[k - 1][b] & 0xff];
  }
  return t;
}();

static_assert(std::endian::native == std::endian::little);

}  // namespace

void Checksum::add(const unsigned char* p, std::size_t count) {
  std::uint32_t crc = state_;
  for (; count >= 8; count -= 8, p += 8) {
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    std::memcpy(&low, p, 4);
    std::memcpy(&high, p + 4, 4);
    low ^= crc;
    crc = kTables[7][low & 0xff] ^ kTables[6][(low >> 8) & 0xff] ^ kTables[5][(low >> 16) & 0xff] ^
          kTables[4][low >> 24] ^ kTables[3][high & 0xff] ^ kTables[2][(high >> 8) & 0xff] ^
          kTables[1][(high >> 16) & 0xff] ^ kTables[0][high >> 24];
  }
  for (; count > 0; --count, ++p) crc = (crc >> 8) ^ kTables[0][(crc ^ *p) & 0xff];
  state_ = crc;
}

Checksum& Checksum::field(std::string_view bytes) {
  field(static_cast<std::int64_t>(bytes.size()));
  add(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  return *this;
}

Checksum& Checksum::field(std::int64_t number) {
  unsigned char bytes[8];
  std::memcpy(bytes, &number, 8);
  add(bytes, 8);
  return *this;
}

}  // namespace sr::stores
