#include "rules.h"

#include "harness.h"

namespace sr::scripted {
namespace {

using test::RulesFile;

TEST(Rules, answer_as_the_cases_say) {
  for (const auto& group : YAML::LoadFile(test::cases_dir() + "answers.yaml")) {
    SCOPED_TRACE(group["name"].as<std::string>());
    const RulesFile file(group["rules"].as<std::string>());
    const auto rules = Rules::load(file.path());
    ASSERT_GT(group["events"].size(), 0U);
    for (const auto& c : group["events"]) {
      const auto event = c["event"].as<std::string>();
      const auto answer = rules.answer(event);
      EXPECT_EQ(answer.says, c["says"].as<std::vector<std::string>>()) << event;
      EXPECT_EQ(answer.gap, c["gap"].as<std::string>("")) << event;
    }
  }
}

TEST(Rules, mistakes_are_blamed_on_the_option_with_their_place) {
  for (const auto& c : YAML::LoadFile(test::cases_dir() + "mistakes.yaml")) {
    const auto text = c["rules"].as<std::string>();
    const RulesFile file(text);
    test::TestBackend backend({{"rules", file.path()}});
    EXPECT_EQ(backend.created(), SR_INVALID_ARGUMENT) << text;
    EXPECT_STREQ(backend.error().option, "rules");
    const std::string message = backend.error().message;
    const auto error = c["error"].as<std::string>();
    const auto expected = error.front() == ':' ? file.path() + error : error;
    EXPECT_NE(message.find(expected), std::string::npos)
        << text << "\n  says:     " << message << "\n  expected: " << expected;
  }
}

TEST(Rules, a_file_that_is_not_there_is_named) {
  test::TestBackend backend(test::Options{{"rules", "/no/such/rules.yaml"}});
  EXPECT_EQ(backend.created(), SR_INVALID_ARGUMENT);
  EXPECT_STREQ(backend.error().option, "rules");
  EXPECT_NE(std::string(backend.error().message).find("/no/such/rules.yaml: cannot be read"),
            std::string::npos);
}

TEST(Rules, a_folder_is_no_rules_file) {
  test::TestBackend backend(test::Options{{"rules", SR_SOURCE_DIR}});
  EXPECT_EQ(backend.created(), SR_INVALID_ARGUMENT);
  EXPECT_NE(std::string(backend.error().message).find("cannot be read"), std::string::npos)
      << backend.error().message;
}

TEST(Rules, long_and_costly_text_from_a_client_is_survived) {
  const RulesFile file(
      "version: 1\nrules:\n  - { when: { c: '/(a+)+(a+)+(a+)+b/' }, say: x }\n"
      "  - { when: { c: '/(.*)end/' }, say: '{c|1}' }\n");
  const auto rules = Rules::load(file.path());
  const std::string many(1 << 16, 'a');
  EXPECT_EQ(rules.answer("{\"c\":\"" + std::string(5000, 'a') + "end\"}").says.front(),
            std::string(5000, 'a'));
  EXPECT_NE(rules.answer("{\"c\":\"" + many + "\"}").says.front(), "x");
  EXPECT_EQ(rules.answer(std::string(100000, '[')).says.front(),
            R"({"kind":"refuse","reason":"not_understood"})");
}

}  // namespace
}  // namespace sr::scripted
