#include "common/token_bytes.h"

namespace sr::stores {

std::string pack_tokens(const std::int32_t* tokens, std::size_t count) {
  std::string out;
  out.reserve(count * 2);
  for (std::size_t i = 0; i < count; ++i) {
    auto rest = static_cast<std::uint32_t>(tokens[i]);
    for (; rest >= 0x80; rest >>= 7) out += static_cast<char>(rest | 0x80);
    out += static_cast<char>(rest);
  }
  return out;
}

bool unpack_tokens(std::string_view bytes, std::vector<std::int32_t>& out) {
  out.clear();
  std::uint32_t value = 0;
  int shift = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (shift > 28) return false;
    value |= static_cast<std::uint32_t>(byte & 0x7f) << shift;
    shift += 7;
    if ((byte & 0x80) != 0) continue;
    out.push_back(static_cast<std::int32_t>(value));
    value = 0;
    shift = 0;
  }
  return shift == 0;
}

}  // namespace sr::stores
