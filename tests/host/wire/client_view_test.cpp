// The client's side: snapshots and patches become a view, and what does not fit is noticed.
#include <gtest/gtest.h>

#include "host/patch/patch.h"
#include "host/wire/client_view.h"
#include "host/wire/message.h"

namespace sr::host::wire {
namespace {

Json message(const std::string& text) { return Json::parse(text); }

const Json kBefore = Json::parse(R"({"components":[{"type":"M","id":"m","value":1}]})");
const Json kAfter = Json::parse(R"({"components":[{"type":"M","id":"m","value":2}]})");
const Json kOps = Json::parse(R"([{"op":"replace","path":"/components/0/value","value":2}])");

struct ClientViewTest : testing::Test {
  ClientViewTest() {
    EXPECT_TRUE(client.take(message(welcome("s", "t", "e", 4, false, Json::array()))).ok());
    EXPECT_TRUE(client.take(message(snapshot(4, kBefore, sr::host::patch::view_hash(kBefore)))).ok());
  }
  Status take_patch(std::uint64_t seq, const Json& ops, const std::string& hash) {
    return client.take(message(wire::patch(seq, "e1", ops, hash, nullptr)));
  }
  ClientView client;
};

TEST_F(ClientViewTest, SnapshotThenPatch) {
  EXPECT_EQ(client.session() + client.token() + client.epoch(), "ste");
  EXPECT_EQ(client.view(), kBefore);
  EXPECT_EQ(client.seq(), 4U);
  EXPECT_TRUE(take_patch(9, kOps, sr::host::patch::view_hash(kAfter)).ok());
  EXPECT_EQ(client.view(), kAfter);
  EXPECT_EQ(client.seq(), 9U);
}

TEST_F(ClientViewTest, APatchThatChangesNothingKeepsItsPlace) {
  EXPECT_TRUE(take_patch(4, Json::array(), "").ok());
  EXPECT_EQ(client.seq(), 4U);
}

TEST_F(ClientViewTest, APatchThatCameBefore) {
  ASSERT_TRUE(take_patch(9, kOps, "").ok());
  const auto again = take_patch(9, kOps, "");
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, SR_CONFLICT);
  EXPECT_EQ(again.error().text(), "[client] patch 9 came after 9");
}

TEST_F(ClientViewTest, APatchThatDoesNotApplyChangesNothing) {
  const auto ops = Json::parse(R"([{"op":"replace","path":"/components/0/value","value":2},
                                   {"op":"remove","path":"/components/5"}])");
  EXPECT_FALSE(take_patch(9, ops, "").ok());
  EXPECT_EQ(client.view(), kBefore);
  EXPECT_EQ(client.seq(), 4U);
}

TEST_F(ClientViewTest, AViewOfAnotherHash) {
  const auto wrong = take_patch(9, kOps, sr::host::patch::view_hash(kBefore));
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.error().code, SR_CORRUPT);
}

TEST_F(ClientViewTest, OtherMessagesLeaveTheViewAlone) {
  for (const auto& text : {ack("e1", "accepted", 5), error("refused", "no", "e1", false), drain(0)}) {
    EXPECT_TRUE(client.take(message(text)).ok());
  }
  EXPECT_EQ(client.view(), kBefore);
}

}  // namespace
}  // namespace sr::host::wire
