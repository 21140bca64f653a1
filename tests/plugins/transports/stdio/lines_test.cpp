#include "plugins/transports/stdio/lines.h"

#include <gtest/gtest.h>

#include <vector>

namespace sr::stdio {
namespace {

struct Collected {
  explicit Collected(std::size_t limit)
      : cutter(limit, [this](std::string_view line) { lines.emplace_back(line); },
               [this](std::string_view why) { bad.emplace_back(why); }) {}
  std::vector<std::string> lines, bad;
  LineCutter cutter;
};

TEST(Lines, HoweverTheyArrive) {
  const std::string text = "one\ntwo\r\n\n\r\nthree größe\nfour";
  for (std::size_t size = 1; size <= text.size(); ++size) {
    Collected c(100);
    for (std::size_t i = 0; i < text.size(); i += size) {
      c.cutter.feed(std::string_view(text).substr(i, size));
    }
    c.cutter.end();
    EXPECT_TRUE(c.bad.empty());
    EXPECT_EQ(c.lines, (std::vector<std::string>{"one", "two", "three größe", "four"}));
  }
}

TEST(Lines, UpToTheirLimit) {
  const std::string text = "abcd\r\nabcde\nx\nabcdefghijklmnop\r\ny\nabcde";
  for (std::size_t size = 1; size <= text.size(); ++size) {
    Collected c(4);
    for (std::size_t i = 0; i < text.size(); i += size) {
      c.cutter.feed(std::string_view(text).substr(i, size));
    }
    c.cutter.end();
    EXPECT_EQ(c.lines, (std::vector<std::string>{"abcd", "x", "y"})) << size;
    EXPECT_EQ(c.bad, std::vector<std::string>(3, "a line is longer than max_message (4 bytes)"));
  }
}

TEST(Lines, Utf8) {
  for (const char* good :
       {"a", "é", "€", "😀", "\xED\x9F\xBF", "\xEE\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_utf8(good)) << good;
  }
  for (const char* bad : {"\x80", "\xC3", "\xC3(", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80",
                          "\xED\xA0\x80", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80",
                          "\xF5\x80\x80\x80", "\xFF", "\xE2\x82", "a\xF0\x9F\x98"}) {
    EXPECT_FALSE(is_utf8(bad)) << bad;
  }
  Collected c(10);
  c.cutter.feed("ok\n\xC3(\nafter\n");
  EXPECT_EQ(c.lines, (std::vector<std::string>{"ok", "after"}));
  EXPECT_EQ(c.bad, std::vector<std::string>{"a line is not UTF-8"});
}

}  // namespace
}  // namespace sr::stdio
