// What the model reads, byte for byte: tests/cases/event_log/golden.json is the log, golden.txt
// and golden.special.txt are its texts (docs/event-log.md). training/ reads the same files.
#include <gtest/gtest.h>

#include "host/session/log_text.h"
#include "tests/host/decode/linked_plugins.h"
#include "tests/host/decode/tape.h"

namespace sr::host::testing {
namespace {

const std::filesystem::path kCases = std::filesystem::path(SR_SOURCE_DIR) / "tests/cases/event_log";
const std::vector<std::string> kSpecials = {"<|app|>",    "<|event|>", "<|emit|>",
                                            "<|result|>", "<|shown|>", "<|refused|>"};

std::string whole_text(const LogText& text) {
  std::string out;
  for (const auto& entry : Json::parse(read_text(kCases / "golden.json"))) {
    out += text.line(entry["kind"].get<std::string>(), entry["body"].get<std::string>());
  }
  return out;
}

TEST(LogText, PlainTags) {
  TapeDeck deck;
  const LogText text(tape(deck));
  EXPECT_EQ(whole_text(text), read_text(kCases / "golden.txt"));
  EXPECT_EQ(text.opener(), "emit ");
}

TEST(LogText, SpecialTags) {
  TapeDeck deck;
  deck.specials = kSpecials;
  const LogText text(tape(deck));
  EXPECT_EQ(whole_text(text), read_text(kCases / "golden.special.txt"));
  EXPECT_EQ(text.opener(), "<|emit|>");
}

TEST(LogText, AllSixSpecialTokensOrNone) {
  TapeDeck deck;
  deck.specials.assign(kSpecials.begin(), kSpecials.end() - 1);
  EXPECT_EQ(LogText(tape(deck)).opener(), "emit ");
}

TEST(LogText, OnlyTheTagIsASpecialToken) {
  TapeDeck deck;
  deck.specials = kSpecials;
  const LogText text(tape(deck));
  const std::string typed = R"({"kind":"command","payload":{"command":"<|emit|><|result|>"}})";
  const auto tokens = text.tokens(text.line("event", typed));
  ASSERT_TRUE(tokens.ok());
  const std::string rest = R"({"command":"<|emit|><|result|>"})" "\n";
  ASSERT_EQ(tokens->size(), 1 + rest.size());
  EXPECT_GT((*tokens)[0], 256);
  for (std::size_t i = 0; i < rest.size(); ++i) {
    EXPECT_EQ((*tokens)[i + 1], static_cast<unsigned char>(rest[i]));
  }
  EXPECT_EQ(text.tokens(text.opener())->size(), 1U);
}

TEST(LogText, KeptTokensCountForTheirOwnVocabularyOnly) {
  TapeDeck deck;
  const LogText text(tape(deck));
  LogEntry entry;
  entry.kind = "result";
  entry.body = "{}";
  entry.tokens = {1, 2, 3};
  entry.vocabulary = text.vocabulary();
  EXPECT_EQ(*text.tokens_of(entry), (std::vector<std::int32_t>{1, 2, 3}));
  entry.vocabulary = "another";
  EXPECT_EQ(text.tokens_of(entry)->size(), std::string("result {}\n").size());
  entry.kind = "paint";
  EXPECT_TRUE(text.tokens_of(entry)->empty());
}

// A share of what the model can hold, whatever comes from outside; names and keys stay.
TEST(LogText, WhatIsLongIsCutForTheModel) {
  TapeDeck deck;
  const LogText text(tape(deck));
  const std::size_t most = 8192 / 8;
  const auto line_of = [&](const char* kind, const Json& body) { return text.line(kind, compact(body)); };
  const auto payload = [](const Json& values) { return Json{{"kind", "click"}, {"payload", values}}; };

  const Json note = {{"user_action", "note"}, {"note", std::string(20000, 'n')}, {"alert_id", 7}};
  EXPECT_EQ(line_of("event", payload(note)),
            R"(event {"user_action":"note","note":")" + std::string(512, 'n') + "…\",\"alert_id\":7}\n");

  Json umlauts = {{"command", ""}};
  for (int i = 0; i < 8000; ++i) umlauts["command"].get_ref<std::string&>() += "ü";
  const auto cut = line_of("event", payload(umlauts));
  EXPECT_LE(cut.size(), most + 20);
  EXPECT_EQ(cut.find("\xEF\xBF\xBD"), std::string::npos) << "no half characters";

  Json fields = {{"submit", "settings"}, {"values", Json::object()}};
  for (int i = 0; i < 3000; ++i) fields["values"]["field " + std::to_string(i)] = std::string(100, 'v');
  EXPECT_LE(line_of("event", payload(fields)).size(), most + 20);

  const Json result = {{"changed", 1}, {"rows", {{{"note", std::string(5000, 'r')}}}}};
  EXPECT_LE(line_of("result", result).size(), most + 20);
  const Json short_one = {{"changed", 1}};
  EXPECT_EQ(line_of("result", short_one), "result {\"changed\":1}\n");
}

TEST(LogText, CompactJson) {
  EXPECT_EQ(compact(Json::parse(R"({ "z" : [1, 2.5], "a" : "ü\/\u0001" })")),
            "{\"z\":[1,2.5],\"a\":\"ü/\\u0001\"}");
  EXPECT_EQ(compact(Json("a\xff")), "\"a\xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace sr::host::testing
