// engine/masks/vocabulary.h - a tokenizer's vocabulary, arranged so that masks cost little.
//
// Built once per vocabulary and shared by every grammar: a copy of the token bytes, a trie of
// them, and their division by what they do inside a JSON string. Immutable, any thread. Tokens
// that no text may contain (special tokens, the end token, tokens without bytes, tokens longer
// than kLongest) are in none of these.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/masks/token_trie.h"
#include "state_runtime/backend.h"

namespace sr::constrain {

using Bits = std::vector<std::uint32_t>;  // bit i of word i / 32 is token i

// What tokens do between two characters of a text. Each token is in one of three parts: plain
// characters only; such characters and a quote; anything else. A token is also found by the
// punctuation that it holds, as that is where it may leave what it began in.
struct TextTokens {
  // Whole characters without quote, backslash or control characters.
  Bits plain;
  std::vector<std::int32_t> by_length;    // the same, fewest characters first
  std::vector<std::uint32_t> up_to;       // [n]: how many of them have at most n characters
  // [b - 0x20]: those that hold the ASCII character b; at the end, those that hold any other.
  std::vector<Bits> holding;
  static constexpr std::size_t kOther = 0x80 - 0x20;

  // Plain characters, at least one, then this character for the first time and whatever comes
  // behind it. Those rests are few, so they are tried once for all.
  struct Tails {
    struct Tail {
      std::int32_t token;
      std::uint32_t rest;  // its number
      std::uint16_t at;    // where it begins
    };
    std::vector<Tail> tokens;
    TokenTrie rests;  // token: the rest's number
    std::uint32_t count = 0;
  };
  // Of quotes, punctuation and the space; letters and digits, which are in most tokens, have none.
  const Tails* tails(std::uint8_t c) const {
    return c >= 0x20 && c < 0x80 && tails_of[c - 0x20U] != nullptr ? tails_of[c - 0x20U].get()
                                                                   : nullptr;
  }
  std::vector<std::unique_ptr<const Tails>> tails_of;  // [b - 0x20]

  TokenTrie other;
};

class Vocabulary {
 public:
  // No real token comes near it; it bounds the depth of a walk.
  static constexpr std::size_t kLongest = 1024;

  explicit Vocabulary(const sr_vocabulary& source);

  std::int32_t size() const noexcept { return size_; }
  std::size_t words() const noexcept { return (static_cast<std::size_t>(size_) + 31) / 32; }
  std::int32_t end_token() const noexcept { return end_token_; }
  std::size_t longest() const noexcept { return longest_; }  // bytes of the longest token

  // Empty for a token that no text may contain.
  std::span<const std::uint8_t> bytes(std::int32_t token) const noexcept {
    const auto at = offsets_[static_cast<std::size_t>(token)];
    return {bytes_.data() + at, offsets_[static_cast<std::size_t>(token) + 1] - at};
  }
  std::string_view text(std::int32_t token) const noexcept {
    const auto b = bytes(token);
    return {reinterpret_cast<const char*>(b.data()), b.size()};
  }
  const TokenTrie& trie() const noexcept { return trie_; }
  const TextTokens& in_text() const noexcept { return in_text_; }
  // The next token with the same bytes, or -1. The trie and TextTokens hold only the first.
  std::int32_t twin(std::int32_t token) const noexcept {
    return twins_.empty() ? -1 : twins_[static_cast<std::size_t>(token)];
  }
  bool has_twins() const noexcept { return !twins_.empty(); }

  // Why this vocabulary cannot spell JSON ("has no token for the byte 0x7b '{'"), or "".
  // A grammar never reaches a dead end when this is empty: every ASCII character has a token of
  // its own, and if a token may stop inside a UTF-8 sequence, so have the bytes that finish it.
  const std::string& defect() const noexcept { return defect_; }
  // Can this character be written wherever it must come?
  bool spells(std::uint32_t code) const;

 private:
  void copy_tokens(const sr_vocabulary& source);
  void build_trie();
  void divide();
  void find_tails();
  std::size_t plain_length(std::string_view text) const;
  void find_defect();

  std::int32_t size_;
  std::int32_t end_token_;
  std::size_t longest_ = 0;
  std::vector<std::uint8_t> bytes_;
  std::vector<std::uint32_t> offsets_;  // (size + 1)
  TokenTrie trie_;
  std::vector<std::int32_t> twins_;  // (size), or empty when all tokens differ
  std::vector<std::int32_t> distinct_;  // the tokens in the trie; emptied when all is built
  TextTokens in_text_;
  std::string defect_;
  std::bitset<256> alone_;  // bytes with a token of their own
};

}  // namespace sr::constrain
