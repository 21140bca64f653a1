// tokenizer/normalizer.h - what happens to a text before it is cut into words.
//
// Read from "normalizer": Sequence, Prepend, Replace, NFC, NFD, NFKC, NFKD. Immutable after
// construction, any thread. Throws Failure for a type it does not know, naming it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "tokenizer/pattern.h"

namespace sr::hybrid {

class Normalizer {
 public:
  Normalizer() = default;
  explicit Normalizer(const nlohmann::json& settings) { add(settings, "normalizer"); }

  bool empty() const noexcept { return steps_.empty(); }
  // Without `prepend`, the text continues another: Prepend is left out.
  void apply(std::string& text, bool prepend) const;

 private:
  struct Step {
    enum class Kind { kPrepend, kReplace, kCompose } kind;
    std::string content;                 // kPrepend, kReplace
    std::vector<Pattern> pattern;        // kReplace: one
    int form = 0;                        // kCompose: utf8proc's options
  };
  void add(const nlohmann::json& settings, const std::string& where);

  std::vector<Step> steps_;
};

// {"String": …} or {"Regex": …}.
Pattern read_pattern(const nlohmann::json& settings, const std::string& where);

}  // namespace sr::hybrid
