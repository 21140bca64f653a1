#include <atomic>
#include <thread>

#include "harness.h"

namespace sr::test {
namespace {

const std::string kClick = R"({"user_action":"resolve_alert","alert_id":2})";
const std::string kAnswer =
    R"({"kind":"sql","sql":"UPDATE alerts SET status = 'resolved' WHERE id = 2"})";
const std::string kRetry = "\nrefused {\"why\":\"no\"}\nemit ";

Options misbehaving(const std::string& how, Options more = {}) {
  more["rules"] = sample_rules();
  more["misbehave"] = how;
  return more;
}

TEST(WrongOutput, is_said_on_the_chosen_events_and_so_often) {
  TestBackend backend(misbehaving("wrong_output", {{"misbehave_say", "{\"kind\":\"other\"}"},
                                                   {"misbehave_on", "/RESOLVE_/i"},
                                                   {"misbehave_times", "2"}}));
  ASSERT_EQ(backend.created(), SR_OK) << backend.error().message;
  auto s = backend.open();
  backend.ask(s, R"({"command":"raw"})");
  EXPECT_EQ(backend.say(s), "not JSON at all");
  ASSERT_EQ(backend.forward(s, "\n"), SR_OK);
  backend.ask(s, kClick);
  auto fork = backend.fork(s);
  EXPECT_EQ(backend.say(fork), "{\"kind\":\"other\"}");
  EXPECT_EQ(backend.say(s), "{\"kind\":\"other\"}") << "the same attempt counts once";
  ASSERT_EQ(backend.forward(s, kRetry), SR_OK);
  EXPECT_EQ(backend.say(s), "{\"kind\":\"other\"}");
  ASSERT_EQ(backend.forward(s, kRetry), SR_OK);
  EXPECT_EQ(backend.say(s), kAnswer);
}

TEST(WrongOutput, needs_what_to_say) {
  TestBackend backend(misbehaving("wrong_output"));
  EXPECT_EQ(backend.created(), SR_INVALID_ARGUMENT);
  EXPECT_STREQ(backend.error().option, "misbehave_say");
}

TEST(Misbehave, a_bad_expression_is_blamed_on_its_option) {
  TestBackend backend(misbehaving("stall", {{"misbehave_on", "("}}));
  EXPECT_EQ(backend.created(), SR_INVALID_ARGUMENT);
  EXPECT_STREQ(backend.error().option, "misbehave_on");
}

TEST(Nonsense, never_closes_what_it_need_not_close) {
  TestBackend backend(misbehaving("nonsense", {{"misbehave_times", "1"}}));
  auto s = backend.open();
  backend.ask(s, kClick);
  const auto fork = backend.fork(s);
  std::string said;
  for (int i = 0; i < 300; ++i) {
    const auto token = backend.next(s);
    ASSERT_GE(token, 0);
    ASSERT_LT(token, 256);
    ASSERT_EQ(std::string("\"}]").find(static_cast<char>(token)), std::string::npos);
    if (token == '\n') break;  // ends the line, and with it the turn
    said.push_back(static_cast<char>(token));
    ASSERT_EQ(backend.forward_tokens(s, {token}), SR_OK);
  }
  EXPECT_EQ(said.empty() ? -1 : static_cast<unsigned char>(said[0]), backend.next(fork));
  const auto closer = mask_of("}");
  EXPECT_EQ(backend.next(fork, &closer), '}') << "unless nothing else is allowed";
  auto after = backend.open();
  backend.ask(after, kClick);
  EXPECT_EQ(backend.say(after), kAnswer);
}

TEST(CrashSequence, fails_its_item_only) {
  TestBackend backend(misbehaving("crash_sequence", {{"misbehave_on", "resolve_alert"},
                                                     {"misbehave_times", "2"}}));
  auto bad = backend.open(), good = backend.open();
  const auto click = TestBackend::tokens("event " + kClick + "\nemit ");
  const auto other = TestBackend::tokens("event {\"command\":\"raw\"}\nemit ");
  TestError errors[2];
  sr_forward_item items[2] = {
      {sizeof(sr_forward_item), SR_LOGITS_LAST, bad.get(), click.data(), click.size(), &errors[0]},
      {sizeof(sr_forward_item), SR_LOGITS_LAST, good.get(), other.data(), other.size(),
       &errors[1]}};
  sr_forward_item* list[] = {&items[0], &items[1]};
  for (int time = 0; time < 2; ++time) {
    ASSERT_EQ(backend.table().forward(backend.get(), list, 2, nullptr), SR_OK);
    EXPECT_EQ(errors[0].code, SR_INTERNAL);
    EXPECT_EQ(errors[1].code, SR_OK) << errors[1].message;
    EXPECT_EQ(backend.length(bad), 0U);
    EXPECT_EQ(backend.say(good), "not JSON at all");
    ASSERT_EQ(backend.forward(good, "\n"), SR_OK);
  }
  ASSERT_EQ(backend.forward_tokens(bad, click), SR_OK) << "then it behaves";
  EXPECT_EQ(backend.say(bad), kAnswer);
}

TEST(Stall, lasts_as_long_as_it_is_told_to_and_happens_once_an_attempt) {
  TestBackend backend(misbehaving("stall", {{"stall_for", "5"}}));
  auto s = backend.open();
  backend.ask(s, kClick);
  EXPECT_EQ(backend.say(s), kAnswer);
}

TEST(Stall, is_ended_by_an_interrupt_from_another_thread) {
  TestBackend backend(misbehaving("stall", {{"misbehave_times", "1"}}));
  auto first = backend.open(), stalled = backend.open(), last = backend.open();
  const auto idle = TestBackend::tokens("app {}\n");
  const auto click = TestBackend::tokens("event " + kClick + "\nemit ");
  TestError errors[3];
  sr_forward_item items[3] = {
      {sizeof(sr_forward_item), SR_LOGITS_LAST, first.get(), idle.data(), idle.size(), &errors[0]},
      {sizeof(sr_forward_item), SR_LOGITS_LAST, stalled.get(), click.data(), click.size(),
       &errors[1]},
      {sizeof(sr_forward_item), SR_LOGITS_LAST, last.get(), idle.data(), idle.size(), &errors[2]}};
  sr_forward_item* list[] = {&items[0], &items[1], &items[2]};
  std::atomic<bool> returned = false;
  backend.table().interrupt(backend.get());  // nothing runs: does nothing
  std::thread worker([&] {
    EXPECT_EQ(backend.table().forward(backend.get(), list, 3, nullptr), SR_OK);
    returned = true;
  });
  // An interrupt that comes before the call has begun is lost, as promised: repeat it.
  while (!returned) backend.table().interrupt(backend.get()), std::this_thread::yield();
  worker.join();
  // Where the interrupt fell into the call decides whether the first item was done.
  EXPECT_TRUE(errors[0].code == SR_OK || errors[0].code == SR_CANCELLED);
  EXPECT_EQ(errors[1].code, SR_CANCELLED);
  EXPECT_EQ(errors[2].code, SR_CANCELLED);
  EXPECT_EQ(backend.length(stalled), 0U);
  EXPECT_EQ(backend.length(last), 0U);
  ASSERT_EQ(backend.forward(last, "app {}\n"), SR_OK) << "the instance is usable";
}

TEST(Stall, in_sample_is_ended_too) {
  TestBackend backend(misbehaving("stall"));
  auto s = backend.open();
  // The line is complete, so that reading it does not stall; its middle is the model's turn.
  const std::string text = "event " + kClick + "\nemit \n";
  ASSERT_EQ(backend.forward(s, text, SR_LOGITS_ALL), SR_OK);
  auto pick = backend.pick(s, nullptr, text.size() - 2);
  std::atomic<bool> returned = false;
  std::thread worker([&] {
    EXPECT_EQ(backend.sample(pick), SR_CANCELLED);
    returned = true;
  });
  while (!returned) backend.table().interrupt(backend.get()), std::this_thread::yield();
  worker.join();
  EXPECT_EQ(pick.token, -1);
}

TEST(Latency, can_be_interrupted) {
  TestBackend backend({{"rules", sample_rules()}, {"latency_us", "1000000"}});
  auto s = backend.open();
  const auto text = TestBackend::tokens(std::string(3600, 'x'));  // an hour
  TestError error;
  sr_forward_item item{sizeof item, SR_LOGITS_LAST, s.get(), text.data(), text.size(), &error};
  sr_forward_item* list[] = {&item};
  std::atomic<bool> returned = false;
  std::thread worker([&] {
    EXPECT_EQ(backend.table().forward(backend.get(), list, 1, nullptr), SR_OK);
    returned = true;
  });
  while (!returned) backend.table().interrupt(backend.get()), std::this_thread::yield();
  worker.join();
  EXPECT_EQ(error.code, SR_CANCELLED);
  EXPECT_EQ(backend.length(s), 0U);
}

}  // namespace
}  // namespace sr::test
