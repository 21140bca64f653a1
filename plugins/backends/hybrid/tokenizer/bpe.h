// tokenizer/bpe.h - byte-pair encoding: a word becomes symbols, neighbours merge by rank.
//
// Sennrich et al. 2016; ids equal those of the reference implementation, which is why the lowest
// rank wins and, among equals, the leftmost. A word of n symbols costs O(n log n).
// Plain text never becomes a special token, whatever the vocabulary and the merges say: a word that
// would is read again without them. Immutable after construction; many threads may encode, each
// with a workspace of its own. Throws Failure at construction for settings that would change ids.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/file.h"

namespace sr::hybrid {

// What one thread works with, and the words it met lately.
struct BpeWorkspace {
  struct Symbol {
    std::int32_t id;  // -1: merged into the one before
    std::int32_t previous;
    std::int32_t next;
  };
  struct Candidate {
    std::int32_t rank;
    std::int32_t position;
    std::int32_t id;
  };
  struct Cached {
    static constexpr std::size_t kBytes = 30, kIds = 8;
    std::array<char, kBytes> word;
    std::uint8_t bytes = 0;  // 0: empty
    std::uint8_t count = 0;
    std::array<std::int32_t, kIds> ids;
  };
  std::vector<Symbol> symbols;
  std::vector<Candidate> queue;
  std::vector<Cached> cache;
  std::string name;
};

class Bpe {
 public:
  // `names` outlives this. `special`: of each id, whether it is a special token's.
  // `byte_level`: words are bytes, names are in the alphabet.
  Bpe(const TokenizerFile& file, const Names& names, std::vector<bool> special, bool byte_level);

  bool byte_fallback() const noexcept { return byte_fallback_; }
  void encode(std::string_view word, bool specials, BpeWorkspace& work,
              std::vector<std::int32_t>& ids) const;

 private:
  struct Merge {
    std::uint64_t pair = kFree;
    std::int32_t rank = 0;
    std::int32_t id = 0;
  };
  static constexpr std::uint64_t kFree = ~std::uint64_t{0};

  void read_merges(const MergeList& merges);
  bool special(std::int32_t id) const noexcept {
    return id >= 0 && static_cast<std::size_t>(id) < special_.size() &&
           special_[static_cast<std::size_t>(id)];
  }
  // With `plain` none of these makes a special token.
  void read(std::string_view word, bool plain, BpeWorkspace& work,
            std::vector<std::int32_t>& ids) const;
  const Merge* find(std::int32_t left, std::int32_t right) const noexcept;
  std::int32_t whole(std::string_view word, BpeWorkspace& work) const;
  void spell(std::string_view word, bool plain, BpeWorkspace& work) const;
  void offer(BpeWorkspace& work, bool plain, std::int32_t left, std::int32_t right) const;
  void merge(bool plain, BpeWorkspace& work) const;

  const Names& names_;
  std::vector<bool> special_;
  std::vector<Merge> merges_;          // open addressing
  std::array<std::int32_t, 256> byte_; // tokens of single bytes; -1: none
  std::int32_t unknown_ = -1;
  bool byte_level_;
  bool byte_fallback_ = false;
  bool fuse_unknown_ = false;
  bool ignore_merges_ = false;
};

}  // namespace sr::hybrid
