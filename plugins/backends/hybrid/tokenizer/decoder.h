// tokenizer/decoder.h - the bytes that a token stands for.
//
// Read from "decoder": ByteLevel, Metaspace, or a Sequence of Replace, ByteFallback, Fuse, Strip.
// What only concerns the start of a whole text (Strip, Metaspace's first space) is not a token's
// business and is left out. Throws Failure for a type it does not know, naming it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace sr::hybrid {

class Decoder {
 public:
  // `byte_level`, `byte_fallback`: what the pre-tokenizer and the model make of a text.
  Decoder(const nlohmann::json& settings, bool byte_level, bool byte_fallback);

  // `added`: not of the model but of the added tokens; in byte-level files these are plain text.
  std::string bytes(std::string_view name, bool added) const;

 private:
  void add(const nlohmann::json& settings, const std::string& where);

  std::vector<std::pair<std::string, std::string>> replacements_;
  bool byte_level_;
  bool byte_fallback_;
};

}  // namespace sr::hybrid
