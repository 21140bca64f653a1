// A database that misbehaves under a running host: what the client hears, and what is there afterwards.
// A server that dies is in postgres_test.cpp; docs/stores/postgres.md lists the outcomes.
#include <chrono>

#include "tests/end_to_end/on_postgres.h"

namespace sr::test {
namespace {

class Trouble : public OnPostgres {
 protected:
  void SetUp() override {
    const auto file = lines();
    const auto made = run(with_store({"store", "init", file}));
    ASSERT_EQ(made.status, 0) << made.err;
    child_ = std::make_unique<Child>(with_store(
        {"run", file, "--set", "stores.facts.answer_timeout=300ms", "--set",
         "stores.facts.lock_timeout=500ms", "--set", "stores.facts.connect_timeout=1s"},
        /*admin=*/false));
    child_->say(R"({"type":"hello"})");
    ASSERT_FALSE(hear(*child_, view_, "patch").is_null());
  }
  Json answer_to(const std::string& event) {
    child_->say(event);
    return outcome(*child_, view_);
  }
  void expect_unavailable(const std::string& event, const std::string& words) {
    const auto error = answer_to(event);
    EXPECT_EQ(error["type"], "error") << error.dump();
    EXPECT_EQ(error.value("code", ""), "store_unavailable") << error.dump();
    EXPECT_EQ(error.value("retryable", false), true);
    EXPECT_TRUE(has(error.value("message", ""), words)) << error.dump();
  }
  std::string statuses() {
    return server_.text(database_, "SELECT string_agg(status, ',' ORDER BY id) FROM alerts");
  }
  std::string seq() { return server_.text(database_, "SELECT seq FROM state_runtime.sessions"); }

