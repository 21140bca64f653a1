#include "tokenizer/pre_tokenizer.h"

#include <algorithm>

#include "tokenizer/alphabet.h"
#include "tokenizer/normalizer.h"
#include "tokenizer/refusal.h"
#include "tokenizer/utf8.h"

namespace sr::hybrid {
namespace {

// Radford et al., GPT-2: what ByteLevel splits with.
constexpr std::string_view kGpt2 =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
constexpr std::string_view kPunctuation = R"([!-/:-@\[-`{-~\p{P}])";

SplitBehavior read_behavior(const nlohmann::json& settings, const std::string& where,
                            const std::string& otherwise) {
  const auto name = field<std::string>(settings, "behavior", otherwise, where);
  if (name == "Removed") return SplitBehavior::kRemoved;
  if (name == "Isolated") return SplitBehavior::kIsolated;
  if (name == "MergedWithPrevious") return SplitBehavior::kMergedWithPrevious;
  if (name == "MergedWithNext") return SplitBehavior::kMergedWithNext;
  if (name == "Contiguous") return SplitBehavior::kContiguous;
  refuse(where, "the behavior \"" + name + "\" is not supported");
}

struct Part {
  std::size_t begin;
  std::size_t end;
  bool match;
};

// Joins or drops the parts of one run as the behaviour says; they are in order and touch.
void arrange(std::vector<Part>& parts, SplitBehavior behavior) {
  std::vector<Part> out;
  bool previous = false;
  switch (behavior) {
    case SplitBehavior::kIsolated: return;
    case SplitBehavior::kRemoved:
      std::erase_if(parts, [](const Part& part) { return part.match; });
      return;
    case SplitBehavior::kContiguous:
      for (const Part& part : parts) {
        if (!out.empty() && out.back().match == part.match) {
          out.back().end = part.end;
        } else {
          out.push_back(part);
        }
      }
      break;
    case SplitBehavior::kMergedWithPrevious:
      for (const Part& part : parts) {
        if (part.match && !previous && !out.empty()) {
          out.back().end = part.end;
        } else {
          out.push_back(part);
        }
        previous = part.match;
      }
      break;
    case SplitBehavior::kMergedWithNext:
      for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
        if (part->match && !previous && !out.empty()) {
          out.back().begin = part->begin;
        } else {
          out.push_back(*part);
        }
        previous = part->match;
      }
      std::reverse(out.begin(), out.end());
      break;
  }
  parts = std::move(out);
}

}  // namespace

PreTokenizer::PreTokenizer(const nlohmann::json& settings) {
  add(settings, "pre_tokenizer");
  // The alphabet matters only to steps that come after it.
  if (!steps_.empty() && steps_.back().kind == Step::Kind::kAlphabet) steps_.pop_back();
}

void PreTokenizer::add(const nlohmann::json& settings, const std::string& where) {
  if (settings.is_null()) return;
  const std::string type = type_of(settings, where);
  if (type == "Sequence") {
    std::size_t index = 0;
    for (const auto& step : list_in(settings, "pretokenizers", where)) {
      add(step, where + ".pretokenizers[" + std::to_string(index++) + "]");
    }
  } else if (type == "ByteLevel") {
    add_byte_level(settings, where);
  } else if (type == "Metaspace") {
    add_metaspace(settings, where);
  } else if (type == "Split") {
    add_split(read_pattern(settings, where), read_behavior(settings, where, ""),
              field(settings, "invert", false, where));
  } else if (type == "Digits") {
    add_split(Pattern(R"(\p{N})", where), field(settings, "individual_digits", false, where)
                                              ? SplitBehavior::kIsolated
                                              : SplitBehavior::kContiguous);
  } else if (type == "Punctuation") {
    add_split(Pattern(kPunctuation, where), read_behavior(settings, where, "Isolated"));
  } else {
    refuse(where, "the pre-tokenizer \"" + type + "\" is not supported");
  }
}

void PreTokenizer::add_split(Pattern pattern, SplitBehavior behavior, bool invert) {
  Step step{Step::Kind::kSplit};
  step.pattern.push_back(std::move(pattern));
  step.behavior = behavior;
  step.invert = invert;
  steps_.push_back(std::move(step));
}

void PreTokenizer::add_byte_level(const nlohmann::json& settings, const std::string& where) {
  if (byte_level_) refuse(where, "a second ByteLevel is not supported");
  byte_level_ = true;
  if (field(settings, "add_prefix_space", true, where)) {
    steps_.push_back({Step::Kind::kPrefixSpace});
  }
  if (field(settings, "use_regex", true, where)) {
    add_split(Pattern(kGpt2, where), SplitBehavior::kIsolated);
  }
  steps_.push_back({Step::Kind::kAlphabet});
}

