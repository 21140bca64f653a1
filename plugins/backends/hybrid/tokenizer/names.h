// tokenizer/names.h - the model's vocabulary as the file spells it: names to ids and back.
//
// Immutable once filled, any thread. Throws Failure for ids that cannot be.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sr::hybrid {

constexpr std::int32_t kMostTokens = 1 << 24;  // ids are less

class Names {
 public:
  // Takes note of a token; index() must follow the last.
  void add(std::string_view name, std::int64_t id);
  void index();

  // Largest id + 1.
  std::int32_t size() const noexcept { return static_cast<std::int32_t>(by_id_.size()); }
  std::size_t count() const noexcept { return count_; }
  std::int32_t find(std::string_view name) const noexcept;  // -1: no such token
  bool has(std::int32_t id) const noexcept;
  std::string_view name(std::int32_t id) const noexcept;  // empty where there is none

 private:
  struct Span {
    std::uint32_t begin = 0;
    std::uint32_t length = kNone;
  };
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  std::string arena_;
  std::vector<Span> by_id_;
  std::size_t count_ = 0;
  std::vector<std::int32_t> slots_;  // open addressing; -1: free
};

}  // namespace sr::hybrid
