// Forced runs against real tokenizers: a model that is trained on a document's own tokens, and is
// given those that are forced, still reads the document's own tokens.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "host/decode/forced_run.h"
#include "state_runtime/backend.hpp"
#include "tests/host/decode/linked_plugins.h"
#include "tokenizer/tokenizer.h"

namespace sr::host::testing {
namespace {

const hybrid::Tokenizer* given = nullptr;  // what the next backend speaks

// A backend of which only the vocabulary is used.
class Speller final : public sr::Backend {
 public:
  using Interface = sr::Backend;
  static constexpr const char* kType = "speller";
  static constexpr const char* kSummary = "Knows tokens and nothing else.";
  static constexpr const sr_option* kOptions[] = {nullptr};

  Speller(sr::Host, const sr::Config&) : vocabulary_(given->vocabulary(given->end_token())) {}
  sr_backend_info describe() const noexcept override {
    return {sizeof(sr_backend_info), 0, sr::str("speller"), sr::str("speller"), 0, 0, 0};
  }
  const sr_vocabulary& vocabulary() const noexcept override { return vocabulary_; }
  std::vector<std::int32_t> tokenize(std::string_view text, bool specials) const override {
    return given->encode(text, {specials, /*continues=*/true});
  }
  std::unique_ptr<sr::Sequence> open() override { return std::make_unique<sr::Sequence>(); }
  std::unique_ptr<sr::Sequence> fork(const sr::Sequence&) override { return open(); }
  std::uint64_t length(const sr::Sequence&) const noexcept override { return 0; }
  void forward(std::span<sr_forward_item* const>) override {}
  void sample(std::span<sr_pick* const>) override {}
  void interrupt() noexcept override {}

 private:
  sr_vocabulary vocabulary_;
};

constexpr const char* kSchema = R"({"oneOf":[
  {"type":"object","properties":{"kind":{"const":"sql"},"sql":{"type":"string","x-grammar":"sql"}},
   "required":["kind","sql"],"additionalProperties":false},
  {"type":"object","properties":{"kind":{"const":"manifest"},"components":{"type":"array","items":
    {"type":"object","properties":{"type":{"const":"AlertTable"},"id":{"type":"string"},
      "title":{"type":"string"},"source":{"type":"string"},"level":{"enum":["info","warning"]}},
     "required":["type","id","title","source"],"additionalProperties":false}}},
   "required":["kind","components"],"additionalProperties":false}]})";
constexpr const char* kUpdates = R"(
root ::= "UPDATE alerts SET status = '" ("open" | "acknowledged" | "resolved") "' WHERE id = " [0-9]{1,9})";
constexpr const char* kDocuments[] = {
    R"({"kind":"sql","sql":"UPDATE alerts SET status = 'resolved' WHERE id = 2"})",
    R"({"kind":"sql","sql":"UPDATE alerts SET status = 'acknowledged' WHERE id = 104729"})",
    R"({"kind":"manifest","components":[{"type":"AlertTable","id":"alerts","title":"Critical alerts",)"
    R"("source":"SELECT id, title FROM alerts WHERE severity = 'critical' ORDER BY id"}]})",
    R"({"kind":"manifest","components":[{"type":"AlertTable","id":"a","title":"Größe \"x\"",)"
    R"("source":"SELECT count(*) FROM alerts","level":"warning"},)"
    R"({"type":"AlertTable","id":"b","title":"","source":"s","level":"info"}]})",
};

struct Share {
  std::size_t tokens = 0, asked = 0, other = 0;  // other: positions that differ
};

// Writes the document as the decode loop does.
Share write(const LoadedBackend& backend, const GrammarRef& grammar, const std::string& document) {
  const auto canonical = *backend.tokenize(document, false);
  ForcedRuns runs(backend);
  auto matcher = *grammar.open();
  std::vector<std::int32_t> written;
  std::size_t bytes = 0;
  Share share;
  const auto append = [&](std::int32_t token) {
    written.push_back(token);
    bytes += token_bytes(backend.vocabulary(), token).size();
  };
  while (bytes < document.size()) {
    const auto forced = runs.take(matcher);
    for (const auto token : *forced) append(token);
    if (bytes >= document.size()) break;
    // The model's own choice: its token at this place, or what it would write from here on.
    std::size_t at = 0, i = 0;
    while (at < bytes) at += token_bytes(backend.vocabulary(), canonical[i++]).size();
    const auto token =
        at == bytes ? canonical[i] : backend.tokenize(document.substr(bytes), false)->front();
    const auto taken = matcher.accept(token);
    EXPECT_TRUE(taken.ok()) << document.substr(bytes);
    if (!taken) break;
    append(token);
    ++share.asked;
  }
  std::string text;
  for (const auto token : written) text += token_bytes(backend.vocabulary(), token);
  EXPECT_EQ(text, document);
  share.tokens = written.size();
  for (std::size_t i = 0; i < std::max(written.size(), canonical.size()); ++i) {
    share.other += i >= written.size() || i >= canonical.size() || written[i] != canonical[i];
  }
  return share;
}

Share all_documents(const std::filesystem::path& file) {
  const auto tokenizer = hybrid::Tokenizer::load(file);
  given = tokenizer.get();
  const LoadedBackend backend(create(sr::component<Speller>, {}, "backend speller"));
  auto grammar = json_schema().compile({"json_schema", kSchema, {{"sql", "grammar", kUpdates}}},
                                       backend.vocabulary());
  if (!grammar) throw std::runtime_error(grammar.error().text());
  Share all;
  for (const auto* document : kDocuments) {
    const auto one = write(backend, **grammar, document);
    all.tokens += one.tokens;
    all.asked += one.asked;
    all.other += one.other;
  }
  return all;
}

// SR_TOKENIZER names one more file, to look at a large vocabulary.
TEST(ForcedRuns, AreTheTokensThatATokenizerWouldWrite) {
  const auto folder = std::filesystem::path(SR_SOURCE_DIR) / "tests" / "cases" / "tokenizer";
  std::vector<std::filesystem::path> files;
  for (const char* name : {"gpt2", "llama3", "qwen", "neox", "falcon", "o200k"}) {
    files.push_back(folder / (std::string(name) + ".json"));
  }
  if (const char* more = std::getenv("SR_TOKENIZER"); more != nullptr) files.emplace_back(more);
  for (const auto& file : files) {
    const auto share = all_documents(file);
    std::printf("%s: %zu tokens, %zu asked for, %zu otherwise\n", file.filename().c_str(),
                share.tokens, share.asked, share.other);
    EXPECT_EQ(share.other, 0U) << file;
    EXPECT_LT(share.asked, share.tokens);
  }
}

}  // namespace
}  // namespace sr::host::testing
