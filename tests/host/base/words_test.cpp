#include "host/base/words.h"

#include <gtest/gtest.h>

namespace sr::host {
namespace {

TEST(Words, AreMadeOfNames) {
  EXPECT_EQ(in_words("opened_at"), "opened at");
  EXPECT_EQ(in_words("openedAt"), "opened at");
  EXPECT_EQ(in_words("OrderEntry"), "order entry");
  EXPECT_EQ(in_words("_id__of owner"), "id of owner");
  EXPECT_EQ(in_words("größe"), "größe");
  EXPECT_EQ(in_words("order_"), "order");
  EXPECT_EQ(in_words(""), "");
  EXPECT_EQ(capitalised("open orders"), "Open orders");
  EXPECT_EQ(capitalised(""), "");
}

TEST(Words, OfOneRow) {
  EXPECT_EQ(singular("order entries"), "order entry");
  EXPECT_EQ(singular("boxes"), "box");
  EXPECT_EQ(singular("glasses"), "glass");
  EXPECT_EQ(singular("batches"), "batch");
  EXPECT_EQ(singular("alerts"), "alert");
  for (const auto* same : {"status", "analysis", "access", "gas", "data", "Bestand"}) {
    EXPECT_EQ(singular(same), same);
  }
}

TEST(Words, AreCutBetweenCharacters) {
  EXPECT_EQ(shortened("abc", 3), "abc");
  EXPECT_EQ(shortened("abcd", 3), "abc…");
  EXPECT_EQ(shortened("aé", 2), "a…");
  EXPECT_EQ(shortened("é", 1), "…");
}

}  // namespace
}  // namespace sr::host
