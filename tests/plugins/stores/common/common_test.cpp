// What the stores share: checksums and texts.
#include <gtest/gtest.h>

#include "common/checksum.h"
#include "common/utf8.h"

namespace sr::stores {
namespace {

TEST(Checksum, IsCrc32c) {
  // The figures of RFC 3720, appendix B.4, of a plain run of bytes; a field adds its length first.
  EXPECT_EQ(Checksum().field(std::int64_t{0}).value(), 0x8C28B28Au);
  EXPECT_EQ(Checksum().field(std::int64_t{-1}).value(), [] {
    std::uint32_t crc = ~0u;
    for (int i = 0; i < 8; ++i) {
      crc ^= 0xff;
      for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78u : 0);
    }
    return ~crc;
  }());
  EXPECT_NE(Checksum().field("ab").field("c").value(), Checksum().field("a").field("bc").value());
  EXPECT_NE(Checksum().field({"a\0b", 3}).value(), Checksum().field({"a\0c", 3}).value());
}

TEST(Utf8, MendsOnlyWhatIsBroken) {
  for (const char* good : {"", "plain ascii text", "Grüße 👋", "\xEF\xBF\xBD"}) {
    EXPECT_TRUE(is_utf8(good)) << good;
  }
  const std::pair<const char*, const char*> cases[] = {
      {"\xff", "\xEF\xBF\xBD"},
      {"a\xC3", "a\xEF\xBF\xBD"},
      {"\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD"},          // overlong
      {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},  // a surrogate
      {"12345678\xF5", "12345678\xEF\xBF\xBD"},
  };
  for (const auto& [bad, mended] : cases) {
    EXPECT_FALSE(is_utf8(bad)) << bad;
    EXPECT_EQ(mended_utf8(bad), mended);
    EXPECT_TRUE(is_utf8(mended));
  }
}

}  // namespace
}  // namespace sr::stores
