#include "sequence.h"

#include "harness.h"

namespace sr::scripted {
namespace {

using test::TestBackend;

const std::string kClick = R"({"user_action":"resolve_alert","alert_id":2})";
const std::string kAnswer =
    R"({"kind":"sql","sql":"UPDATE alerts SET status = 'resolved' WHERE id = 2"})";

class SequenceTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(backend_.created(), SR_OK) << backend_.error().message; }
  TestBackend backend_{{{"rules", test::sample_rules()}}};
};

TEST_F(SequenceTest, the_plugin_says_what_it_is) {
  const auto& plugin = *sr_plugin_v1_scripted();
  EXPECT_STREQ(plugin.name, "scripted");
  EXPECT_STREQ(plugin.components[0]->interface_id, SR_BACKEND_ID);
  EXPECT_STREQ(plugin.components[0]->type, "scripted");
  sr_backend_info info{};
  info.struct_size = sizeof info;
  backend_.table().describe(backend_.get(), &info);
  EXPECT_EQ(view(info.family), "scripted");
  EXPECT_TRUE(view(info.fingerprint).starts_with("scripted/1 bytes-257/1 "));
  EXPECT_GE(info.session_bytes, sizeof(TextSequence));
  EXPECT_EQ(info.token_bytes, 0U);
  EXPECT_EQ(info.context_limit, 0U);
}

TEST_F(SequenceTest, tokens_are_bytes) {
  const auto& v = *backend_.table().vocabulary(backend_.get());
  ASSERT_EQ(v.size, 257);
  EXPECT_EQ(v.end_token, 256);
  EXPECT_EQ(v.special_count, 0U);
  for (std::uint32_t i = 0; i < 256; ++i) {
    ASSERT_EQ(v.offsets[i + 1] - v.offsets[i], 1U);
    EXPECT_EQ(v.bytes[v.offsets[i]], i);
  }
  EXPECT_EQ(v.offsets[256], v.offsets[257]);
  std::vector<std::int32_t> ids(2, -7);
  std::size_t count = 0;
  TestBackend& b = backend_;
  ASSERT_EQ(b.table().tokenize(b.get(), str("a\xC3\xA9"), 1, ids.data(), 2, &count, nullptr),
            SR_OK);
  EXPECT_EQ(count, 3U);
  EXPECT_EQ(ids, (std::vector<std::int32_t>{'a', 0xC3}));
}

TEST_F(SequenceTest, plays_the_rule_of_the_last_event_then_ends) {
  auto s = backend_.open();
  EXPECT_EQ(backend_.length(s), 0U);
  ASSERT_EQ(backend_.forward(s, "app {\"name\":\"alerts\"}\n"), SR_OK);
  backend_.ask(s, R"({"command":"raw"})");
  EXPECT_EQ(backend_.say(s), "not JSON at all");
  ASSERT_EQ(backend_.forward(s, "\nresult {\"changed\":1}\nshown {\"a\":[[1,\"emit \"]]}\n"), SR_OK);
  EXPECT_EQ(backend_.next(s), kEnd) << "it is not the model's turn";
  backend_.ask(s, kClick);
  EXPECT_EQ(backend_.say(s), kAnswer);
}

TEST_F(SequenceTest, goes_on_behind_what_the_host_forced) {
  auto s = backend_.open();
  backend_.ask(s, kClick);
  ASSERT_EQ(backend_.forward(s, R"({"kind":"sql","sql":"UPDATE)"), SR_OK);
  EXPECT_EQ(R"({"kind":"sql","sql":"UPDATE)" + backend_.say(s), kAnswer);
}

TEST_F(SequenceTest, refused_lines_count_attempts_until_the_next_event) {
  auto s = backend_.open();
  const std::string event = R"({"command":"twice"})";
  backend_.ask(s, event);
  EXPECT_EQ(backend_.say(s), R"({"kind":"sql","sql":"first"})");
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(backend_.forward(s, "\nrefused {\"why\":\"no\"}\nemit "), SR_OK);
    EXPECT_EQ(backend_.say(s), R"({"kind":"sql","sql":"second"})");
  }
  ASSERT_EQ(backend_.forward(s, "\n"), SR_OK);
  backend_.ask(s, event);
  EXPECT_EQ(backend_.say(s), R"({"kind":"sql","sql":"first"})");
}

TEST_F(SequenceTest, without_an_event_it_refuses) {
  auto s = backend_.open();
  ASSERT_EQ(backend_.forward(s, "emit "), SR_OK);
  EXPECT_EQ(backend_.say(s), R"({"kind":"refuse","reason":"not_understood"})");
}

