#include "snapshot.h"

#include "harness.h"

namespace sr::scripted {
namespace {

using test::SequencePtr;
using test::TestBackend;

const std::string kOneClick = R"({"user_action":"resolve_alert","alert_id":"it's"})";

class SnapshotTest : public testing::Test {
 protected:
  TestBackend backend_{{{"rules", test::sample_rules()}}};
};

TEST_F(SnapshotTest, a_loaded_sequence_goes_on_where_it_was_saved) {
  auto s = backend_.open();
  backend_.ask(s, R"({"command":"twice"})");
  ASSERT_EQ(backend_.forward(s, "{}\nrefused {}\nemit {\"kind\":"), SR_OK);
  const auto bytes = backend_.save(s);
  SequencePtr loaded;
  TestBackend same({{"rules", test::sample_rules()}});
  ASSERT_EQ(same.load(bytes, loaded), SR_OK) << same.error().message;
  EXPECT_EQ(same.length(loaded), backend_.length(s));
  auto pick = same.pick(loaded);
  EXPECT_EQ(same.sample(pick), SR_INVALID_ARGUMENT) << "logits are not saved";
  ASSERT_EQ(same.forward(loaded, "\""), SR_OK);
  EXPECT_EQ(same.say(loaded), R"(sql","sql":"second"})");
  EXPECT_EQ(same.keep(loaded, 0), SR_OK);
}

TEST_F(SnapshotTest, an_empty_sequence_can_be_saved) {
  auto s = backend_.open();
  SequencePtr loaded;
  ASSERT_EQ(backend_.load(backend_.save(s), loaded), SR_OK);
  EXPECT_EQ(backend_.length(loaded), 0U);
  EXPECT_EQ(backend_.keep(loaded, 0), SR_OK);
  EXPECT_EQ(backend_.keep(loaded, 1), SR_INVALID_ARGUMENT);
  backend_.ask(loaded, kOneClick);
  EXPECT_EQ(backend_.say(loaded),
            R"({"kind":"sql","sql":"UPDATE alerts SET status = 'resolved' WHERE id = 'it''s'"})");
}

TEST_F(SnapshotTest, every_damaged_byte_and_every_cut_is_noticed) {
  auto s = backend_.open();
  backend_.ask(s, kOneClick);
  const auto bytes = backend_.save(s);
  SequencePtr loaded;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x41);
    EXPECT_EQ(backend_.load(damaged, loaded), SR_CORRUPT) << "byte " << i;
    EXPECT_EQ(loaded, nullptr);
    EXPECT_EQ(backend_.load(std::string_view(bytes).substr(0, i), loaded), SR_CORRUPT) << i;
  }
  EXPECT_EQ(backend_.load(bytes, loaded), SR_OK);
}

TEST_F(SnapshotTest, a_sequence_of_other_rules_is_refused) {
  const test::RulesFile file("{version: 1, rules: [{say: x}]}");
  TestBackend other({{"rules", file.path()}});
  SequencePtr loaded;
  EXPECT_EQ(other.load(backend_.save(backend_.open()), loaded), SR_CORRUPT);
  EXPECT_TRUE(std::string(other.error().message).starts_with("the saved sequence was made by "))
      << other.error().message;
}

TEST_F(SnapshotTest, a_writer_that_fails_is_reported) {
  auto s = backend_.open();
  const sr_writer full{nullptr, [](void*, const void*, std::size_t) noexcept { return 1; }};
  EXPECT_EQ(backend_.table().save(backend_.get(), s.get(), &full, nullptr), SR_UNAVAILABLE);
}

}  // namespace
}  // namespace sr::scripted