void PreTokenizer::add_metaspace(const nlohmann::json& settings, const std::string& where) {
  Step step{Step::Kind::kMetaspace};
  step.replacement = field<std::string>(settings, "replacement", "\u2581", where);
  const bool old = field(settings, "add_prefix_space", true, where);
  const auto scheme =
      field<std::string>(settings, "prepend_scheme", old ? "always" : "never", where);
  if (scheme == "always") {
    step.prepend = Step::Prepend::kAlways;
  } else if (scheme == "first") {
    step.prepend = Step::Prepend::kFirst;
  } else if (scheme != "never") {
    refuse(where, "the prepend_scheme \"" + scheme + "\" is not supported");
  }
  const std::string replacement = step.replacement;
  steps_.push_back(std::move(step));
  if (field(settings, "split", true, where)) {
    add_split(Pattern(Pattern::Literal{replacement}), SplitBehavior::kMergedWithNext);
  }
}

void PreTokenizer::apply(Words& words, bool prefix, bool first) const {
  words.words.clear();
  if (words.text.empty()) return;
  words.words.push_back({0, words.text.size(), first});
  bool in_alphabet = false;
  for (const Step& step : steps_) {
    if (step.kind == Step::Kind::kSplit) {
      split(step, words);
    } else {
      rewrite(step, words, prefix);
      in_alphabet = in_alphabet || step.kind == Step::Kind::kAlphabet;
    }
  }
  if (!in_alphabet) return;
  words.spare_text.clear();
  for (std::size_t i = 0; i < words.words.size(); ++i) {  // back to bytes
    const std::size_t begin = words.spare_text.size();
    words.spare_text += from_alphabet(words[i]).value_or(std::string(words[i]));
    words.words[i].begin = begin;
    words.words[i].end = words.spare_text.size();
  }
  std::swap(words.text, words.spare_text);
}

void PreTokenizer::split(const Step& step, Words& words) {
  words.spare_words.clear();
  std::vector<Part> parts;
  for (std::size_t i = 0; i < words.words.size(); ++i) {
    const Words::Word word = words.words[i];
    const std::string_view whole = words[i];
    const auto keep = [&](std::size_t begin, std::size_t end) {
      if (begin < end) {
        words.spare_words.push_back(
            {word.begin + begin, word.begin + end, word.first && begin == 0});
      }
    };
    for_each_run(
        whole,
        [&](std::string_view run) {
          const auto base = static_cast<std::size_t>(run.data() - whole.data());
          step.pattern.front().find(run, words.matches);
          parts.clear();
          std::size_t done = 0;
          for (const Range& match : words.matches) {
            if (done < match.begin) parts.push_back({done, match.begin, step.invert});
            parts.push_back({match.begin, match.end, !step.invert});
            done = match.end;
          }
          if (done < run.size()) parts.push_back({done, run.size(), step.invert});
          arrange(parts, step.behavior);
          for (const Part& part : parts) keep(base + part.begin, base + part.end);
        },
        [&](std::string_view broken) {
          const auto base = static_cast<std::size_t>(broken.data() - whole.data());
          keep(base, base + broken.size());
        });
  }
  std::swap(words.words, words.spare_words);
}

void PreTokenizer::rewrite(const Step& step, Words& words, bool prefix) {
  std::string& out = words.spare_text;
  out.clear();
  for (std::size_t i = 0; i < words.words.size(); ++i) {
    const std::size_t begin = out.size();
    const std::string_view word = words[i];
    if (step.kind == Step::Kind::kPrefixSpace) {
      if (prefix && word.front() != ' ') out += ' ';
      out += word;
    } else if (step.kind == Step::Kind::kAlphabet) {
      append_in_alphabet(out, word);
    } else {
      const bool wanted = step.prepend == Step::Prepend::kAlways ||
                          (step.prepend == Step::Prepend::kFirst && words.words[i].first);
      const bool there = word.front() == ' ' || word.starts_with(step.replacement);
      if (prefix && wanted && !there) out += step.replacement;
      for (const char c : word) {
        if (c == ' ') {
          out += step.replacement;
        } else {
          out += c;
        }
      }
    }
    words.words[i].begin = begin;
    words.words[i].end = out.size();
  }
  std::swap(words.text, out);
}

}  // namespace sr::hybrid
