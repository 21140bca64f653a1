#include "tokenizer/tokenizer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <thread>

#include "state_runtime/plugin.hpp"
#include "tests/plugins/backends/hybrid/tokenizer/corpus.h"

namespace sr::hybrid {
namespace {

std::unique_ptr<const Tokenizer> small(const std::string& kind) {
  return Tokenizer::load(cases() / (kind + ".json"));
}

TEST(Tokenizer, SpecialTokensAreEmptyAndListedApart) {
  const auto tokenizer = small("qwen");
  const sr_vocabulary vocabulary = tokenizer->vocabulary(tokenizer->find("<|im_end|>"));
  EXPECT_EQ(vocabulary.struct_size, sizeof(sr_vocabulary));
  EXPECT_EQ(vocabulary.size, tokenizer->size());
  EXPECT_EQ(vocabulary.end_token, tokenizer->find("<|im_end|>"));
  ASSERT_EQ(vocabulary.special_count, 3u);
  EXPECT_EQ(view(vocabulary.specials[1].text), "<|im_start|>");
  for (std::uint32_t i = 0; i < vocabulary.special_count; ++i) {
    EXPECT_EQ(tokenizer->bytes(vocabulary.specials[i].id), "");
  }
  EXPECT_EQ(tokenizer->bytes(tokenizer->find("<tool_call>")), "<tool_call>");
  EXPECT_EQ(vocabulary.offsets[0], 0u);
  for (std::int32_t id = 0; id < vocabulary.size; ++id) {
    const auto* begin = reinterpret_cast<const char*>(vocabulary.bytes) + vocabulary.offsets[id];
    EXPECT_EQ(std::string_view(begin, vocabulary.offsets[id + 1] - vocabulary.offsets[id]),
              tokenizer->bytes(id));
  }
}

TEST(Tokenizer, EveryByteHasATokenOfItsOwn) {
  for (const char* kind : {"gpt2", "llama2"}) {
    const auto tokenizer = small(kind);
    std::vector<int> seen(256);
    for (std::int32_t id = 0; id < tokenizer->size(); ++id) {
      const std::string_view bytes = tokenizer->bytes(id);
      if (bytes.size() == 1) ++seen[static_cast<unsigned char>(bytes[0])];
    }
    EXPECT_EQ(std::count(seen.begin(), seen.end(), 0), 0) << kind;
  }
  const auto tokenizer = small("llama2");
  EXPECT_EQ(tokenizer->bytes(tokenizer->find("<0x0A>")), "\n");
  EXPECT_EQ(tokenizer->bytes(tokenizer->find("\u2581")), " ");
}

TEST(Tokenizer, WithoutSpecialsTheirTextIsText) {
  const auto tokenizer = small("gpt2");
  const std::string text = "a<|endoftext|>b";
  const std::int32_t end = tokenizer->find("<|endoftext|>");
  EXPECT_EQ(tokenizer->encode(text), (Ids{tokenizer->find("a"), end, tokenizer->find("b")}));
  const Ids plain = tokenizer->encode(text, {.specials = false});
  EXPECT_EQ(std::count(plain.begin(), plain.end(), end), 0);
  EXPECT_EQ(tokenizer->decode(plain), text);
}

TEST(Tokenizer, TextThatContinuesGetsNoSpaceInFront) {
  for (const char* kind : {"llama2", "metaspace", "metaspace_always", "neox"}) {
    const auto tokenizer = small(kind);
    EXPECT_EQ(tokenizer->decode(tokenizer->encode("abc")), " abc") << kind;
    EXPECT_EQ(tokenizer->decode(tokenizer->encode("abc", {.continues = true})), "abc") << kind;
  }
}

TEST(Tokenizer, EndsComeFromTheTemplate) {
  const auto llama2 = small("llama2");
  EXPECT_EQ(llama2->begin_token(), llama2->find("<s>"));
  EXPECT_EQ(llama2->end_token(), llama2->find("</s>"));
  const auto llama3 = small("llama3");
  EXPECT_EQ(llama3->begin_token(), llama3->find("<|begin_of_text|>"));
  EXPECT_EQ(llama3->end_token(), -1);
  EXPECT_EQ(small("gpt2")->begin_token(), -1);
}

TEST(Tokenizer, IgnoreMergesTakesTheWholeWord) {
  const auto tokenizer = small("llama3");
  EXPECT_EQ(tokenizer->encode(" SELECT"), Ids{tokenizer->find("\u0120SELECT")});
}

TEST(Tokenizer, FingerprintIsOfTheFile) {
  EXPECT_EQ(small("gpt2")->fingerprint(), small("gpt2")->fingerprint());
  EXPECT_NE(small("gpt2")->fingerprint(), small("qwen")->fingerprint());
}

TEST(Tokenizer, BytesThatAreNotUtf8AreKept) {
  const std::string broken[] = {"\xFF", "a\xC3", "\xE2\x82", "x\xF0\x9F\x98 y", "\xED\xA0\x80",
                                "\xC0\xAF", "\xF4\x90\x80\x80", "ok \x80\x81\xFE ok", " \xE4 \xB8"};
  for (const char* kind : {"gpt2", "llama3", "qwen", "o200k", "falcon", "words"}) {
    const auto tokenizer = small(kind);
    for (const std::string& text : broken) {
      EXPECT_EQ(tokenizer->decode(tokenizer->encode(text)), text) << kind;
    }
  }
  const auto tokenizer = small("llama2");
  for (const std::string& text : broken) {
    EXPECT_EQ(tokenizer->decode(tokenizer->encode(text, {.continues = true})), text);
  }
}

TEST(Tokenizer, RandomBytesAndCharactersComeBack) {
  std::mt19937 random(7);
  const auto texts = read_corpus();
  for (const char* kind : {"gpt2", "llama3", "o200k", "falcon", "words"}) {
    const auto tokenizer = small(kind);
    for (int round = 0; round < 200; ++round) {
      std::string text;
      for (int piece = 0; piece < 8; ++piece) {
        const std::string& from = texts[random() % texts.size()].second;
        text += from.substr(random() % from.size(), random() % 12);
        if (random() % 3 == 0) text += static_cast<char>(random());
      }
      EXPECT_EQ(tokenizer->decode(tokenizer->encode(text, {.specials = false})), text) << kind;
    }
  }
}

TEST(Tokenizer, NothingIsNoTokens) {
  for (const char* kind : {"gpt2", "llama2", "metaspace", "neox"}) {
    EXPECT_TRUE(small(kind)->encode("").empty()) << kind;
  }
  EXPECT_EQ(small("gpt2")->bytes(-1), "");
  EXPECT_EQ(small("gpt2")->bytes(1 << 20), "");
}

// One long word: merging must not be quadratic, matching must not run out of stack.
TEST(Tokenizer, LongRunsAreReadInTime) {
  for (const char* kind : {"gpt2", "llama3", "o200k", "falcon", "llama2"}) {
    const auto tokenizer = small(kind);
    for (const char* unit : {"a", " ", "\n", "-", "ab", "1", "\u00e9"}) {
      std::string text;
      while (text.size() < (1u << 18)) text += unit;
      EXPECT_EQ(tokenizer->decode(tokenizer->encode(text, {.continues = true})), text)
          << kind << unit;
    }
  }
}

TEST(Tokenizer, ManyThreadsAtOnce) {
  const auto tokenizer = small("llama3");
  const auto texts = read_corpus();
  const auto expected = read_expected(cases() / "llama3.expected.json");
  std::vector<std::thread> threads;
  std::vector<int> wrong(4);
  for (int& count : wrong) {
    threads.emplace_back([&] {
      for (int round = 0; round < 10; ++round) {
        for (const auto& [name, text] : texts) {
          count += tokenizer->encode(text) != expected.at(name) ? 1 : 0;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

}  // namespace
}  // namespace sr::hybrid
