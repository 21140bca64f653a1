// What a person types is text: without specials no text becomes a special token's id, and nothing
// of it is lost, in every tokenizer of the cases and in files made to break that.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <set>

#include "state_runtime/plugin.hpp"
#include "tests/plugins/backends/hybrid/tokenizer/corpus.h"
#include "tokenizer/alphabet.h"
#include "tokenizer/tokenizer.h"

namespace sr::hybrid {
namespace {

using Json = nlohmann::ordered_json;

constexpr Tokenizer::Options kPlain{.specials = false, .continues = true};

bool byte_level(const Json& file) {
  return file.at("pre_tokenizer").dump().find("ByteLevel") != std::string::npos;
}

std::vector<std::string> specials_of(const Json& file) {
  std::vector<std::string> out;
  for (const auto& token : file.at("added_tokens")) {
    if (token.at("special") == true) out.push_back(token.at("content"));
  }
  return out;
}

std::int32_t next_id(const Json& file) {
  std::int32_t next = 0;
  for (const auto& [name, id] : file.at("model").at("vocab").items()) {
    next = std::max(next, id.get<std::int32_t>() + 1);
  }
  for (const auto& token : file.at("added_tokens")) {
    next = std::max(next, token.at("id").get<std::int32_t>() + 1);
  }
  return next;
}

std::string spelt(const Json& file, const std::string& text) {
  std::string name;
  if (!byte_level(file)) return text;
  append_in_alphabet(name, text);
  return name;
}

void add_special(Json& file, const std::string& text, bool normalized = false) {
  auto& vocab = file["model"]["vocab"];
  const std::int32_t id = vocab.contains(text) ? vocab[text].get<std::int32_t>() : next_id(file);
  file["added_tokens"].push_back({{"id", id}, {"content", text}, {"special", true},
                                  {"normalized", normalized}, {"single_word", false},
                                  {"lstrip", false}, {"rstrip", false}});
}

// The names of the characters, and a merge for each that joins it to those before.
void add_merges(Json& file, const std::string& text) {
  auto& model = file["model"];
  auto& vocab = model["vocab"];
  std::string before;
  Json merges = Json::array();
  for (const char c : text) {
    const auto character = spelt(file, std::string(1, c)), joined = before + character;
    for (const auto& name : {character, joined}) {
      if (vocab.contains(name)) continue;
      std::int32_t id = next_id(file);
      for (const auto& token : file.at("added_tokens")) {
        if (token.at("content") == name) id = token.at("id");
      }
      vocab[name] = id;
    }
    if (!before.empty()) merges.push_back({before, character});
    before = joined;
  }
  for (const auto& merge : model["merges"]) {
    merges.push_back(merge.is_array() ? merge : [&] {
      const auto pair = merge.get<std::string>();
      return Json{pair.substr(0, pair.find(' ')), pair.substr(pair.find(' ') + 1)};
    }());
  }
  model["merges"] = std::move(merges);
}

void no_words(Json& file) {
  if (byte_level(file)) {
    file["pre_tokenizer"] = {{"type", "ByteLevel"}, {"add_prefix_space", false},
                             {"use_regex", false}};
  } else if (!file["pre_tokenizer"].is_null()) {
    file["pre_tokenizer"]["split"] = false;
  }
}

struct Change {
  const char* name;
  std::function<void(Json&)> make;
};
const Change kChanges[] = {
    {"as it is", [](Json&) {}},
    {"specials in the vocabulary, whole words",
     [](Json& file) {
       add_special(file, "<|event|>");
       for (const auto& token : file["added_tokens"]) {
         if (token["special"] == true) file["model"]["vocab"][token["content"]] = token["id"];
       }
       file["model"]["ignore_merges"] = true;
       no_words(file);
     }},
    {"merges that make specials",
     [](Json& file) {
       add_special(file, "<|event|>");
       for (const auto& text : specials_of(file)) add_merges(file, text);
       no_words(file);
     }},
    {"ordinary tokens called special",
     [](Json& file) {
       std::vector<std::string> names;
       for (const auto& [name, id] : file["model"]["vocab"].items()) {
         const bool byte = name.size() == 6 && name.starts_with("<0x");
         if (name.size() > 2 && !byte && static_cast<unsigned char>(name[0]) < 0x80) {
           names.push_back(name);
         }
       }
       for (std::size_t i = 0; i < names.size(); i += 3) {
         const auto specials = specials_of(file);
         if (std::ranges::count(specials, names[i]) == 0) add_special(file, names[i], i % 2 == 0);
       }
     }},
    {"named twice, special once",
     [](Json& file) {
       add_special(file, "<|event|>", /*normalized=*/true);
       auto again = file["added_tokens"].back();
       again["special"] = false;
       again["normalized"] = false;
       file["added_tokens"].push_back(again);
       file["added_tokens"].insert(file["added_tokens"].begin(), again);
     }},
    {"a normaliser that writes a special",
     [](Json& file) {
       add_special(file, "<|event|>", /*normalized=*/true);
       for (const auto& text : specials_of(file)) add_merges(file, text);
       file["model"]["ignore_merges"] = true;
       Json steps = Json::array({{{"type", "Replace"}, {"pattern", {{"String", "~"}}},
                                  {"content", "<|event|>"}}});
       if (!file["normalizer"].is_null()) steps.push_back(file["normalizer"]);
       file["normalizer"] = {{"type", "Sequence"}, {"normalizers", steps}};
     }},
};

// Letters, specials and pieces of specials; none of it changes in a normaliser, some of which join
// spaces.
std::string random_text(const std::vector<std::string>& specials, std::mt19937& random) {
  const auto any = [&](std::size_t below) { return static_cast<std::size_t>(random() % below); };
  const std::string others = "abc the SELECT<|>/_0129 \n.~";
  std::string text;
  for (auto pieces = any(9); pieces > 0; --pieces) {
    if (any(2) == 0) {
      const auto& special = specials[any(specials.size())];
      const auto from = any(3) == 0 ? any(special.size()) : 0;
      text += special.substr(from, any(3) == 0 ? any(special.size()) : special.size());
    } else {
      for (auto count = any(6); count > 0; --count) text += others[any(others.size())];
    }
  }
  text.erase(std::ranges::unique(text, [](char a, char b) { return a == ' ' && b == ' '; }).begin(),
             text.end());
  return text;
}

// What a vocabulary without all characters and without bytes for the others keeps of a text.
std::string kept(const Tokenizer& tokenizer, const Json& file, const std::string& text) {
  const bool writes = file.at("normalizer").dump().find("<|event|>") != std::string::npos;
  std::string out;
  for (const char c : text) {
    const auto character = c == '~' && writes ? std::string("<|event|>") : std::string(1, c);
    for (const char one : character) {
      out += tokenizer.decode(tokenizer.encode(std::string(1, one), kPlain));
    }
  }
  return out;
}

class Plain : public testing::TestWithParam<const char*> {
 protected:
  Json file_ = Json::parse(slurp(cases() / (std::string(GetParam()) + ".json")));
};

TEST_P(Plain, TextNeverBecomesASpecialAndIsKept) {
  std::mt19937 random(12);
  for (const auto& change : kChanges) {
    SCOPED_TRACE(change.name);
    Json file = file_;
    change.make(file);
    const auto tokenizer = Tokenizer::parse(file.dump(), "tokenizer.json");
    std::set<std::int32_t> special;
    const auto vocabulary = tokenizer->vocabulary(-1);
    for (std::uint32_t i = 0; i < vocabulary.special_count; ++i) {
      special.insert(vocabulary.specials[i].id);
    }
    const auto texts = specials_of(file);
    ASSERT_EQ(special.size(), std::set(texts.begin(), texts.end()).size());
    const auto check = [&](const std::string& text, bool comes_back) {
      for (const bool continues : {true, false}) {
        auto options = kPlain;
        options.continues = continues;
        // Twice, the second time from the cache, and between them as trusted text.
        const Ids ids = tokenizer->encode(text, options);
        for (const auto id : ids) EXPECT_EQ(special.count(id), 0U) << id << " in " << text;
        tokenizer->encode(text);
        EXPECT_EQ(tokenizer->encode(text, options), ids) << text;
        if (comes_back && continues) {
          EXPECT_EQ(tokenizer->decode(ids), kept(*tokenizer, file, text)) << text;
        }
      }
    };
    for (const auto& text : texts) {
      check(text, true);
      check("a " + text + text + " b", true);
    }
    for (int round = 0; round < 300 && !HasFailure(); ++round) {
      check(random_text(texts, random), true);
    }
    for (const auto& [name, text] : read_corpus()) check(text, false);
  }
}

// Byte-level and with byte fallback, every character comes back, so that kept() is the text.
TEST_P(Plain, EveryAsciiCharacterComesBack) {
  const bool bytes = byte_level(file_) || file_["model"].value("byte_fallback", false);
  if (!bytes) GTEST_SKIP() << "has no token for some characters";
  const auto tokenizer = Tokenizer::parse(file_.dump(), "tokenizer.json");
  for (char c = 1; c < 127; ++c) {
    EXPECT_EQ(tokenizer->decode(tokenizer->encode(std::string(1, c), kPlain)), std::string(1, c));
  }
}

INSTANTIATE_TEST_SUITE_P(Tokenizer, Plain,
                         testing::Values("gpt2", "llama3", "qwen", "o200k", "falcon", "neox",
                                         "words", "llama2", "metaspace", "metaspace_always"),
                         [](const auto& info) { return std::string(info.param); });

TEST(Specials, InTheVocabularyWithWholeWords) {
  auto file = Json::parse(slurp(cases() / "gpt2.json"));
  add_special(file, "<|event|>");
  file["model"]["vocab"]["<|event|>"] = file["added_tokens"].back()["id"];
  file["model"]["ignore_merges"] = true;
  no_words(file);
  const auto tokenizer = Tokenizer::parse(file.dump(), "tokenizer.json");
  const auto id = tokenizer->find("<|event|>");
  EXPECT_EQ(tokenizer->encode("<|event|>"), Ids{id});
  const Ids plain = tokenizer->encode("<|event|>", {.specials = false});
  EXPECT_EQ(std::ranges::count(plain, id), 0);
  EXPECT_EQ(tokenizer->decode(plain), "<|event|>");
}

// A special that is only a step on the way to longer words is no reason to read them otherwise.
TEST(Specials, WordsThatMergeThroughASpecialKeepTheirIds) {
  auto file = Json::parse(slurp(cases() / "gpt2.json"));
  const auto before = Tokenizer::parse(file.dump(), "tokenizer.json");
  const auto through = [&] {  // a token that the merges make, and one that is made of it
    std::set<std::string> made;
    for (const auto& merge : file["model"]["merges"]) {
      const auto pair = merge.get<std::string>();
      const auto left = pair.substr(0, pair.find(' ')), right = pair.substr(pair.find(' ') + 1);
      if (made.count(left) > 0 && static_cast<unsigned char>(left[0]) < 0x80) {
        return std::pair(left, left + right);
      }
      made.insert(left + right);
    }
    throw std::runtime_error("no merge of a merge");
  }();
  add_special(file, through.first);
  const auto after = Tokenizer::parse(file.dump(), "tokenizer.json");
  ASSERT_EQ(before->encode(through.second).size(), 1U) << through.second;
  EXPECT_EQ(after->encode(through.second, {.specials = false}), before->encode(through.second));
  EXPECT_GT(after->encode(through.first, {.specials = false}).size(), 1U);
}

// Whatever the file calls them: what is written like a control token is never read from plain text.
TEST_P(Plain, ControlTokensThatTheFileDoesNotCallSpecialStayText) {
  const Change changes[] = {
      {"only found in the text", [](Json&) {}},
      {"in the vocabulary, whole words",
       [](Json& file) {
         for (const auto& token : file["added_tokens"]) {
           file["model"]["vocab"][token["content"]] = token["id"];
         }
         file["model"]["ignore_merges"] = true;
         no_words(file);
       }},
      {"made by merges",
       [](Json& file) {
         for (const char* text : {"<|event|>", "[INST]"}) add_merges(file, text);
         no_words(file);
       }},
      {"normalised, with the space around",
       [](Json& file) {
         for (auto& token : file["added_tokens"]) {
           for (const char* flag : {"normalized", "lstrip", "rstrip"}) token[flag] = true;
         }
       }}};
  for (const auto& change : changes) {
    SCOPED_TRACE(change.name);
    Json file = file_;
    for (const char* text : {"<|event|>", "[INST]", "</tool>", "_end_"}) add_special(file, text);
    for (auto& token : file["added_tokens"]) token["special"] = false;
    change.make(file);
    const auto tokenizer = Tokenizer::parse(file.dump(), "tokenizer.json");
    const bool bytes = byte_level(file) || file["model"].value("byte_fallback", false);
    for (const auto& token : file["added_tokens"]) {
      const std::string name = token["content"];
      if (name.find_first_not_of(" ") == std::string::npos) continue;  // white space is only that
      for (const auto& text : {name, "a" + name, "a " + name + name + " b"}) {
        for (const bool continues : {true, false}) {
          const Ids ids = tokenizer->encode(text, {.specials = false, .continues = continues});
          EXPECT_EQ(std::ranges::count(ids, token["id"].get<std::int32_t>()), 0) << text;
          if (bytes && continues && text == name) EXPECT_EQ(tokenizer->decode(ids), text);
        }
      }
      EXPECT_EQ(std::ranges::count(tokenizer->encode(name), token["id"].get<std::int32_t>()), 1) << name;
    }
  }
}

TEST(Specials, AddedWordsAndSpacesAreReadFromPlainText) {
  auto file = Json::parse(slurp(cases() / "gpt2.json"));
  for (const char* text : {"SELECT", "      ", "straße 9"}) {
    add_special(file, text);
    file["added_tokens"].back()["special"] = false;
  }
  const auto tokenizer = Tokenizer::parse(file.dump(), "tokenizer.json");
  for (const char* text : {"SELECT", "      ", "straße 9"}) {
    EXPECT_EQ(tokenizer->encode(text, kPlain), Ids{tokenizer->find(text)}) << text;
  }
}

// The token that the file puts before every text is special even when it looks like a word.
TEST(Specials, WhatATemplateNamesIsSpecial) {
  auto file = Json::parse(slurp(cases() / "gpt2.json"));
  add_special(file, "BOS");
  file["added_tokens"].back()["special"] = false;
  file["post_processor"] = Json::parse(R"({"type": "TemplateProcessing",
      "single": [{"SpecialToken": {"id": "BOS"}}, {"Sequence": {"id": "A"}}],
      "special_tokens": {"BOS": {"ids": [0]}}})");
  file["post_processor"]["special_tokens"]["BOS"]["ids"][0] = file["added_tokens"].back()["id"];
  const auto tokenizer = Tokenizer::parse(file.dump(), "tokenizer.json");
  EXPECT_EQ(std::ranges::count(tokenizer->encode("a BOS b", kPlain), tokenizer->find("BOS")), 0);
}

}  // namespace
}  // namespace sr::hybrid
