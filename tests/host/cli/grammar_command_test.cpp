// `state-runtime grammar check` and `bench constrain`, with the real plugins.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "bench/constrain/bench_constrain.h"
#include "bench/constrain/forced_share.h"
#include "host/base/json.h"
#include "host/base/start_error.h"
#include "host/cli/check_command.h"
#include "host/cli/grammar_command.h"
#include "host/cli/scratch_folder.h"
#include "host/cli/sql_check_command.h"
#include "host/cli/texts.h"
#include "host/runtime/services.h"
#include "state_runtime/plugin.hpp"

namespace sr::host {
namespace {

const std::string kSource = SR_SOURCE_DIR;
const std::vector<std::string> kPlugins = {SR_BUILD_DIR "/plugins"};

// A tokenizer.json: every byte in the byte-level alphabet, "ki", "nd" and "kind", and an end.
std::string byte_tokenizer() {
  Json vocab = Json::object();
  int others = 0;
  for (int byte = 0; byte < 256; ++byte) {
    const bool itself = (byte > 32 && byte < 127) || (byte > 160 && byte != 173);
    const int code = itself ? byte : 256 + others++;
    std::string name(1, static_cast<char>(code));
    if (code >= 0x80) {
      name = {static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 0x3F))};
    }
    vocab[name] = byte;
  }
  vocab["ki"] = 256, vocab["nd"] = 257, vocab["kind"] = 258;
  Json out;
  out["added_tokens"] = Json::parse(R"([{"id":259,"content":"<|im_end|>","special":true,
    "single_word":false,"lstrip":false,"rstrip":false,"normalized":false}])");
  out["pre_tokenizer"] = Json::parse(R"({"type":"ByteLevel","add_prefix_space":false,"use_regex":true})");
  out["decoder"] = Json::parse(R"({"type":"ByteLevel"})");
  out["model"]["type"] = "BPE";
  out["model"]["vocab"] = std::move(vocab);
  out["model"]["merges"] = Json::parse(R"(["k i", "n d", "ki nd"])");
  return out.dump();
}

class GrammarCheck : public ::testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& text) {
    const auto path = folder_.path() / name;
    std::ofstream(path) << text;
    return path.string();
  }
  int check(GrammarCheckArgs args) {
    args.search = kPlugins;
    out_.str("");
    err_.str("");
    return grammar_check(args, out_, err_);
  }
  ScratchFolder folder_;
  std::ostringstream out_, err_;
};

