#include "plugins/transports/stdio/lines.h"

#include <gtest/gtest.h>

#include <vector>

namespace sr::stdio {
namespace {

struct Collected {
  explicit Collected(std::size_t limit) : cutter(limit) {}
  std::string feed(std::string_view bytes) {
    return cutter.feed(bytes, [&](std::string_view line) { lines.emplace_back(line); });
  }
  std::string end() {
    return cutter.end([&](std::string_view line) { lines.emplace_back(line); });
  }
  LineCutter cutter;
  std::vector<std::string> lines;
};

TEST(Lines, HoweverTheyArrive) {
  const std::string text = "one\ntwo\r\n\n\r\nthree größe\nfour";
  for (std::size_t size = 1; size <= text.size(); ++size) {
    Collected c(100);
    for (std::size_t i = 0; i < text.size(); i += size) {
      EXPECT_EQ(c.feed(std::string_view(text).substr(i, size)), "");
    }
    EXPECT_EQ(c.end(), "");
    EXPECT_EQ(c.lines, (std::vector<std::string>{"one", "two", "three größe", "four"}));
  }
}

TEST(Lines, UpToTheirLimit) {
  for (std::size_t size = 1; size <= 8; ++size) {
    Collected fits(4), over(4);
    const std::string text = "abcd\r\nabcde\n";
    std::string why;
    for (std::size_t i = 0; i < text.size() && why.empty(); i += size) {
      why = over.feed(std::string_view(text).substr(i, size));
    }
    EXPECT_EQ(why, "a line is longer than max_message (4 bytes)");
    EXPECT_EQ(over.lines, std::vector<std::string>{"abcd"});
  }
  Collected endless(4);
  EXPECT_EQ(endless.feed("abcdef"), "a line is longer than max_message (4 bytes)");
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
  EXPECT_EQ(c.feed("ok\n\xC3(\nnever\n"), "a line is not UTF-8");
  EXPECT_EQ(c.lines, std::vector<std::string>{"ok"});
}

}  // namespace
}  // namespace sr::stdio