TEST_F(SequenceTest, lengths_count_every_token_though_old_text_is_forgotten) {
  auto s = backend_.open();
  std::uint64_t tokens = 0;
  const std::string noise = "result {\"x\":\"" + std::string(10000, 'x') + "\"}\n";
  std::size_t saved = 0;
  for (int i = 0; i < 200; ++i) {
    ASSERT_EQ(backend_.forward(s, "event " + kClick + "\n" + noise), SR_OK);
    tokens += 6 + kClick.size() + 1 + noise.size();
    EXPECT_EQ(backend_.length(s), tokens);
    if (i == 0) saved = backend_.save(s).size();
  }
  EXPECT_EQ(backend_.save(s).size(), saved) << "what is kept does not grow";
}

TEST_F(SequenceTest, the_end_token_is_a_token_but_no_text) {
  auto s = backend_.open();
  backend_.ask(s, kClick);
  const auto before = backend_.length(s);
  ASSERT_EQ(backend_.forward_tokens(s, {kEnd}), SR_OK);
  EXPECT_EQ(backend_.length(s), before + 1);
  EXPECT_EQ(backend_.say(s), kAnswer);
}

TEST_F(SequenceTest, forks_go_their_own_ways) {
  auto s = backend_.open();
  ASSERT_EQ(backend_.forward(s, "app {}\n"), SR_OK);
  auto fork = backend_.fork(s);
  backend_.ask(fork, kClick);
  EXPECT_EQ(backend_.length(s), 7U);
  backend_.ask(s, R"({"command":"raw"})");
  auto second = backend_.fork(fork);
  EXPECT_EQ(backend_.next(second), '{') << "a fork has the logits of its origin";
  EXPECT_EQ(backend_.say(fork), kAnswer);
  EXPECT_EQ(backend_.say(s), "not JSON at all");
  fork.reset();
  EXPECT_EQ(backend_.say(second), kAnswer) << "and outlives it";
}

TEST_F(SequenceTest, keep_drops_what_follows_in_the_last_forward) {
  auto s = backend_.open();
  backend_.ask(s, kClick);
  const auto before = backend_.length(s);
  ASSERT_EQ(backend_.forward(s, R"({"kind":"refuse"})", SR_LOGITS_ALL), SR_OK);
  EXPECT_EQ(backend_.keep(s, 100), SR_INVALID_ARGUMENT);
  ASSERT_EQ(backend_.keep(s, 9), SR_OK);  // {"kind":"
  EXPECT_EQ(backend_.length(s), before + 9);
  EXPECT_EQ(backend_.next(s, nullptr, 8), 's');
  EXPECT_EQ(backend_.next(s, nullptr, 0), '"') << "retained positions keep their logits";
  EXPECT_EQ(backend_.keep(s, 10), SR_INVALID_ARGUMENT) << "dropped tokens are gone";
  auto dropped = backend_.pick(s, nullptr, 9);
  EXPECT_EQ(backend_.sample(dropped), SR_INVALID_ARGUMENT);
  ASSERT_EQ(backend_.forward(s, "s"), SR_OK);
  EXPECT_EQ(R"({"kind":"s)" + backend_.say(s), kAnswer);
}

TEST_F(SequenceTest, keep_nothing_undoes_a_forward_with_an_event_in_it) {
  auto s = backend_.open();
  backend_.ask(s, R"({"command":"raw"})");
  const auto before = backend_.length(s);
  ASSERT_EQ(backend_.forward(s, "\nevent " + kClick + "\nemit "), SR_OK);
  ASSERT_EQ(backend_.keep(s, 0), SR_OK);
  EXPECT_EQ(backend_.length(s), before);
  auto gone = backend_.pick(s);
  EXPECT_EQ(backend_.sample(gone), SR_INVALID_ARGUMENT);
  ASSERT_EQ(backend_.forward(s, "n"), SR_OK);
  EXPECT_EQ("n" + backend_.say(s), "not JSON at all");
}

TEST_F(SequenceTest, a_draft_is_verified_position_by_position) {
  auto s = backend_.open();
  const std::string text = "event " + kClick + "\nemit " + kAnswer;
  ASSERT_EQ(backend_.forward(s, text, SR_LOGITS_ALL), SR_OK);
  const auto turn = text.size() - kAnswer.size();
  for (std::size_t i = turn; i < text.size(); ++i) {
    EXPECT_EQ(backend_.next(s, nullptr, i - 1), static_cast<unsigned char>(text[i]));
  }
  EXPECT_EQ(backend_.next(s, nullptr, text.size() - 1), kEnd);
}

