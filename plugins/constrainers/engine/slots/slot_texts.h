// engine/slots/slot_texts.h - what one slot may hold in one opened matcher, byte for byte as the
// place spells it. Immutable once made, any thread.
//
// SpanTexts: all spans of some texts. Where a span stands is not one place but all those at which
// the texts hold what has been written; a cursor names the first of them and the length, which
// says them all. ValueTexts: a sorted list; a cursor is a range of it and a depth.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "engine/slots/slot.h"

namespace sr::constrain {

// Where a text stands that is half written.
struct SlotCursor {
  enum Phase : std::uint8_t { kOpening, kInside, kClosing };
  Phase phase = kOpening;
  bool only = false;         // SpanTexts: there is one place only, `at`
  std::uint32_t at = 0;      // kOpening, kClosing: bytes written; SpanTexts: the first place;
                             // ValueTexts: the first value
  std::uint32_t length = 0;  // bytes written
  std::uint32_t end = 0;     // ValueTexts: behind the last value
};

// What a byte leads to: a text that may be done there, and up to two ways to go on.
struct SlotStep {
  bool ends = false;
  std::uint8_t count = 0;
  std::array<SlotCursor, 2> on;
  void add(const SlotCursor& cursor) { on[count++] = cursor; }
};

// Can the character be written wherever it must come?
using Spells = std::function<bool(std::uint32_t code)>;

class SpanTexts {
 public:
  using Places = std::vector<std::uint32_t>;  // sorted
  // The places of cursors that stand at many, as long as there is room: they are found again when
  // needed. One thread at a time.
  struct Cache {
    std::unordered_map<std::uint64_t, Places> known;
    std::size_t held = 0;
  };

  SpanTexts(const SlotSpec& spec, std::span<const std::string_view> texts, const Spells& spells);

  bool empty() const { return starts_.empty(); }
  const SlotSpelling& spelling() const { return spelling_; }
  std::size_t memory() const;

  SlotStep step(const SlotCursor& cursor, std::uint8_t byte, Cache& cache) const;
  bool reads(const SlotCursor& cursor, std::uint8_t byte, Cache& cache) const;
  std::bitset<256> next(const SlotCursor& cursor, Cache& cache) const;
  // Where the cursor, which is inside, stands. Valid until the next call with this cache.
  std::span<const std::uint32_t> places(const SlotCursor& cursor, Cache& cache) const;

  // For walks: a span that began at `start` goes on over the byte at `place`, when it may.
  std::span<const std::uint32_t> starts(std::uint8_t byte) const {
    return std::span(starts_).subspan(first_[byte], first_[byte + 1U] - first_[byte]);
  }
  bool goes_on(std::uint32_t start, std::uint32_t place) const {
    const auto end = reach_[place];
    return end != 0 && (characters_.empty() || characters_[end] - characters_[start] <= max_);
  }
  bool may_end(std::uint32_t place) const { return ends_[place] != 0; }
  std::uint8_t byte(std::uint32_t place) const { return static_cast<std::uint8_t>(bytes_[place]); }

 private:
  void add(std::string_view text, const SlotSpec& spec, const Spells& spells);
  void find_reach();
  void sort_starts();
  Places search(const SlotCursor& cursor) const;
  static SlotCursor cursor_at(const Places& places, std::uint32_t length);
  void keep(const SlotCursor& cursor, Places places, Cache& cache) const;

  const SlotSpelling spelling_;
  const std::uint32_t max_;
  std::string bytes_;                // all texts, a byte that is in no text behind each
  std::vector<std::uint32_t> reach_;  // [i]: where a span may end next behind byte i; 0: nowhere
  std::vector<std::uint8_t> ends_;   // [i]: may a span end before byte i
  std::vector<std::uint32_t> characters_;  // [i]: characters before byte i; empty without a bound
  Places starts_;                    // by their first byte, then by place
  std::array<std::uint32_t, 257> first_{};
};

class ValueTexts {
 public:
  ValueTexts(const SlotSpec& spec, std::span<const std::string_view> texts, const Spells& spells);

  bool empty() const { return offsets_.size() == 1; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(offsets_.size() - 1); }
  std::size_t memory() const { return bytes_.capacity() + offsets_.capacity() * 4; }
  // As it is spelt, in the order of bytes.
  std::string_view value(std::uint32_t i) const {
    return std::string_view(bytes_).substr(offsets_[i], offsets_[i + 1] - offsets_[i]);
  }
  SlotCursor start() const { return {SlotCursor::kInside, false, 0, 0, size()}; }

  SlotStep step(SlotCursor cursor, std::uint8_t byte) const;
  std::bitset<256> next(SlotCursor cursor) const;
  // The values in [at, end), longer than `depth`, that go on with the same byte as the first.
  std::uint32_t group_end(std::uint32_t at, std::uint32_t end, std::uint32_t depth) const;

 private:
  std::string bytes_;
  std::vector<std::uint32_t> offsets_{0};
};

using SlotTexts = std::variant<SpanTexts, ValueTexts>;

// `texts`: UTF-8.
SlotTexts make_slot_texts(const SlotSpec& spec, std::span<const std::string_view> texts,
                          const Spells& spells);

}  // namespace sr::constrain
