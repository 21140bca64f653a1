// tests/plugins/stores/sqlite/turns.h - a session whose every turn changes a fact and the log
// together, so that one can be counted against the other after a crash.
#pragma once

#include "tests/plugins/stores/sqlite/bench.h"

namespace sr::test {

inline host::Status make_turns(host::LoadedStore& store) {
  auto status = store.run_script("CREATE TABLE turns (n INTEGER NOT NULL); INSERT INTO turns VALUES (0)");
  if (!status) return status;
  auto t = store.begin(true);
  if (!t) return t.error();
  status = t->session_create({.id = "s", .fence = 1});
  return status.ok() ? t->commit() : status;
}

// Returns the seq of the turn's entry once it is durable.
inline host::Result<std::uint64_t> run_turn(host::LoadedStore& store) {
  auto t = store.begin(true);
  if (!t) return t.error();
  const auto session = t->session_get("s");
  if (!session) return session.error();
  auto changed = t->execute(owner("UPDATE turns SET n = n + 1"));
  if (!changed) return changed.error();
  const auto id = std::to_string(session->seq + 1);
  auto status = t->log_append("s", 1, session->seq,
                              std::vector{entry("event", std::string(3000, 'x') + id, id)});
  if (!status) return status.error();
  status = t->commit();
  if (!status) return status.error();
  return session->seq + 1;
}

// After any crash: what was acknowledged is there, facts and log agree, and the next turn works.
inline void check_turns(const std::string& file, std::uint64_t acknowledged) {
  auto store = open_sqlite(file);
  ASSERT_OK(store);
  std::uint64_t length = 0;
  {
    auto t = store->begin(false);
    ASSERT_OK(t);
    EXPECT_OK(t->log_read("s", 0, [&](host::LogEntry e) {
      ++length;
      return e.event_id == std::to_string(length);
    }));
  }
  EXPECT_GE(length, acknowledged);
  EXPECT_EQ(number(*store, "SELECT n FROM turns"), static_cast<std::int64_t>(length));
  const auto next = run_turn(*store);
  ASSERT_OK(next);
  EXPECT_EQ(*next, length + 1);
  EXPECT_EQ(Raw(file).text("PRAGMA integrity_check"), "ok");
}

}  // namespace sr::test
