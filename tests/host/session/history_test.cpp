// What of a session is undone next, and what its log keeps of a change.
#include "host/session/history.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace sr::host {
namespace {

KeptChange change(std::uint64_t undoes = 0, std::uint64_t redoes = 0, const std::string& why_not = "") {
  KeptChange out;
  out.undoes = undoes;
  out.redoes = redoes;
  out.why_not = why_not;
  if (why_not.empty()) out.rows.push_back({"t", Json{{"id", 2}}, nullptr, Json{{"id", 2}}});
  return out;
}

std::uint64_t next(const History& history, bool redo) {
  const auto* item = history.next(redo);
  return item == nullptr ? 0 : item->seq;
}

TEST(HistoryTest, GoesBackAndForth) {
  History h;
  EXPECT_EQ(next(h, false), 0U);
  h.take(10, 1, change());
  h.take(20, 1, change());
  EXPECT_EQ(next(h, false), 20U);
  h.take(30, 1, change(20));
  EXPECT_EQ(next(h, false), 10U);
  EXPECT_EQ(next(h, true), 30U) << "a redo takes back what the undo did";
  h.take(40, 1, change(0, 30));
  EXPECT_EQ(next(h, false), 40U);
  EXPECT_EQ(next(h, true), 0U);
  h.take(50, 1, change(40));
  h.take(60, 1, change());
  EXPECT_EQ(next(h, true), 0U) << "another change ends what could be redone";
}

TEST(HistoryTest, IsBounded) {
  History many;
  for (std::uint64_t seq = 1; seq <= 150; ++seq) many.take(seq, 1, change());
  std::size_t back = 0;
  for (std::uint64_t seq = 200; next(many, false) != 0; ++seq, ++back) many.take(seq, 1, change(1));
  EXPECT_EQ(back, kMostUndone);

  History large;
  for (std::uint64_t seq = 1; seq <= 10; ++seq) large.take(seq, kMostUndoneBytes / 4, change());
  back = 0;
  for (std::uint64_t seq = 200; next(large, false) != 0; ++seq, ++back) large.take(seq, 1, change(1));
  EXPECT_EQ(back, 4U);
}

TEST(HistoryTest, WhatCannotBeTakenBackStandsInTheWay) {
  History h;
  h.take(10, 1, change());
  h.take(20, 1, change(0, 0, "too much"));
  ASSERT_NE(h.next(false), nullptr);
  EXPECT_EQ(h.next(false)->why_not, "too much");
  h.take(30, 1, KeptChange());
  EXPECT_EQ(next(h, false), 20U) << "what left everything as it was is nothing to take back";
}

TEST(KeptChangeTest, ValuesComeBackTheSame) {
  const Value values[] = {
      std::monostate(),
      true,
      std::int64_t{0},
      std::numeric_limits<std::int64_t>::max(),
      std::numeric_limits<std::int64_t>::min(),
      0.1,
      1e300,
      5e-324,
      2.0,
      -0.0,
      std::numeric_limits<double>::infinity(),
      -std::numeric_limits<double>::infinity(),
      std::string("12345678901234567.89"),
      std::string("\xF0\x9F\x98\x80 ' \" \\ \n"),
      std::string("a\0b", 3),
      Bytes{std::string("\0\xff'", 3)},
      Bytes{}};
  for (const auto& value : values) {
    const auto text = exact_json(value).dump();
    const auto back = exact_value(Json::parse(text));
    ASSERT_TRUE(back) << text;
    EXPECT_TRUE(*back == value) << text;
    EXPECT_EQ(back->index(), value.index()) << text;
  }
  EXPECT_TRUE(std::isnan(std::get<double>(*exact_value(exact_json(std::nan(""))))));
  EXPECT_FALSE(exact_value(Json::array()));
  EXPECT_FALSE(exact_value(Json{{"bytes", "0g"}}));
}

TEST(KeptChangeTest, BodiesComeBackTheSameAndOthersAreRefused) {
  KeptChange kept = change(0, 23);
  kept.rows.clear();
  kept.says = "words";
  kept.rows.push_back({"t", Json{{"id", 2}}, Json{{"a", nullptr}}, Json{{"a", 1}}});
  kept.rows.push_back({"t", Json{{"id", 3}}, nullptr, Json{{"a", 1}}});
  const auto body = body_of(kept).dump();
  EXPECT_EQ(body, R"({"says":"words","redoes":23,"rows":[{"table":"t","key":{"id":2},"before":{"a":null},"after":{"a":1}},)"
                  R"({"table":"t","key":{"id":3},"before":null,"after":{"a":1}}]})");
  const auto back = read_kept_change(body);
  ASSERT_TRUE(back);
  EXPECT_EQ(body_of(*back).dump(), body);
  EXPECT_EQ(body_of(change(5, 0, "why")).dump(), R"({"undoes":5,"not":"why"})");
  for (const char* wrong : {"", "[]", "{}", R"({"rows":[1]})", R"({"rows":[{"table":"t"}]})", R"({"not":1})"}) {
    EXPECT_FALSE(read_kept_change(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace sr::host
