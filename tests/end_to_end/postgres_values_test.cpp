// What a command says is stored byte for byte, or refused by a rule.
#include "host/sql/said.h"
#include "host/turn/mood.h"
#include "tests/end_to_end/on_postgres.h"
#include "tests/host/turn/hostile.h"

namespace sr::test {
namespace {

// The app that ships without a grammar, so that the rule's text goes to the guard as it is.
std::string copy_of_app(const std::filesystem::path& into) {
  const auto app = into / "alerts";
  std::filesystem::copy(kSource + "/configs/apps/alerts", app, std::filesystem::copy_options::recursive);
  const auto change = [&](const char* file, const std::string& at, const std::string& more) {
    std::ifstream in(app / file);
    std::string text((std::istreambuf_iterator<char>(in)), {});
    in.close();
    text.insert(text.find(at) + at.size(), more);
    std::ofstream(app / file) << text;
  };
  change("app.yaml", "policy:\n", "  grammar: off\n");
  change("scripted.yaml", "\nrules:\n",
         "  - when: { command: '/^set the email to ([\\s\\S]*)$/' }\n"
         "    say: { kind: sql, sql: \"UPDATE settings SET value = {command|1|sql} WHERE name = 'email'\" }\n");
  return app.string();
}

TEST_F(OnPostgres, ValuesOfCommandsAreStoredByteForByteOrRefused) {
  auto file = lines();
  {
    const auto app = copy_of_app(folder_.path());
    std::ifstream in(file);
    std::string text((std::istreambuf_iterator<char>(in)), {});
    in.close();
    const auto from = kSource + "/configs/apps/alerts";
    for (auto at = text.find(from); at != text.npos; at = text.find(from, at + app.size())) {
      text.replace(at, from.size(), app);
    }
    std::ofstream(file) << text;
  }
  const auto made = run(with_store({"store", "init", file}));
  ASSERT_EQ(made.status, 0) << made.err;
  Child child(with_store({"run", file}));
  ClientView view;
  child.say(R"({"type":"hello"})");
  ASSERT_FALSE(hear(child, view, "patch").is_null()) << child.err();
  const auto email = [&] {
    return server_.text(database_, "SELECT encode(convert_to(value, 'UTF8'), 'hex') FROM settings WHERE name = 'email'");
  };
  int number = 0, stored = 0, refused = 0;
  for (const auto& value : host::testing::hostile_values(500)) {
    const auto text = "set the email to " + value;
    if (!host::may_mean_change(text)) continue;
    SCOPED_TRACE(Json(value).dump());
    host::sql::Said said;
    said.add(text);
    const bool held = host::testing::is_read_whole(text) && (value.empty() || said.holds(value));
    const auto before = email();
    child.say(Json{{"type", "event"}, {"id", "v" + std::to_string(++number)}, {"kind", "command"},
                   {"payload", {{"command", text}}}}.dump());
    const auto answer = outcome(child, view);
    ASSERT_EQ(answer.value("status", ""), held ? "accepted" : "rejected") << answer.dump();
    std::string hex;
    for (const unsigned char c : value) {
      for (const int digit : {c >> 4, c & 15}) hex += "0123456789abcdef"[digit];
    }
    ASSERT_EQ(email(), held ? hex : before);
    ++(held ? stored : refused);
    if (!held) {
      ASSERT_EQ(outcome(child, view).value("code", ""), "not_allowed");
    }
  }
  EXPECT_GT(stored, 200);
  EXPECT_GT(refused, 50);
}

}  // namespace
}  // namespace sr::test
