// tokenizer/pre_tokenizer.h - cuts a normalised text into the words that are merged apart.
//
// Read from "pre_tokenizer": Sequence, ByteLevel, Split, Digits, Punctuation, Metaspace. Bytes
// that are not UTF-8 form words of their own and are never dropped. Immutable after construction,
// any thread. Throws Failure for a type it does not know, naming it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "tokenizer/pattern.h"

namespace sr::hybrid {

// A text and its words. Reused from call to call.
struct Words {
  struct Word {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool first = false;  // stands at the very start of what is tokenised
  };
  std::string text;
  std::vector<Word> words;

  std::string_view operator[](std::size_t i) const {
    return std::string_view(text).substr(words[i].begin, words[i].end - words[i].begin);
  }
  std::string spare_text;             // what steps work with
  std::vector<Word> spare_words;
  std::vector<Range> matches;
};

enum class SplitBehavior { kRemoved, kIsolated, kMergedWithPrevious, kMergedWithNext, kContiguous };

class PreTokenizer {
 public:
  PreTokenizer() = default;
  explicit PreTokenizer(const nlohmann::json& settings);

  // Whether the words are bytes (ByteLevel) rather than characters.
  bool byte_level() const noexcept { return byte_level_; }

  // Fills words.words from words.text, which may change. Without `prefix` no space is put in
  // front; `first`: the text stands at the very start.
  void apply(Words& words, bool prefix, bool first) const;

 private:
  struct Step {
    enum class Kind { kSplit, kPrefixSpace, kAlphabet, kMetaspace } kind;
    std::vector<Pattern> pattern = {};  // kSplit: one
    SplitBehavior behavior = SplitBehavior::kIsolated;
    bool invert = false;
    std::string replacement = {};       // kMetaspace
    enum class Prepend { kNever, kFirst, kAlways } prepend = Prepend::kNever;
  };
  void add(const nlohmann::json& settings, const std::string& where);
  void add_byte_level(const nlohmann::json& settings, const std::string& where);
  void add_metaspace(const nlohmann::json& settings, const std::string& where);
  void add_split(Pattern pattern, SplitBehavior behavior, bool invert = false);
  static void split(const Step& step, Words& words);
  static void rewrite(const Step& step, Words& words, bool prefix);

  std::vector<Step> steps_;
  bool byte_level_ = false;
};

}  // namespace sr::hybrid
