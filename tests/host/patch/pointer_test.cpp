#include "host/patch/pointer.h"

#include <gtest/gtest.h>

#include "host/patch/patch.h"

namespace sr::host::patch {
namespace {

TEST(Pointer, TheExamplesOfRfc6901) {
  EXPECT_EQ(parse_pointer(""), Tokens{});
  EXPECT_EQ(parse_pointer("/foo"), Tokens{"foo"});
  EXPECT_EQ(parse_pointer("/foo/0"), (Tokens{"foo", "0"}));
  EXPECT_EQ(parse_pointer("/"), Tokens{""});
  EXPECT_EQ(parse_pointer("/a~1b"), Tokens{"a/b"});
  EXPECT_EQ(parse_pointer("/m~0n"), Tokens{"m~n"});
  EXPECT_EQ(parse_pointer("/~01"), Tokens{"~1"});
  EXPECT_EQ(parse_pointer("//x/"), (Tokens{"", "x", ""}));
}

TEST(Pointer, RefusesWhatIsNone) {
  for (const char* text : {"foo", " /foo", "#/foo", "/~", "/~2", "/a/~x", "/~/"}) {
    EXPECT_FALSE(parse_pointer(text)) << text;
  }
}

TEST(Pointer, ArrayIndices) {
  EXPECT_EQ(array_index("0"), 0u);
  EXPECT_EQ(array_index("10"), 10u);
  EXPECT_EQ(array_index("18446744073709551615"), SIZE_MAX);
  for (const char* text :
       {"", "-", "-1", "+1", "01", "1.0", "1e0", " 1", "1 ", "0x1", "18446744073709551616"}) {
    EXPECT_FALSE(array_index(text)) << text;
  }
}

TEST(Pointer, EscapeIsUndoneByReading) {
  for (const char* token : {"", "a", "/", "~", "~1", "~0/~1", "a/b~c"}) {
    EXPECT_EQ(parse_pointer("/" + escape(token)), Tokens{token});
  }
}

}  // namespace
}  // namespace sr::host::patch
