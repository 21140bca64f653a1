#include "tokenizer/byte_tokenizer.h"

#include <nlohmann/json.hpp>

#include "tokenizer/alphabet.h"

namespace sr::hybrid {

std::string byte_tokenizer() {
  using Json = nlohmann::ordered_json;
  Json vocabulary = Json::object(), added = Json::array();
  std::int32_t id = 0;
  for (; id < 256; ++id) {
    std::string name;
    append_in_alphabet(name, std::string(1, static_cast<char>(id)));
    vocabulary[name] = id;
  }
  for (const char* tag : {"app", "event", "emit", "result", "shown", "refused", "end"}) {
    const auto text = "<|" + std::string(tag) + "|>";
    vocabulary[text] = id;
    added.push_back({{"id", id++},
                     {"content", text},
                     {"single_word", false},
                     {"lstrip", false},
                     {"rstrip", false},
                     {"normalized", false},
                     {"special", true}});
  }
  const Json byte_level = {{"type", "ByteLevel"},
                           {"add_prefix_space", false},
                           {"trim_offsets", true},
                           {"use_regex", false}};
  const Json model = {{"type", "BPE"},
                      {"dropout", nullptr},
                      {"unk_token", nullptr},
                      {"continuing_subword_prefix", nullptr},
                      {"end_of_word_suffix", nullptr},
                      {"fuse_unk", false},
                      {"byte_fallback", false},
                      {"ignore_merges", false},
                      {"vocab", std::move(vocabulary)},
                      {"merges", Json::array()}};
  const Json all = {{"version", "1.0"},         {"truncation", nullptr},
                    {"padding", nullptr},       {"added_tokens", std::move(added)},
                    {"normalizer", nullptr},    {"pre_tokenizer", byte_level},
                    {"post_processor", nullptr}, {"decoder", byte_level},
                    {"model", model}};
  return all.dump(1) + "\n";
}

}  // namespace sr::hybrid
