// host/decode/drafts.h - what a model may write, judged by what it wrote when it was asked alike.
//
// Answers are remembered with what they were about, say a click's payload. Where a new question
// differs from an old one only in words that the old answer repeats, the guess is the old answer
// with these words exchanged. An old answer that would have misled is not asked again. A guess is
// never trusted: the worker reads it ahead and keeps what the model then chooses itself, so that
// it decides about time alone. One thread.
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "host/plugins/backend.h"

namespace sr::host {

class Drafts {
 public:
  explicit Drafts(const LoadedBackend& backend) : backend_(backend) {}

  // The tokens of the whole answer; empty when there is nothing to go by.
  std::vector<std::int32_t> guess(std::string_view about) const;
  void remember(const std::string& about, const std::string& text,
                const std::vector<std::int32_t>& tokens);

 private:
  struct Answer {
    std::string about, text;
    std::vector<std::string_view> words;  // of `about`
    std::vector<std::int32_t> tokens;
    bool steady = true;  // what was guessed from it came true
  };
  struct Guess {
    const Answer* from = nullptr;
    std::string text;
  };
  Guess find(std::string_view about) const;

  const LoadedBackend& backend_;
  std::list<Answer> answers_;  // the newest first, one for each `about`
};

}  // namespace sr::host
