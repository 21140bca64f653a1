// Sessions in the real store: made, found again, kept from strangers, and owned by one host.
#include <gtest/gtest.h>

#include "host/session/open.h"
#include "tests/host/turn/world.h"

namespace sr::host::testing {
namespace {

Result<Restored> restore(World& w, const std::string& token = "the token") {
  return restore_session(w.facts->store(), w.app, w.engine->guard, w.session.id, token);
}

TEST(Open, ASessionIsFoundAgainAsItWas) {
  World w;
  w.turn(click("c1", "resolve_alert", 2));
  const auto restored = restore(w);
  ASSERT_TRUE(restored.ok()) << restored.error().text();
  const auto& session = restored->session;
  EXPECT_EQ(session.id, w.session.id);
  EXPECT_EQ(session.epoch, w.session.epoch);
  EXPECT_EQ(session.seq, 11U);
  EXPECT_EQ(session.painted, 11U);
  EXPECT_EQ(session.screen.view, w.session.screen.view);
  EXPECT_EQ(session.screen.manifest, w.session.screen.manifest);
  ASSERT_EQ(session.screen.bindings.size(), 1U);
  EXPECT_EQ(session.screen.bindings[0].plan.tables, std::vector<std::string>{"alerts"});
  std::string kinds;
  for (const auto& entry : restored->entries) kinds += entry.kind + " ";
  EXPECT_EQ(kinds, "app event manifest shown event action result shown ");  // what a model reads
}

TEST(Open, AWrongTokenIsAnUnknownSession) {
  World w;
  const auto wrong = restore(w, "a guess");
  ASSERT_FALSE(wrong.ok());
  const auto unknown = restore_session(w.facts->store(), w.app, w.engine->guard, "nobody", "the token");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(wrong.error().code, SR_NOT_FOUND);
  EXPECT_EQ(wrong.error().text(), unknown.error().text());
  // A guess takes nothing from the owner.
  EXPECT_EQ(w.turn(click("c1", "resolve_alert", 2)).ending, Ending::kPainted);
}

TEST(Open, TheTokenIsNotKept) {
  World w;
  EXPECT_EQ(w.session.token_hash.find("the token"), std::string::npos);
  EXPECT_EQ(w.session.token_hash.size(), 64U);
}

TEST(Open, EachOwnerHasAHigherFenceAndTheOldOneCannotWrite) {
  World w;
  const auto first = restore(w);
  const auto second = restore(w);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(w.session.fence, 1U);
  EXPECT_EQ(first->session.fence, 2U);
  EXPECT_EQ(second->session.fence, 3U);
  LogEntry entry;
  entry.kind = "event";
  entry.body = "{}";
  for (const Session* owner : std::initializer_list<const Session*>{
           &w.session, &first->session, &second->session}) {
    auto transaction = w.facts->store().begin(true);
    const auto added = transaction->log_append(owner->id, owner->fence, 5, {&entry, 1});
    EXPECT_EQ(added.ok(), owner == &second->session);
    if (!added) {
      EXPECT_EQ(added.error().code, SR_CONFLICT);
    }
  }
}

TEST(Open, PaintsAreFoundForWhoMissedThem) {
  World w;
  w.turn(click("c1", "resolve_alert", 2));
  w.turn(click("c2", "resolve_alert", 3));
  const auto after = [&](std::uint64_t seq, std::size_t limit) {
    return paints_after(w.facts->store(), w.session.id, seq, limit);
  };
  const auto missed = after(5, 10);
  ASSERT_TRUE(missed.ok());
  ASSERT_EQ(missed->size(), 2U);
  EXPECT_EQ((*missed)[0].seq, 11U);
  EXPECT_EQ((*missed)[1].seq, 17U);
  EXPECT_EQ(after(11, 10)->size(), 1U);
  EXPECT_TRUE(after(17, 10)->empty());
  EXPECT_EQ(after(5, 2)->size(), 2U);
  ASSERT_FALSE(after(5, 1).ok());
  EXPECT_EQ(after(5, 1).error().code, SR_EXHAUSTED);
}

TEST(Open, ADamagedLogIsRefusedWithItsPlaceAndLeftToItsOwner) {
  World w;
  LogEntry paint;
  paint.kind = "paint";
  paint.body = R"({"ops":[{"op":"remove","path":"/components/7"}]})";
  {
    auto transaction = w.facts->store().begin(true);
    ASSERT_TRUE(transaction->log_append(w.session.id, w.session.fence, 5, {&paint, 1}).ok());
    ASSERT_TRUE(transaction->commit().ok());
  }
  const auto restored = restore(w);
  ASSERT_FALSE(restored.ok());
  EXPECT_EQ(restored.error().code, SR_CORRUPT);
  EXPECT_TRUE(restored.error().text().starts_with("[log] entry 6 (paint) does not apply: "))
      << restored.error().text();
  auto transaction = w.facts->store().begin(false);
  EXPECT_EQ(transaction->session_get(w.session.id)->fence, 1U);
}

}  // namespace
}  // namespace sr::host::testing
