// tokenizer/file.h - tokenizer.json in parts: the long lists flat, the rest as JSON.
//
// Read in one pass that builds no tree for the vocabulary and the merges, which are nearly all of
// the file. Throws Failure for what is not JSON or has the wrong shape.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "tokenizer/names.h"

namespace sr::hybrid {

// Pairs of names in order of rank.
class MergeList {
 public:
  void add(std::string_view left, std::string_view right);
  std::size_t size() const noexcept { return ends_.size() / 2; }
  std::string_view left(std::size_t rank) const { return part(2 * rank); }
  std::string_view right(std::size_t rank) const { return part(2 * rank + 1); }
  // What the two make together.
  std::string_view both(std::size_t rank) const;

 private:
  std::string_view part(std::size_t index) const;
  std::string arena_;
  std::vector<std::uint32_t> ends_;
};

struct TokenizerFile {
  Names names;             // model.vocab
  MergeList merges;        // model.merges, as "a b" or ["a", "b"]
  nlohmann::json settings; // everything else
};

TokenizerFile read_tokenizer_file(std::string_view json);

}  // namespace sr::hybrid