TEST_F(GrammarCheck, SaysWhereATextIsRefusedAndWhatCouldCome) {
  GrammarCheckArgs args;
  args.schema = kSource + "/bench/data/constrain/schemas/sql.json";
  args.texts = {R"({"kind":"sql","sql":"é"})", R"({"kind":"sqk"})", R"({"kind":"sql")"};
  EXPECT_EQ(check(args), 1);
  EXPECT_EQ(out_.str(), args.schema + R"( can be enforced
accepted: {"kind":"sql","sql":"é"}
refused at byte 11: at /kind (#/properties/kind) may come l"
  {"kind":"sqk"}
             ^
refused at byte 13, its end: at the top (#) may come ,
  {"kind":"sql"
               ^
)");
  args.texts.resize(1);
  EXPECT_EQ(check(args), 0);
}

TEST_F(GrammarCheck, ReadsGrammarsAndTheirNames) {
  GrammarCheckArgs args;
  args.grammar = file("reply.gbnf", "root ::= \"yes\" | \"no, \" reason\n");
  args.named = {"reason=" + file("reason.gbnf", "root ::= [a-z]+ (\" \" [a-z]+)*\n")};
  args.texts = {"no, it is late"};
  EXPECT_EQ(check(args), 0) << err_.str();
  args.texts = {"no, It"};
  EXPECT_EQ(check(args), 1);
  EXPECT_NE(out_.str().find("refused at byte 4: at the top (reason 1:1 root) may come [a-z]"),
            std::string::npos)
      << out_.str();
  args.named.clear();
  EXPECT_EQ(check(args), kExitConfig);
  EXPECT_EQ(err_.str(), args.grammar + ": 1:25: the rule reason is not defined\n");
  args.named = {"reason"};
  EXPECT_THROW(check(args), StartError);
}

TEST_F(GrammarCheck, TakesTextsForSlots) {
  GrammarCheckArgs args;
  args.grammar = file("call.gbnf", "root ::= \"call \" <span:said> | \"see \" <values:names>\n");
  args.slots = {"said=please call Ada = A", "names=Bo", "names=Di", "other=x"};
  args.texts = {"call Ada = A", "see Di"};
  EXPECT_EQ(check(args), 0) << out_.str();
  args.texts = {"call Bo"};
  EXPECT_EQ(check(args), 1);
  EXPECT_NE(out_.str().find("refused at byte 5: at the top (1:18 root) may come <span:said>"),
            std::string::npos)
      << out_.str();
  args.slots = {"said"};
  EXPECT_THROW(check(args), StartError);
  args.slots = {};
  EXPECT_THROW(check(args), StartError);  // nothing can be written without texts
}

TEST_F(GrammarCheck, ListsAllThatCannotBeEnforced) {
  GrammarCheckArgs args;
  args.schema = file("s.json", R"({"properties":{"a":{"if":{}},"b":{"format":"iri"}}})");
  EXPECT_EQ(check(args), 1);
  EXPECT_NE(out_.str().find("#/properties/a: if cannot be enforced"), std::string::npos);
  EXPECT_NE(out_.str().find("#/properties/b: format \"iri\" cannot be enforced"), std::string::npos);
  args.warn = {"if", "format"};
  EXPECT_EQ(check(args), 0);
  EXPECT_NE(out_.str().find("warning: #/properties/a: if"), std::string::npos);
}

// Texts that mean something in CLI11's own notation.
const std::vector<std::string> kOddTexts = {"[1,2]", "{}", "[]", "%%", "", "[a]", "a,b", "[1,2]"};

void parse(CLI::App& command, std::vector<std::string> words) {
  words.insert(words.begin(), "command");
  std::vector<const char*> argv;
  for (const auto& word : words) argv.push_back(word.c_str());
  command.parse(static_cast<int>(argv.size()), argv.data());
}

TEST(CommandLine, TextsAreTakenAsTheyWereTyped) {
  for (std::size_t count = 0; count <= kOddTexts.size(); ++count) {
    const std::vector texts(kOddTexts.begin(), kOddTexts.begin() + count);
    for (const bool dashes : {false, true}) {
      GrammarCheckArgs grammar;
      CLI::App grammar_command;
      add_grammar_check(grammar_command, grammar);
      std::vector<std::string> words = {"--schema", "s.json", "--named", "a=[1,2]"};
      if (dashes) words.push_back("--");
      words.insert(words.end(), texts.begin(), texts.end());
      parse(grammar_command, words);
      EXPECT_EQ(grammar.texts, texts);
      EXPECT_EQ(grammar.named, std::vector<std::string>{"a=[1,2]"});

      SqlCheckArgs sql;
      CLI::App sql_command;
      add_sql_check(sql_command, sql);
      words = {"app"};
      if (dashes) words.push_back("--");
      words.insert(words.end(), texts.begin(), texts.end());
      parse(sql_command, words);
      EXPECT_EQ(sql.app, "app");
      EXPECT_EQ(sql.statements, texts);
    }
  }
}

TEST(CommandLine, AnOptionThatIsAListTakesOneTextEachTime) {
  for (const auto& odd : kOddTexts) {
    std::vector<std::string> set;
    std::string file;
    CLI::App command;
    command.add_option("file", file);
    add_texts(command, "--set", set, "");
    parse(command, {"--set", odd, "d.yaml", "--set", "[x]=1"});
    EXPECT_EQ(set, (std::vector<std::string>{odd, "[x]=1"}));
    EXPECT_EQ(file, "d.yaml");
  }
  std::vector<std::string> set;
  CLI::App command;
  add_texts(command, "--set", set, "");
  EXPECT_THROW(parse(command, {"--set"}), CLI::ParseError);
  EXPECT_THROW(parse(command, {"--set", "a=1", "more"}), CLI::ParseError);
}

TEST(Services, NothingThatAPluginMayCallIsMissing) {
  boost::asio::io_context io;
  for (const auto say : {Services::Say::kLog, Services::Say::kKeep}) {
    Services services(io, say);
    const auto& api = services.api();
    ASSERT_EQ(api.struct_size, sizeof api);
    // Everything behind the size is a pointer.
    for (auto at = offsetof(sr_host_api, host); at < sizeof api; at += sizeof(void*)) {
      const void* entry = nullptr;
      std::memcpy(&entry, reinterpret_cast<const char*>(&api) + at, sizeof entry);
      EXPECT_NE(entry, nullptr) << "at byte " << at;
    }
  }
}

TEST(Services, KeepWhatPluginsSayAndRunWhatTheyPost) {
  boost::asio::io_context io;
  Services services(io, Services::Say::kKeep);
  const auto& api = services.api();
  EXPECT_FALSE(api.log_enabled(api.host, SR_LOG_INFO));
  api.log(api.host, SR_LOG_INFO, str("by the way"));
  api.log(api.host, SR_LOG_WARN, str("look here"));
  EXPECT_EQ(services.take_said(), std::vector<std::string>{"look here"});
  EXPECT_TRUE(services.take_said().empty());
  int calls = 0;
  const auto call = [](void* at) noexcept { ++*static_cast<int*>(at); };
  api.post(api.host, call, &calls);
  api.post_after(api.host, 1, call, &calls);
  io.run();
  EXPECT_EQ(calls, 2);
}

TEST_F(GrammarCheck, ChecksAListAsOneText) {
  GrammarCheckArgs args;
  CLI::App command;
  add_grammar_check(command, args);
  const auto schema = file("s.json", R"({"type":"array","items":{"type":"integer"}})");
  parse(command, {"--schema", schema, "[1,2]"});
  EXPECT_EQ(check(args), 0);
  EXPECT_EQ(out_.str(), schema + " can be enforced\naccepted: [1,2]\n");
}

TEST_F(GrammarCheck, CountsTokens) {
  GrammarCheckArgs args;
  args.schema = kSource + "/bench/data/constrain/schemas/sql.json";
  args.tokenizer = file("tokenizer.json", byte_tokenizer());
  args.texts = {R"({"kind":"sql","sql":""})"};
  EXPECT_EQ(check(args), 0);
  // Nothing but the string's closing quote is open.
  EXPECT_NE(out_.str().find(" tokens, of which a model chooses 1\n"), std::string::npos)
      << out_.str();
}

TEST_F(GrammarCheck, NeedsOneOfTheTwo) {
  EXPECT_EQ(check({}), 2);
  GrammarCheckArgs args;
  args.schema = "no such file";
  EXPECT_THROW(check(args), StartError);
}

TEST_F(GrammarCheck, TheBenchWritesARowForEverySchemaAndSpacing) {
  BenchConstrainArgs args;
  args.data = kSource + "/bench/data/constrain";
  args.tokenizers = {file("tokenizer.json", byte_tokenizer())};
  args.search = kPlugins;
  args.rounds = 2;
  args.deployment = kSource + "/configs/alerts-scripted.yaml";
  args.json_file = (folder_.path() / "rows.json").string();
  std::ostringstream out;
  ASSERT_EQ(bench_constrain_command(args, out), 0);
  std::ifstream in(args.json_file);
  auto rows = Json::parse(in);
  // Eight schemas and the app's four targets, each in both spacings; and spans of five lengths, and
  // values.
  ASSERT_EQ(rows.size(), 30U);
  for (std::size_t i = 24; i < rows.size(); ++i) {
    for (const char* name : {"open_us", "open_first_mask_us", "open_again_us", "mask_at_span_us",
                             "mask_in_span_p50_us", "mask_outside_p50_us", "accept_in_span_p50_us"}) {
      EXPECT_GT(rows[i][name].get<double>(), 0) << rows[i].dump();
    }
  }
  EXPECT_EQ(rows[28]["command_bytes"].get<int>() / 1024, 64);
  EXPECT_EQ(rows[29]["values"], 3000);
  rows.erase(rows.begin() + 24, rows.end());
  EXPECT_EQ(rows[8]["schema"], "alerts, action");
  EXPECT_GT(rows[8]["compile_new_ms"].get<double>(), rows[8]["compile_ms"].get<double>());
  EXPECT_GE(rows[8]["mask_worst_us"].get<double>(), rows[8]["mask_cold_p50_us"].get<double>());
  for (const auto& row : rows) {
    for (const char* name : {"compile_ms", "first_mask_ms", "mask_p50_us", "mask_p99_us",
                             "mask_max_us", "accept_p50_us"}) {
      EXPECT_GT(row[name].get<double>(), 0) << row.dump();
    }
    EXPECT_GT(row["forced_share"].get<double>(), 0) << row.dump();
    EXPECT_LT(row["forced_share"].get<double>(), 1) << row.dump();
  }
}

// Both ways through the real scheduler, with a backend that always means the same.
TEST_F(GrammarCheck, TheBenchWritesEveryAnswerWithAndWithoutForcedRuns) {
  BenchConstrainArgs args;
  args.data = kSource + "/bench/data/constrain";
  args.search = kPlugins;
  args.forced = kSource + "/configs/alerts-scripted.yaml";
  args.json_file = (folder_.path() / "rows.json").string();
  std::ostringstream out;
  ASSERT_EQ(bench_constrain_command(args, out), 0);
  std::ifstream in(args.json_file);
  const auto rows = Json::parse(in);
  ASSERT_EQ(rows.size(), 1U);
  const auto& row = rows[0];
  EXPECT_EQ(row["app"], "alerts");
  EXPECT_GT(row["answers"], 5);
  EXPECT_LT(row["chosen"], row["tokens"]);
  EXPECT_EQ(row["chosen_alone"], row["tokens"]);
  EXPECT_EQ(row["other_bytes"], 0);
  args.forced.clear();
  EXPECT_THROW(bench_constrain_command(args, out), StartError);
}

TEST(ForcedShare, CountsWhatDiffersFromTheFirstByteOn) {
  bench::ForcedShare sums;
  sums.add({"abcd", "abcd", {1, 2}, {1, 2}}, 1);
  sums.add({"abcd", "abcd", {1, 2}, {3, 4, 5}}, 1);
  sums.add({"abcd", "abX", {1, 2}, {7}}, 2);
  sums.add({"ab", "abcd", {1}, {1, 2}}, 0);
  const auto row = sums.json();
  EXPECT_EQ(row["answers"], 4);
  EXPECT_EQ(row["bytes"], 16);
  EXPECT_EQ(row["tokens"], 7);
  EXPECT_EQ(row["chosen"], 4);
  EXPECT_EQ(row["chosen_alone"], 8);
  EXPECT_EQ(row["other_answers"], 2);
  EXPECT_EQ(row["other_bytes"], 4);
  EXPECT_DOUBLE_EQ(row["other_share"].get<double>(), 0.25);
  EXPECT_EQ(row["other_tokens"], 1);
}

}  // namespace
}  // namespace sr::host
