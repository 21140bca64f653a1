// Why an event is refused, and what the person is told.
#include "host/app/refusals.h"

#include <gtest/gtest.h>

namespace sr::host {
namespace {

Json refusal(const char* reason) { return {{"kind", "refuse"}, {"reason", reason}}; }

TEST(Refusals, EveryReasonHasASentence) {
  ASSERT_EQ(reason_names().size(), 5u);
  for (const auto& name : reason_names()) {
    const auto found = reason(name);
    ASSERT_TRUE(found) << name;
    EXPECT_EQ(to_string(*found), name);
    EXPECT_TRUE(in_words({}, *found).ends_with(".")) << name;
  }
  EXPECT_FALSE(reason("because"));
}

TEST(Refusals, TheAppHasItsOwnWords) {
  const Refusals german = {{Reason::kUnknown, "Das gibt es hier nicht."}};
  EXPECT_EQ(in_words(german, refusal("unknown")), "Das gibt es hier nicht.");
  EXPECT_EQ(in_words(german, refusal("not_allowed")), "That cannot be done here.");
}

TEST(Refusals, WhatIsNoReasonWasNotUnderstood) {
  const auto other = in_words({}, Reason::kNotUnderstood);
  EXPECT_EQ(in_words({}, refusal("because")), other);
  EXPECT_EQ(in_words({}, Json{{"kind", "refuse"}, {"say", "No."}}), other);
  EXPECT_EQ(in_words({}, Json{{"reason", 7}}), other);
}

}  // namespace
}  // namespace sr::host