TEST_F(SequenceTest, positions_without_logits_are_refused) {
  auto s = backend_.open();
  auto pick = backend_.pick(s);
  EXPECT_EQ(backend_.sample(pick), SR_INVALID_ARGUMENT) << "nothing was read";
  ASSERT_EQ(backend_.forward(s, "emit ", SR_LOGITS_NONE), SR_OK);
  EXPECT_EQ(backend_.sample(pick), SR_INVALID_ARGUMENT);
  ASSERT_EQ(backend_.forward(s, "{\"", SR_LOGITS_LAST), SR_OK);
  EXPECT_EQ(backend_.sample(pick), SR_OK);
  pick.position = 1;
  EXPECT_EQ(backend_.sample(pick), SR_INVALID_ARGUMENT);
  EXPECT_EQ(std::string(backend_.error().message),
            "position 1 has no logits: the sequence's last forward did not keep them");
}

TEST_F(SequenceTest, items_of_a_batch_fail_alone) {
  auto a = backend_.open(), b = backend_.open(), c = backend_.open();
  const auto good = TestBackend::tokens("event " + kClick + "\nemit ");
  const std::vector<std::int32_t> bad = {'x', 257}, negative = {-1};
  test::TestError errors[5];
  sr_forward_item items[5] = {
      {sizeof(sr_forward_item), SR_LOGITS_LAST, a.get(), good.data(), good.size(), &errors[0]},
      {sizeof(sr_forward_item), SR_LOGITS_LAST, b.get(), bad.data(), bad.size(), &errors[1]},
      {sizeof(sr_forward_item), SR_LOGITS_LAST, a.get(), good.data(), good.size(), &errors[2]},
      {sizeof(sr_forward_item), SR_LOGITS_LAST, c.get(), good.data(), good.size(), &errors[3]},
      {sizeof(sr_forward_item), SR_LOGITS_LAST, c.get(), negative.data(), 0, &errors[4]}};
  sr_forward_item* list[] = {&items[0], &items[1], &items[2], &items[3], &items[4]};
  ASSERT_EQ(backend_.table().forward(backend_.get(), list, 5, nullptr), SR_OK);
  EXPECT_EQ(errors[0].code, SR_OK);
  EXPECT_EQ(errors[1].code, SR_INVALID_ARGUMENT);
  EXPECT_STREQ(errors[1].message, "token 257 is not in the vocabulary of 257 tokens");
  EXPECT_STREQ(errors[2].message, "the sequence is in this call already");
  EXPECT_EQ(errors[3].code, SR_OK);
  EXPECT_EQ(errors[4].code, SR_INVALID_ARGUMENT);
  EXPECT_EQ(backend_.length(b), 0U) << "a failed item is as it was";

  auto pa = backend_.pick(a), pb = backend_.pick(b), pc = backend_.pick(c);
  sr_pick* picks[] = {&pa, &pb, &pc};
  pa.error = &errors[0];
  pb.error = &errors[1];
  pc.error = &errors[2];
  ASSERT_EQ(backend_.table().sample(backend_.get(), picks, 3, nullptr), SR_OK);
  EXPECT_EQ(errors[0].code, SR_OK);
  EXPECT_EQ(errors[1].code, SR_INVALID_ARGUMENT);
  EXPECT_EQ(errors[2].code, SR_OK);
  EXPECT_EQ(pa.token, '{');
  EXPECT_EQ(pc.token, '{');
  EXPECT_EQ(backend_.say(a), kAnswer);
  EXPECT_EQ(backend_.say(c), kAnswer);
}

TEST(ContextLimit, a_full_sequence_says_so_and_stays_as_it_was) {
  TestBackend backend({{"rules", test::sample_rules()}, {"context", "10"}});
  sr_backend_info info{};
  info.struct_size = sizeof info;
  backend.table().describe(backend.get(), &info);
  EXPECT_EQ(info.context_limit, 10U);
  auto s = backend.open();
  ASSERT_EQ(backend.forward(s, "12345678"), SR_OK);
  EXPECT_EQ(backend.forward(s, "901"), SR_EXHAUSTED);
  EXPECT_STREQ(backend.error().message,
               "the sequence would hold 11 tokens and the limit is 10; go on in a fresh one");
  EXPECT_EQ(backend.length(s), 8U);
  EXPECT_EQ(backend.forward(s, "90"), SR_OK);
}

TEST(Latency, tokens_take_their_time_and_change_nothing) {
  TestBackend backend({{"rules", test::sample_rules()}, {"latency_us", "10"}});
  auto s = backend.open();
  backend.ask(s, kClick);
  EXPECT_EQ(backend.say(s), kAnswer);
}

}  // namespace
}  // namespace sr::scripted
