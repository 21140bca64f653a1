// One grammar, many threads: all see the same masks, whoever works them out first.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "support.h"

namespace sr::testing {
namespace {

constexpr const char* kSchema =
    R"({"type":"array","items":{"anyOf":[)"
    R"({"type":"object","properties":{"kind":{"const":"sql"},"sql":{"type":"string","maxLength":40}},)"
    R"("required":["kind","sql"],"additionalProperties":false},)"
    R"({"type":"object","properties":{"kind":{"const":"any"},"any":{}},"required":["kind"]},)"
    R"({"type":["number","null","boolean"]}]}})";

const char* const kDocuments[] = {
    R"([{"kind":"sql","sql":"SELECT \"x\" \u00e9 é"},1,2.5e-3,null])",
    R"([{"kind":"any","any":{"a":[1,{"b":null}],"é":"€"},"more":true}])",
    R"([true,false,0,-1,{"kind":"any"},{"kind":"sql","sql":""}])",
};

std::vector<std::vector<std::uint32_t>> masks_along(Plugin& plugin, const char* text) {
  const auto& vocabulary = TestVocabulary::mixed();
  auto m = plugin.open(kSchema, vocabulary);
  std::vector<std::vector<std::uint32_t>> out{m.mask()};
  for (const auto token : vocabulary.tokenize(text)) {
    EXPECT_EQ(m.accept(token), "") << text;
    m.forced();
    out.push_back(m.mask());
  }
  return out;
}

TEST(Threads, ShareOneGrammar) {
  std::vector<std::vector<std::vector<std::uint32_t>>> expected;
  for (const auto* text : kDocuments) {
    Plugin alone;
    expected.push_back(masks_along(alone, text));
  }
  for (int round = 0; round < 10; ++round) {
    Plugin plugin;
    auto keep = plugin.open(kSchema, TestVocabulary::mixed());  // compiled once
    std::vector<MatcherHandle> matchers;
    constexpr int kThreads = 4;
    for (int i = 0; i < kThreads * 3; ++i) matchers.push_back(keep.fork());
    std::atomic<int> ready{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        ++ready;
        while (ready < kThreads) std::this_thread::yield();
        for (int d = 0; d < 3; ++d) {
          const auto which = static_cast<std::size_t>((d + t) % 3);
          auto& m = matchers[static_cast<std::size_t>(t * 3 + d)];
          std::size_t step = 0;
          EXPECT_EQ(m.mask(), expected[which][step]);
          for (const auto token : TestVocabulary::mixed().tokenize(kDocuments[which])) {
            EXPECT_EQ(m.accept(token), "");
            m.forced();
            EXPECT_EQ(m.mask(), expected[which][++step]);
          }
        }
      });
    }
    for (auto& thread : threads) thread.join();
  }
}

TEST(Threads, CompileAtOnce) {
  Plugin plugin;
  const auto& table = plugin.table();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        const std::string schema =
            R"({"type":"string","maxLength":)" + std::to_string((i + t) % 7) + "}";
        sr_grammar_source source{};
        source.struct_size = sizeof source;
        source.kind = {"json_schema", 11};
        source.text = {schema.data(), schema.size()};
        sr_grammar* grammar = nullptr;
        sr_error e{};
        e.struct_size = sizeof e;
        ASSERT_EQ(
            table.compile(plugin.instance(), &source, &TestVocabulary::bytes().get(), &grammar, &e),
            SR_OK);
        table.release(plugin.instance(), grammar);
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace sr::testing
