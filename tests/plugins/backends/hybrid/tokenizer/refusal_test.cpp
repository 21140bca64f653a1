// What is not supported, or makes no sense, is refused at load with one sentence.
#include <gtest/gtest.h>

#include "state_runtime/plugin.hpp"
#include "tests/plugins/backends/hybrid/tokenizer/corpus.h"
#include "tokenizer/tokenizer.h"

namespace sr::hybrid {
namespace {

using nlohmann::json;

std::string refusal(const std::string& text) {
  try {
    Tokenizer::parse(text, "tokenizer.json");
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), SR_INVALID_ARGUMENT);
    return failure.what();
  }
  return "";
}

struct Change {
  const char* at;     // a JSON pointer into gpt2.json
  const char* value;
  const char* sentence;
};

class Refused : public testing::TestWithParam<Change> {};

TEST_P(Refused, NamesThePlaceAndTheReason) {
  json file = json::parse(slurp(cases() / "gpt2.json"));
  file[json::json_pointer(GetParam().at)] = json::parse(GetParam().value);
  EXPECT_EQ(refusal(file.dump()), std::string("tokenizer.json: ") + GetParam().sentence);
}

INSTANTIATE_TEST_SUITE_P(
    Tokenizer, Refused,
    testing::Values(
        Change{"/model/type", R"("WordPiece")",
               "model: the model type \"WordPiece\" is not supported, only BPE"},
        Change{"/model/type", R"("Unigram")",
               "model: the model type \"Unigram\" is not supported, only BPE"},
        Change{"/model/dropout", "0.1", "model: dropout is not supported"},
        Change{"/model/end_of_word_suffix", R"("</w>")",
               "model: end_of_word_suffix \"</w>\" is not supported"},
        Change{"/model/unk_token", R"("<unk>")",
               "model: unk_token \"<unk>\" is not in the vocabulary"},
        Change{"/model/vocab", "{}", "model: the vocabulary is empty"},
        Change{"/model/vocab/a", "-1",
               "model.vocab: the token \"a\" has the id -1, which cannot be"},
        Change{"/model/vocab/a", "98",
               "model.vocab: the id 98 belongs to two tokens, the second is \"b\""},
        Change{"/model/vocab/a", R"("1")", "model.vocab: \"a\" has no number as id"},
        Change{"/model/merges/2", R"("a b c")",
               "model.merges[2]: \"a b c\" is not two parts with one space between them"},
        Change{"/model/merges/2", R"(["a"])", "model.merges[2]: a merge has two parts"},
        Change{"/model/merges/2", "7", "model.merges[2]: a merge is a string or two strings"},
        Change{"/model/merges/2", R"("q q")",
               "model.merges[2]: \"qq\" is not in the vocabulary"},
        Change{"/normalizer", R"({"type": "Precompiled"})",
               "normalizer: the normalizer \"Precompiled\" is not supported"},
        Change{"/pre_tokenizer",
               R"({"type": "Sequence", "pretokenizers": [{"type": "Whitespace"}]})",
               "pre_tokenizer.pretokenizers[0]: the pre-tokenizer \"Whitespace\" is not supported"},
        Change{"/pre_tokenizer", R"({"type": "Split", "pattern": {"Regex": "a{1,3}+"},
                                     "behavior": "Isolated"})",
               "pre_tokenizer: the pattern a{1,3}+ uses a + after {…}, which is not supported"},
        Change{"/pre_tokenizer", R"({"type": "Split", "pattern": {"Regex": "[a-z&&[^x]]"},
                                     "behavior": "Isolated"})",
               "pre_tokenizer: the pattern [a-z&&[^x]] uses && between brackets, which is not "
               "supported"},
        Change{"/pre_tokenizer", R"({"type": "Split", "pattern": {"Regex": "\\h"},
                                     "behavior": "Isolated"})",
               "pre_tokenizer: the pattern \\h uses \\h, which is not supported"},
        Change{"/pre_tokenizer", R"({"type": "Split", "pattern": {"Regex": "a("},
                                     "behavior": "Isolated"})",
               "pre_tokenizer: the pattern a( cannot be read: missing closing parenthesis"},
        Change{"/decoder", R"({"type": "WordPiece"})",
               "decoder: the decoder \"WordPiece\" is not supported"},
        Change{"/post_processor", R"({"type": "BertProcessing"})",
               "post_processor: the post-processor \"BertProcessing\" is not supported"},
        Change{"/added_tokens/0/id", "5",
               "added_tokens[0]: the id 5 of \"<|endoftext|>\" belongs to \"\u0105\" in the "
               "vocabulary"},
        Change{"/added_tokens/0/id", "4294967296",
               "added_tokens[0]: the id 4294967296 of \"<|endoftext|>\" is not a whole number from 0 to "
               "16777215"},
        Change{"/added_tokens/0/id", "386.5",
               "added_tokens[0]: the id 386.5 of \"<|endoftext|>\" is not a whole number from 0 to 16777215"},
        Change{"/added_tokens/0/id", "18446744073709551615",
               "added_tokens[0]: the id 18446744073709551615 of \"<|endoftext|>\" is not a whole number from "
               "0 to 16777215"},
        Change{"/added_tokens/0/id", "-1",
               "added_tokens[0]: the id -1 of \"<|endoftext|>\" is not a whole number from 0 to 16777215"},
        Change{"/added_tokens/0/id", R"("386")",
               "added_tokens[0]: the id \"386\" of \"<|endoftext|>\" is not a whole number from 0 to "
               "16777215"},
        Change{"/added_tokens/0/id", "true",
               "added_tokens[0]: the id true of \"<|endoftext|>\" is not a whole number from 0 to 16777215"},
        Change{"/added_tokens/0/id", "null",
               "added_tokens[0]: the id null of \"<|endoftext|>\" is not a whole number from 0 to 16777215"},
        Change{"/post_processor", R"({"type": "TemplateProcessing",
                                      "single": [{"SpecialToken": {"id": "s"}}],
                                      "special_tokens": {"s": {"ids": [4294967297]}}})",
               "post_processor: the id 4294967297 of \"s\" is not a whole number from 0 to 16777215"},
        Change{"/added_tokens/0/content", R"("a")",
               "added_tokens[0]: \"a\" has the id 386 here and 97 in the vocabulary"},
        Change{"/added_tokens/0",
               R"({"id": 97, "content": "a", "special": true})",
               "added_tokens: \"a\" is special, but only it can spell that byte"},
        Change{"/added_tokens/0/lstrip", "3", "added_tokens[0]: \"lstrip\" has the wrong type"}));

TEST(TokenizerFile, MustBeJsonAndBeThere) {
  EXPECT_EQ(refusal("{\"model\": "), "tokenizer.json: byte 11: this is not JSON");
  EXPECT_EQ(refusal("[]"), "tokenizer.json: tokenizer: the file holds no JSON object");
  EXPECT_EQ(refusal("{}"), "tokenizer.json: model: the file has no model");
  EXPECT_EQ(refusal(std::string(1000, '[')),
            "tokenizer.json: tokenizer: the file is nested too deeply");
  try {
    Tokenizer::load("/nonexistent/tokenizer.json");
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), SR_NOT_FOUND);
    EXPECT_STREQ(failure.what(), "/nonexistent/tokenizer.json: the file cannot be read");
  }
}

}  // namespace
}  // namespace sr::hybrid
