// Sessions, logs and snapshots.
#include "tests/plugins/stores/conformance.h"

#include <algorithm>
#include <limits>
#include <thread>

namespace sr::test {

using host::LogEntry;

void StoreConformance::make_session(const std::vector<LogEntry>& entries) {
  auto t = write();
  ASSERT_OK(t.session_create({.id = "s", .user = "ann", .token_hash = "h", .epoch = "e", .fence = 1}));
  ASSERT_OK(t.log_append("s", 1, 0, entries));
  ASSERT_OK(t.commit());
}

std::vector<LogEntry> StoreConformance::log_of(const std::string& session, std::uint64_t after) {
  std::vector<LogEntry> out;
  auto t = read();
  EXPECT_OK(t.log_read(session, after, [&](LogEntry e) {
    out.push_back(std::move(e));
    return true;
  }));
  return out;
}

TEST_P(StoreConformance, ASessionIsKeptAndClaimed) {
  make_session();
  reopen();
  auto t = write();
  const auto kept = t.session_get("s");
  ASSERT_OK(kept);
  EXPECT_EQ(kept->user, "ann");
  EXPECT_EQ(kept->token_hash, "h");
  EXPECT_EQ(kept->epoch, "e");
  EXPECT_EQ(kept->fence, 1u);
  EXPECT_EQ(kept->seq, 0u);
  const auto claimed = t.session_claim("s");
  ASSERT_OK(claimed);
  EXPECT_EQ(claimed->fence, 2u);
  ASSERT_OK(t.commit());
  EXPECT_EQ(read().session_get("s")->fence, 2u);
}

TEST_P(StoreConformance, AnUnknownSessionIsNotFoundAndAKnownOneNotMadeTwice) {
  auto t = write();
  EXPECT_EQ(code_of(t.session_get("x")), SR_NOT_FOUND);
  EXPECT_EQ(code_of(t.session_claim("x")), SR_NOT_FOUND);
  EXPECT_EQ(code_of(t.log_append("x", 1, 0, std::vector{entry("event", "{}")})), SR_NOT_FOUND);
  EXPECT_OK(t.session_create({.id = "x", .fence = 1}));  // looking for it did no harm
  EXPECT_EQ(code_of(t.session_create({.id = "x", .fence = 1})), SR_CONFLICT);
  ASSERT_OK(t.commit());
  EXPECT_TRUE(log_of("nobody").empty());
}

TEST_P(StoreConformance, EntriesComeBackAsTheyWereWritten) {
  auto event = entry("event", R"({"payload":{"say":"Grüße 👋"}})", "client-1");
  event.tokens = {0, 1, 127, 128, 16383, 16384, 262144, std::numeric_limits<std::int32_t>::max(), -1};
  event.vocabulary = "v1";
  event.at_ms = -5;
  make_session({event, entry("paint", ""), entry("shown", std::string(300'000, 'x'))});
  reopen();
  const auto log = log_of("s");
  ASSERT_EQ(log.size(), 3u);
  EXPECT_EQ(log[0].seq, 1u);
  EXPECT_EQ(log[0].at_ms, -5);
  EXPECT_EQ(log[0].kind, "event");
  EXPECT_EQ(log[0].body, event.body);
  EXPECT_EQ(log[0].event_id, "client-1");
  EXPECT_EQ(log[0].tokens, event.tokens);
  EXPECT_EQ(log[0].vocabulary, "v1");
  EXPECT_EQ(log[1].seq, 2u);
  EXPECT_EQ(log[1].body, "");
  EXPECT_TRUE(log[1].tokens.empty());
  EXPECT_EQ(log[2].body.size(), 300'000u);
  EXPECT_EQ(read().session_get("s")->seq, 3u);
}

TEST_P(StoreConformance, ALogIsReadFromAnyPlaceAndUntilTheReaderHasEnough) {
  std::vector<LogEntry> entries;
  for (int i = 1; i <= 20; ++i) entries.push_back(entry("paint", std::to_string(i)));
  make_session(entries);
  EXPECT_EQ(log_of("s", 18).size(), 2u);
  EXPECT_EQ(log_of("s", 18)[0].body, "19");
  EXPECT_TRUE(log_of("s", 20).empty());
  EXPECT_TRUE(log_of("s", std::numeric_limits<std::uint64_t>::max()).empty());
  int taken = 0;
  auto t = read();
  EXPECT_OK(t.log_read("s", 0, [&](LogEntry) { return ++taken < 5; }));
  EXPECT_EQ(taken, 5);
}

TEST_P(StoreConformance, LogsOfSessionsDoNotMix) {
  make_session({entry("event", "mine", "same-id")});
  auto t = write();
  ASSERT_OK(t.session_create({.id = "other", .fence = 1}));
  ASSERT_OK(t.log_append("other", 1, 0, std::vector{entry("event", "theirs", "same-id")}));
  ASSERT_OK(t.commit());
  ASSERT_EQ(log_of("s").size(), 1u);
  EXPECT_EQ(log_of("s")[0].body, "mine");
  EXPECT_EQ(log_of("other")[0].body, "theirs");
}

TEST_P(StoreConformance, AStaleFenceAndAWrongSeqAreConflictsThatNameBoth) {
  make_session({entry("event", "1")});
  const std::vector more{entry("event", "2")};
  {
    auto t = write();
    EXPECT_EQ(code_of(t.log_append("s", 7, 1, more)), SR_CONFLICT);
    EXPECT_FAILS(t.log_append("s", 7, 1, more), SR_CONFLICT, "fence 1, not to 7");
    EXPECT_FAILS(t.log_append("s", 1, 0, more), SR_CONFLICT, "seq 1, not at 0");
    EXPECT_FAILS(t.log_append("s", 1, 2, more), SR_CONFLICT, "seq 1, not at 2");
  }
  auto owner_of_old = write();
  ASSERT_OK(owner_of_old.session_claim("s"));
  ASSERT_OK(owner_of_old.commit());
  auto t = write();
  EXPECT_EQ(code_of(t.log_append("s", 1, 1, more)), SR_CONFLICT);
  EXPECT_OK(t.log_append("s", 2, 1, more));
  ASSERT_OK(t.commit());
  EXPECT_EQ(log_of("s").size(), 2u);
}

TEST_P(StoreConformance, AnEventIdIsTakenOnce) {
  make_session({entry("event", "1", "a"), entry("event", "2", "b")});
  auto t = write();
  EXPECT_EQ(*t.event_seen("s", "a"), 1u);
  EXPECT_EQ(*t.event_seen("s", "b"), 2u);
  EXPECT_EQ(*t.event_seen("s", "c"), 0u);
  EXPECT_EQ(*t.event_seen("nobody", "a"), 0u);
  EXPECT_FAILS(t.log_append("s", 1, 2, std::vector{entry("event", "3", "b")}), SR_CONFLICT, "\"b\"");
  t.rollback();
  auto u = write();
  EXPECT_EQ(code_of(u.log_append("s", 1, 2, std::vector{entry("event", "3", "c"),
                                                        entry("event", "4", "c")})),
            SR_CONFLICT);
  u.rollback();
  EXPECT_EQ(log_of("s").size(), 2u);
  EXPECT_EQ(*read().event_seen("s", "c"), 0u);
}

TEST_P(StoreConformance, TheNewestEntryOfAKindIsKnown) {
  make_session({entry("event", "1"), entry("paint", "2"), entry("event", "3"), entry("paint", "4")});
  auto t = write();
  ASSERT_OK(t.log_append("s", 1, 4, std::vector{entry("event", "5")}));
  EXPECT_EQ(*t.log_last("s", "event"), 5u);
  EXPECT_EQ(*t.log_last("s", "paint"), 4u);
  EXPECT_EQ(*t.log_last("s", "checkpoint"), 0u);
  t.rollback();
  EXPECT_EQ(*read().log_last("s", "event"), 3u);
}

TEST_P(StoreConformance, FactsAndLogChangeTogether) {
  make_session();
  {
    auto t = write();
    ASSERT_OK(t.execute(owner("DELETE FROM tickets WHERE id = 1")));
    ASSERT_OK(t.log_append("s", 1, 0, std::vector{entry("event", "1")}));
  }
  EXPECT_EQ(number(store(), "SELECT count(*) FROM tickets"), 3);
  EXPECT_TRUE(log_of("s").empty());
  auto t = write();
  ASSERT_OK(t.execute(owner("DELETE FROM tickets WHERE id = 1")));
  ASSERT_OK(t.log_append("s", 1, 0, std::vector{entry("event", "1")}));
  ASSERT_OK(t.commit());
  EXPECT_EQ(number(store(), "SELECT count(*) FROM tickets"), 2);
  EXPECT_EQ(log_of("s").size(), 1u);
}

TEST_P(StoreConformance, ManyThreadsAppendToTheirOwnSessions) {
  constexpr int kThreads = 4;
  constexpr int kEach = 20;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, id = "s" + std::to_string(i)] {
      auto t = store().begin(true);
      ASSERT_OK(t);
      ASSERT_OK(t->session_create({.id = id, .fence = 1}));
      ASSERT_OK(t->commit());
      for (std::uint64_t seq = 0; seq < kEach; ++seq) {
        auto u = store().begin(true);
        ASSERT_OK(u);
        ASSERT_OK(u->log_append(id, 1, seq, std::vector{entry("event", "x", std::to_string(seq))}));
        ASSERT_OK(u->commit());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (int i = 0; i < kThreads; ++i) EXPECT_EQ(log_of("s" + std::to_string(i)).size(), kEach);
}

TEST_P(StoreConformance, TheNewestSnapshotOfAModelIsKept) {
  make_session();
  const std::string big(3'000'000, '\x7f');
  {
    auto t = write();
    ASSERT_OK(t.snapshot_put("s", "model-a", 5, std::string("\0one", 4)));
    ASSERT_OK(t.snapshot_put("s", "model-b", 6, "b"));
    ASSERT_OK(t.snapshot_put("s", "model-a", 9, big));
    ASSERT_OK(t.snapshot_put("s", "model-a", 8, "late"));  // older than the one that is kept
    EXPECT_EQ(code_of(t.snapshot_put("nobody", "model-a", 1, "x")), SR_NOT_FOUND);
    ASSERT_OK(t.commit());
  }
  reopen();
  auto t = read();
  const auto a = t.snapshot_get("s", "model-a");
  ASSERT_OK(a);
  EXPECT_EQ(a->seq, 9u);
  EXPECT_TRUE(a->data == big);
  EXPECT_EQ(t.snapshot_get("s", "model-b")->data, "b");
  EXPECT_EQ(code_of(t.snapshot_get("s", "model-c")), SR_NOT_FOUND);
  EXPECT_EQ(code_of(t.snapshot_get("nobody", "model-a")), SR_NOT_FOUND);
}

TEST_P(StoreConformance, OldSessionsAreFoundAndDeletedWhole) {
  std::vector<LogEntry> entries = {entry("app", "{}"), entry("event", "{}", "e1"),
                                   entry("paint", "{}")};
  for (const auto& [id, at] :
       {std::pair("new", 900), std::pair("older", 100), std::pair("old", 200)}) {
    auto t = write();
    ASSERT_OK(
        t.session_create({.id = id, .user = "ann", .token_hash = "h", .epoch = "e", .fence = 1}));
    for (auto& one : entries) one.at_ms = at;
    ASSERT_OK(t.log_append(id, 1, 0, entries));
    ASSERT_OK(t.snapshot_put(id, "model", 2, "state"));
    ASSERT_OK(t.commit());
  }
  const auto found = [this](std::int64_t before, std::uint64_t most) {
    std::vector<std::string> out;
    auto t = read();
    const auto all = t.sessions_before(before, most);
    EXPECT_OK(all);
    for (const auto& one : *all) out.push_back(one.id);
    return out;
  };
  EXPECT_EQ(found(900, 10), (std::vector<std::string>{"older", "old"}));
  EXPECT_EQ(found(1000, 1), std::vector<std::string>{"older"});
  EXPECT_TRUE(found(100, 10).empty());
  {
    auto t = write();
    ASSERT_OK(t.session_claim("old"));
    ASSERT_OK(t.commit());
  }
  {
    auto t = write();
    EXPECT_EQ(code_of(t.session_delete("nobody", 1)), SR_NOT_FOUND);
    EXPECT_EQ(code_of(t.session_delete("old", 1)), SR_CONFLICT);
    ASSERT_OK(t.session_delete("older", 1));
    ASSERT_OK(t.commit());
  }
  reopen();
  EXPECT_EQ(code_of(read().session_get("older")), SR_NOT_FOUND);
  EXPECT_EQ(code_of(read().snapshot_get("older", "model")), SR_NOT_FOUND);
  EXPECT_EQ(log_of("old").size(), 3u);
  EXPECT_EQ(log_of("new").size(), 3u);
  // Nothing of it is left for one of the same name.
  auto t = write();
  ASSERT_OK(t.session_create(
      {.id = "older", .user = "bob", .token_hash = "h", .epoch = "e", .fence = 1}));
  EXPECT_EQ(*t.event_seen("older", "e1"), 0u);
  EXPECT_EQ(*t.log_last("older", "paint"), 0u);
  ASSERT_OK(t.log_append("older", 1, 0, entries));
  ASSERT_OK(t.commit());
  EXPECT_EQ(log_of("older").size(), 3u);
}

}  // namespace sr::test