  std::unique_ptr<Child> child_;
  ClientView view_;
};

TEST_F(Trouble, AFrozenServerIsAnsweredForAndUsedAgain) {
  EXPECT_EQ(answer_to(click("c1", "resolve_alert", 1))["status"], "accepted");
  server_.freeze();
  expect_unavailable(click("c2", "resolve_alert", 2), "cannot connect");
  expect_unavailable(click("c2", "resolve_alert", 2), "cannot connect");
  server_.thaw();
  EXPECT_EQ(status_in_the_end(*child_, view_, click("c2", "resolve_alert", 2)), "accepted");
  EXPECT_EQ(answer_to(click("c1", "resolve_alert", 1))["status"], "duplicate");
  EXPECT_EQ(statuses(), "resolved,resolved,open");
}

TEST_F(Trouble, AFullDiskHalfWritesNothing) {
  SmallLog disk(server_, database_);
  if (!disk.mounted()) GTEST_SKIP() << "needs the right to mount a small file system";
  disk.fill();
  Json answer;
  int taken = 0;  // the pages that the log has already hold a few more
  for (; taken < 2000; ++taken) {
    answer = answer_to(click("c" + std::to_string(taken),
                             taken % 2 == 0 ? "resolve_alert" : "reopen_alert", 1));
    if (answer["type"] == "error") break;
  }
  const auto next = click("c" + std::to_string(taken),
                          taken % 2 == 0 ? "resolve_alert" : "reopen_alert", 1);
  const auto before = statuses() + seq();
  EXPECT_EQ(answer.value("code", ""), "store_unavailable") << answer.dump();
  EXPECT_TRUE(has(answer.value("message", ""), "found no space")) << answer.dump();
  expect_unavailable(next, "found no space");
  EXPECT_EQ(statuses() + seq(), before);
  disk.empty();
  EXPECT_EQ(status_in_the_end(*child_, view_, next), "accepted");
}

TEST_F(Trouble, AJournalWithoutSpaceStopsTheServerAndLosesNothing) {
  SmallJournal journal(server_);
  if (!journal.mounted()) GTEST_SKIP() << "needs the right to mount a small file system";
  EXPECT_EQ(status_in_the_end(*child_, view_, click("c0", "resolve_alert", 1)), "accepted");
  journal.fill();
  const auto event = [](int n) {
    return click("c" + std::to_string(n), n % 2 == 0 ? "resolve_alert" : "reopen_alert", 1);
  };
  Json answer;
  int taken = 1;  // the journal has some files to spare; each switch begins another
  for (; taken < 100; ++taken) {
    try {
      server_.run("postgres", "SELECT pg_switch_wal()");
    } catch (const std::exception&) {  // it is this that stopped the server
    }
    answer = answer_to(event(taken));
    if (answer["type"] == "error") break;
  }
  EXPECT_EQ(answer.value("code", ""), "store_unavailable") << answer.dump();
  expect_unavailable(event(taken), "connect");
  journal.empty();
  server_.stop();
  server_.start();
  const auto last = status_in_the_end(*child_, view_, event(taken));
  EXPECT_TRUE(last == "accepted" || last == "duplicate") << last;  // the commit may have been done
  EXPECT_EQ(answer_to(event(taken - 1))["status"], "duplicate");
  EXPECT_EQ(server_.text(database_, "SELECT count(*) FROM state_runtime.log WHERE event_id LIKE 'c%'"),
            std::to_string(taken + 1));
  EXPECT_EQ(statuses(), std::string(taken % 2 == 0 ? "resolved" : "open") + ",open,open");
}

TEST_F(Trouble, TablesThatAreChangedAreNamedAndTheHostGoesOn) {
  struct Change {
    const char *there, *back, *words;
  };
  const Change changes[] = {
      {"ALTER TABLE alerts RENAME COLUMN status TO state",
       "ALTER TABLE alerts RENAME COLUMN state TO status", "alerts.status is gone"},
      {"ALTER TABLE alerts RENAME TO old_alerts", "ALTER TABLE old_alerts RENAME TO alerts",
       "the table alerts is gone"}};
  int number = 0;
  for (const auto& [there, back, words] : changes) {
    SCOPED_TRACE(there);
    ++number;
    const auto event = click("c" + std::to_string(number), "resolve_alert", number);
    server_.run(database_, there);
    const auto before = seq();
    expect_unavailable(event, words);
    expect_unavailable(event, "restart the host");
    EXPECT_EQ(seq(), before);
    server_.run(database_, back);
    EXPECT_EQ(status_in_the_end(*child_, view_, event), "accepted");
  }
  EXPECT_EQ(statuses(), "resolved,resolved,open");
  // Whoever restarts it with the change is told before anything is started.
  child_->end_of_input();
  EXPECT_EQ(child_->wait(), 1) << child_->err();  // some lines were answered with an error
  server_.run(database_, "ALTER TABLE alerts RENAME COLUMN status TO state");
  const auto restarted = run(with_store({"run", lines()}));
  EXPECT_EQ(restarted.status, 78) << restarted.out;
  EXPECT_TRUE(has(restarted.err, "status")) << restarted.err;
}

TEST_F(Trouble, ADamagedEntryEndsItsSessionAndNoOther) {
  child_->end_of_input();
  EXPECT_EQ(child_->wait(), 0) << child_->err();
  server_.run(database_, "UPDATE state_runtime.log SET body = overlay(body PLACING chr(ascii(substr("
                         "body, 9, 1)) # 1) FROM 9) WHERE kind = 'paint'");
  Child again(with_store({"run", lines()}));
  again.say(Json{{"type", "hello"}, {"session", view_.session()}, {"token", view_.token()}}.dump());
  const auto error = hear(again, view_, "error");
  EXPECT_EQ(error["code"], "internal") << error.dump();
  EXPECT_EQ(error["retryable"], false);
  EXPECT_TRUE(has(error["message"], "is damaged at seq")) << error.dump();
  ClientView fresh;
  again.say(R"({"type":"hello"})");
  hear(again, fresh, "patch");
  again.say(click("c1", "resolve_alert", 1));
  EXPECT_EQ(hear(again, fresh, "ack")["status"], "accepted");
}

}  // namespace
}  // namespace sr::test
