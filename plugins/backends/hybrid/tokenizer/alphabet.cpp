#include "tokenizer/alphabet.h"

#include <array>
#include <cstdint>

#include "tokenizer/utf8.h"

namespace sr::hybrid {
namespace {

struct Alphabet {
  std::array<std::string, 256> character;
  std::array<std::int16_t, 0x144> byte;  // by code point; -1: none

  Alphabet() {
    byte.fill(-1);
    std::uint32_t next = 0x100;
    for (std::uint32_t value = 0; value < 256; ++value) {
      const bool printable = (value >= 0x21 && value <= 0x7E) ||
                             (value >= 0xA1 && value <= 0xAC) || value >= 0xAE;
      const std::uint32_t code = printable ? value : next++;
      append_utf8(character[value], code);
      byte[code] = static_cast<std::int16_t>(value);
    }
  }
};

const Alphabet& alphabet() {
  static const Alphabet instance;
  return instance;
}

}  // namespace

void append_in_alphabet(std::string& out, std::string_view bytes) {
  const Alphabet& table = alphabet();
  for (const char byte : bytes) out += table.character[static_cast<unsigned char>(byte)];
}

std::optional<std::string> from_alphabet(std::string_view name) {
  const Alphabet& table = alphabet();
  std::string bytes;
  bytes.reserve(name.size());
  for (std::size_t at = 0; at < name.size();) {
    const auto lead = static_cast<unsigned char>(name[at]);
    std::uint32_t code = lead;
    std::size_t length = 1;
    if (lead >= 0x80) {  // the alphabet ends at U+0143: two bytes at most
      if (lead < 0xC2 || lead > 0xC5 || at + 1 >= name.size()) return std::nullopt;
      code = (lead & 0x1Fu) << 6 | (static_cast<unsigned char>(name[at + 1]) & 0x3Fu);
      length = 2;
    }
    if (code >= table.byte.size() || table.byte[code] < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(table.byte[code]));
    at += length;
  }
  return bytes;
}

}  // namespace sr::hybrid
