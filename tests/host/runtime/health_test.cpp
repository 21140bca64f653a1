// What GET /readyz tells of an executor, a store and a backend that go or do not go on.
#include "host/runtime/health.h"

#include <gtest/gtest.h>

#include "host/runtime/http.h"

namespace sr::host {
namespace {

// A clock that goes on when it is told to.
class MadeUp {
 public:
  Health::Now now() {
    return [this] { return now_; };
  }
  void pass(double ms) {
    now_ += std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double, std::milli>(ms));
  }

 private:
  Clock::time_point now_{std::chrono::hours(1)};
};

TEST(Health, AllIsWell) {
  Health health;
  double busy = 0;
  health.watch("main", [&] { return busy; });
  ASSERT_TRUE(health.may_ask());
  health.answered({});
  const auto report = health.report();
  EXPECT_TRUE(report.ready);
  EXPECT_EQ(report.body["status"], "ready");
  for (const auto* name : {"executor", "store", "backend main", "draining"}) {
    EXPECT_EQ(report.body["checks"].at(name)["ok"], true) << name;
    EXPECT_FALSE(report.body["checks"].at(name).contains("message")) << name;
  }
  const auto response = Http::readiness(report.ready, report.body.dump());
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(Json::parse(response.body), report.body);
}

TEST(Health, AStoreThatCannotKeepAChangeIsNamedUntilItCan) {
  Health health;
  ASSERT_TRUE(health.may_ask());
  EXPECT_FALSE(health.may_ask());  // one question at a time
  health.answered(Error{SR_UNAVAILABLE, "store facts", "the disk is full", {}});
  auto report = health.report();
  EXPECT_FALSE(report.ready);
  EXPECT_EQ(report.body["status"], "not ready");
  EXPECT_EQ(report.body["checks"]["store"]["message"], "[store facts] the disk is full");
  EXPECT_EQ(report.body["checks"]["executor"]["ok"], true);
  EXPECT_EQ(Http::readiness(report.ready, report.body.dump()).status, 503U);
  ASSERT_TRUE(health.may_ask());
  EXPECT_FALSE(health.report().ready);  // not before it has said so
  health.answered({});
  EXPECT_TRUE(health.report().ready);
}

TEST(Health, AChangeThatWasNotKeptIsNamedUntilOneIs) {
  Health health;
  EXPECT_FALSE(health.doubts_store());
  health.noted(Error{SR_UNAVAILABLE, "store facts", "the database is locked", {}});
  EXPECT_TRUE(health.doubts_store());
  ASSERT_TRUE(health.may_ask());
  health.answered({});  // however sure the store is
  const auto report = health.report();
  EXPECT_FALSE(report.ready);
  EXPECT_EQ(report.body["checks"]["store"]["message"], "[store facts] the database is locked");
  health.noted({});
  EXPECT_FALSE(health.doubts_store());
  EXPECT_TRUE(health.report().ready);
}

TEST(Health, ABackendThatHangsIsNamed) {
  Health health;
  health.watch("main", [] { return 31000.0; });
  const auto report = health.report();
  EXPECT_FALSE(report.ready);
  EXPECT_EQ(report.body["checks"]["backend main"]["message"],
            "the backend has been in one call for 31 s");
  EXPECT_EQ(report.body["checks"]["backend main"]["busy_ms"], 31000);
}

TEST(Health, AnExecutorThatHangsIsNamed) {
  MadeUp time;
  Health health(time.now());
  time.pass(Health::kExecutorMs);
  EXPECT_TRUE(health.report().ready);
  EXPECT_EQ(health.report().body["checks"]["executor"]["age_ms"], 2000);
  time.pass(1);
  const auto report = health.report();
  EXPECT_FALSE(report.ready);
  EXPECT_EQ(report.body["status"], "not ready");
  EXPECT_EQ(report.body["checks"]["executor"]["message"],
            "no session has been served for 2 s; one of them holds up all");
  EXPECT_EQ(report.body["checks"]["executor"]["age_ms"], 2001);
  EXPECT_EQ(report.body["checks"]["store"]["ok"], true);  // it was not asked
  health.beat();
  EXPECT_TRUE(health.report().ready);
  EXPECT_EQ(health.report().body["checks"]["executor"]["age_ms"], 0);
}

TEST(Health, AStoreThatDoesNotAnswerIsNamedUntilItDoes) {
  MadeUp time;
  Health health(time.now());
  ASSERT_TRUE(health.may_ask());
  time.pass(Health::kStoreMs);
  health.beat();
  EXPECT_TRUE(health.report().ready);
  time.pass(1000);
  health.beat();
  const auto report = health.report();
  EXPECT_FALSE(report.ready);
  EXPECT_EQ(report.body["checks"]["store"]["message"], "the store has not answered for 6 s");
  EXPECT_EQ(report.body["checks"]["store"]["age_ms"], 6000);
  EXPECT_FALSE(health.may_ask());
  health.answered({});
  EXPECT_TRUE(health.report().ready);
  EXPECT_EQ(health.report().body["checks"]["store"]["age_ms"], 0);
}

TEST(Health, AHostThatDrainsIsNotReady) {
  Health health;
  health.drain();
  EXPECT_FALSE(health.report().ready);
  EXPECT_EQ(health.report().body["status"], "draining");
}

}  // namespace
}  // namespace sr::host
