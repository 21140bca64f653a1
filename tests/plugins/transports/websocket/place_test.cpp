#include "plugins/transports/websocket/place.h"

#include <gtest/gtest.h>

namespace sr::websocket {
namespace {

std::string read(std::string_view text) {
  const auto place = parse_place(text);
  return place ? place->text() + (place->literal ? " literal" : "") : "-";
}

TEST(Place, IsReadAsRfc3986WritesIt) {
  EXPECT_EQ(read("Example.ORG"), "example.org");
  EXPECT_EQ(read("example.org.:80"), "example.org:80");
  EXPECT_EQ(read("a_b-c.example:65535"), "a_b-c.example:65535");
  EXPECT_EQ(read("127.0.0.1:8080"), "127.0.0.1:8080 literal");
  EXPECT_EQ(read("[0:0::0:1]:80"), "[::1]:80 literal");
  EXPECT_EQ(read("[::ffff:127.0.0.1]"), "[::ffff:127.0.0.1] literal");
  for (const char* wrong : {"", ":", ":80", "a:", "a:x", "a:65536", "a:-1", "::1", "[::1", "[::1]80",
                            "[]", "[a]", "a b", "a/b", "a@b", "user:1@b", "a,b", "a\xC3\xBC", ".",
                            "[127.0.0.1]", "a:1:2"}) {
    EXPECT_EQ(read(wrong), "-") << wrong;
  }
}

}  // namespace
}  // namespace sr::websocket
