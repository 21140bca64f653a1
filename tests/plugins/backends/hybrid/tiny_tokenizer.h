// tiny_tokenizer.h - a tokenizer for the reference checkpoints, which come without one.
#pragma once

#include <string>

namespace sr::hybrid::test {

// Letters, digits and a few signs, each a token of its own; "<|end|>" is token 2.
inline std::string tokenizer_json(int size) {
  std::string vocabulary = R"("<|pad|>":0,"<|begin|>":1,"<|end|>":2)";
  int id = 3;
  for (char c = '#'; c <= '~' && id < size; ++c) {
    if (c != '\\') vocabulary += ",\"" + std::string(1, c) + "\":" + std::to_string(id++);
  }
  const auto special = [](int at, const char* text) {
    return R"({"id":)" + std::to_string(at) + R"(,"content":")" + text +
           R"(","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,)"
           R"("special":true})";
  };
  return R"({"version":"1.0","truncation":null,"padding":null,"added_tokens":[)" +
         special(0, "<|pad|>") + "," + special(1, "<|begin|>") + "," + special(2, "<|end|>") +
         R"(],"normalizer":null,"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,)"
         R"("trim_offsets":true,"use_regex":true},"post_processor":null,"decoder":{"type":)"
         R"("ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true},"model":)"
         R"({"type":"BPE","dropout":null,"unk_token":null,"continuing_subword_prefix":null,)"
         R"("end_of_word_suffix":null,"fuse_unk":false,"byte_fallback":false,"vocab":{)" +
         vocabulary + R"(},"merges":[]}})";
}

}  // namespace sr::hybrid::test
