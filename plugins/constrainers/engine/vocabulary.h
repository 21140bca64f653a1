// engine/vocabulary.h - a tokenizer's vocabulary, arranged so that masks are one walk.
//
// Built once per vocabulary and shared by every grammar: a copy of the token bytes and a trie of
// them in depth-first order. Immutable, any thread. Tokens that no text may contain (special
// tokens, the end token, tokens without bytes, tokens longer than kLongest) are not in the trie.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "state_runtime/backend.h"

namespace sr::constrain {

class Vocabulary {
 public:
  // No real token comes near it; it bounds the depth of a walk.
  static constexpr std::size_t kLongest = 1024;

  // One node of the trie. Its children stand directly behind it: the first at index + 1, the
  // next at `end` of the one before, up to this node's own `end`.
  struct Node {
    std::uint32_t end;
    std::int32_t token;  // the first token that ends here, or -1
    std::uint8_t byte;
  };

  explicit Vocabulary(const sr_vocabulary& source);

  std::int32_t size() const noexcept { return size_; }
  std::size_t words() const noexcept { return (static_cast<std::size_t>(size_) + 31) / 32; }
  std::int32_t end_token() const noexcept { return end_token_; }
  std::size_t longest() const noexcept { return longest_; }  // bytes of the longest token
  std::size_t memory() const noexcept;

  // Empty for a token that no text may contain.
  std::span<const std::uint8_t> bytes(std::int32_t token) const noexcept {
    const auto at = offsets_[static_cast<std::size_t>(token)];
    return {bytes_.data() + at, offsets_[static_cast<std::size_t>(token) + 1] - at};
  }
  const std::vector<Node>& trie() const noexcept { return trie_; }
  // The next token with the same bytes, or -1.
  std::int32_t twin(std::int32_t token) const noexcept {
    return twins_.empty() ? -1 : twins_[static_cast<std::size_t>(token)];
  }

  // Why this vocabulary cannot spell JSON ("has no token for the byte 0x7b '{'"), or "".
  // A grammar never reaches a dead end when this is empty: every ASCII character has a token of
  // its own, and if a token may stop inside a UTF-8 sequence, so have the bytes that finish it.
  const std::string& defect() const noexcept { return defect_; }

 private:
  void copy_tokens(const sr_vocabulary& source);
  void build_trie();
  void find_defect();

  std::int32_t size_;
  std::int32_t end_token_;
  std::size_t longest_ = 0;
  std::vector<std::uint8_t> bytes_;
  std::vector<std::uint32_t> offsets_;  // (size + 1)
  std::vector<Node> trie_;
  std::vector<std::int32_t> twins_;  // (size), or empty when all tokens differ
  std::string defect_;
};

}  // namespace sr::constrain
