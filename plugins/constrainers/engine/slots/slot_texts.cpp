#include "engine/slots/slot_texts.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "engine/base/utf8.h"
#include "words/numbers.h"
#include "words/word_edges.h"

namespace sr::constrain {

namespace {

constexpr char kBetween = '\xFF';  // in no UTF-8
constexpr std::size_t kMostHeld = 1U << 16;  // places of cursors, in one cache

std::uint32_t code_at(std::string_view text, std::size_t at, std::size_t length) {
  const auto b = static_cast<std::uint8_t>(text[at]);
  if (length == 1) return b;
  auto code = static_cast<std::uint32_t>(b & (0x7FU >> length));
  for (std::size_t i = 1; i < length; ++i) {
    code = code << 6 | (static_cast<std::uint8_t>(text[at + i]) & 0x3FU);
  }
  return code;
}
std::size_t length_at(std::string_view text, std::size_t at) {
  const auto b = static_cast<std::uint8_t>(text[at]);
  return b < 0x80 ? 1 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
}

// What is escaped is written in ASCII, which every vocabulary spells.
bool is_spelt(const SlotSpelling& spelling, std::string_view text, std::size_t at,
              std::size_t length, const Spells& spells) {
  const auto code = code_at(text, at, length);
  return (code >= 0x20 && code < 0x7F) || !spelling.is_raw(text[at]) || spells(code);
}

}  // namespace

SpanTexts::SpanTexts(const SlotSpec& spec, std::span<const std::string_view> texts,
                     const Spells& spells)
    : spelling_(spec), max_(spec.max) {
  for (const auto text : texts) add(text, spec, spells);
  find_reach();
  sort_starts();
}

void SpanTexts::add(std::string_view text, const SlotSpec& spec, const Spells& spells) {
  const auto edges = words::word_edges(text, spec.trim);
  const bool counts = max_ != UINT32_MAX;
  bytes_.reserve(bytes_.size() + text.size() + text.size() / 8 + 1);
  ends_.reserve(bytes_.capacity());
  starts_.reserve(starts_.size() + text.size() / 4 + 1);
  if (counts) characters_.reserve(bytes_.capacity());
  auto counted = characters_.empty() ? 0 : characters_.back();
  const auto mark = [&](std::size_t at) {
    const auto edge = edges.at[at];
    if ((edge & words::WordEdges::kBegin) != 0)
      starts_.push_back(static_cast<std::uint32_t>(bytes_.size()));
    ends_.push_back((edge & words::WordEdges::kEnd) != 0);
    if (counts) characters_.push_back(counted++);
  };
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    mark(at);
    if (static_cast<std::uint8_t>(c) < 0x7F && static_cast<std::uint8_t>(c) >= 0x20 &&
        spelling_.is_raw(c)) {
      bytes_ += c;
      ++at;
      continue;
    }
    const auto length = length_at(text, at);
    if (is_spelt(spelling_, text, at, length, spells)) {
      for (std::size_t i = 0; i < length; ++i) spelling_.append(bytes_, text[at + i]);
    } else {
      bytes_ += kBetween;
    }
    ends_.resize(bytes_.size());
    if (counts) characters_.resize(bytes_.size(), counted - 1);
    at += length;
  }
  mark(text.size());
  bytes_ += kBetween;
}

void SpanTexts::find_reach() {
  reach_.assign(bytes_.size(), 0);
  std::uint32_t next = 0;
  for (auto i = static_cast<std::uint32_t>(bytes_.size()); i-- > 0;) {
    if (bytes_[i] == kBetween) next = 0;
    reach_[i] = next;
    if (ends_[i] != 0) next = i;
  }
}

// Only those behind which a span can end.
void SpanTexts::sort_starts() {
  std::erase_if(starts_, [&](std::uint32_t start) { return !goes_on(start, start); });
  for (const auto start : starts_) ++first_[byte(start) + 1U];
  std::partial_sum(first_.begin(), first_.end(), first_.begin());
  Places sorted(starts_.size());
  auto at = first_;
  for (const auto start : starts_) sorted[at[byte(start)]++] = start;
  starts_ = std::move(sorted);
}

std::size_t SpanTexts::memory() const {
  return bytes_.capacity() + ends_.capacity() +
         4 * (reach_.capacity() + characters_.capacity() + starts_.capacity());
}

namespace {

std::uint64_t key_of(const SlotCursor& cursor) {
  return static_cast<std::uint64_t>(cursor.at) << 32 | cursor.length;
}

}  // namespace

SlotCursor SpanTexts::cursor_at(const Places& places, std::uint32_t length) {
  return {SlotCursor::kInside, places.size() == 1, places[0], length, 0};
}

void SpanTexts::keep(const SlotCursor& cursor, Places places, Cache& cache) const {
  if (cursor.only) return;
  if (cache.held + places.size() > kMostHeld) cache.known.clear(), cache.held = 0;
  cache.held += places.size();
  cache.known.insert_or_assign(key_of(cursor), std::move(places));
}

// All places behind the bytes that the cursor has written.
SpanTexts::Places SpanTexts::search(const SlotCursor& cursor) const {
  const auto* written = bytes_.data() + cursor.at - cursor.length;
  Places out;
  for (const auto start : starts(static_cast<std::uint8_t>(*written))) {
    const auto place = start + cursor.length;
    if (place < bytes_.size() && std::memcmp(bytes_.data() + start, written, cursor.length) == 0 &&
        goes_on(start, place - 1)) {
      out.push_back(place);
    }
  }
  return out;
}

std::span<const std::uint32_t> SpanTexts::places(const SlotCursor& cursor, Cache& cache) const {
  if (cursor.only) return {&cursor.at, 1};
  auto at = cache.known.find(key_of(cursor));
  if (at == cache.known.end()) {
    keep(cursor, search(cursor), cache);
    at = cache.known.find(key_of(cursor));
  }
  return at->second;
}

SlotStep SpanTexts::step(const SlotCursor& cursor, std::uint8_t byte, Cache& cache) const {
  SlotStep out;
  const auto close = [&](std::uint32_t written) {
    const auto& text = spelling_.close();
    if (written >= text.size() || static_cast<std::uint8_t>(text[written]) != byte) return;
    if (written + 1 == text.size()) {
      out.ends = true;
    } else {
      out.add({SlotCursor::kClosing, false, written + 1, cursor.length, 0});
    }
  };
  if (cursor.phase == SlotCursor::kClosing) {
    close(cursor.at);
    return out;
  }
  Places next;
  const auto& open = spelling_.open();
  if (cursor.phase == SlotCursor::kOpening && cursor.at < open.size()) {
    if (static_cast<std::uint8_t>(open[cursor.at]) == byte) {
      out.add({SlotCursor::kOpening, false, cursor.at + 1, 0, 0});
    }
    return out;
  }
  bool may_end = false;
  if (cursor.phase == SlotCursor::kOpening) {
    for (const auto start : starts(byte)) next.push_back(start + 1);
  } else {
    for (const auto place : places(cursor, cache)) {
      may_end = may_end || this->may_end(place);
      if (this->byte(place) == byte && goes_on(place - cursor.length, place)) {
        next.push_back(place + 1);
      }
    }
  }
  if (may_end) close(0);
  if (next.empty()) return out;
  const auto on = cursor_at(next, cursor.length + 1);
  const bool closes = !spelling_.close().empty();
  if (!closes) {
    out.ends = std::any_of(next.begin(), next.end(), [&](auto p) { return this->may_end(p); });
  }
  const bool reads = closes || std::any_of(next.begin(), next.end(), [&](auto place) {
                       return goes_on(place - on.length, place);
                     });
  if (reads) {
    out.add(on);
    keep(on, std::move(next), cache);
  }
  return out;
}

bool SpanTexts::reads(const SlotCursor& cursor, std::uint8_t byte, Cache& cache) const {
  const auto is = [&](const std::string& text, std::uint32_t at) {
    return at < text.size() && static_cast<std::uint8_t>(text[at]) == byte;
  };
  if (cursor.phase == SlotCursor::kClosing) return is(spelling_.close(), cursor.at);
  if (cursor.phase == SlotCursor::kOpening) {
    return cursor.at < spelling_.open().size() ? is(spelling_.open(), cursor.at)
                                               : !starts(byte).empty();
  }
  const auto at = places(cursor, cache);
  return std::any_of(at.begin(), at.end(), [&](std::uint32_t place) {
    return (this->byte(place) == byte && goes_on(place - cursor.length, place)) ||
           (may_end(place) && is(spelling_.close(), 0));
  });
}

std::bitset<256> SpanTexts::next(const SlotCursor& cursor, Cache& cache) const {
  std::bitset<256> out;
  const auto byte_of = [](char c) { return static_cast<std::uint8_t>(c); };
  if (cursor.phase == SlotCursor::kClosing) {
    out.set(byte_of(spelling_.close()[cursor.at]));
  } else if (cursor.phase == SlotCursor::kInside) {
    for (const auto place : places(cursor, cache)) {
      if (goes_on(place - cursor.length, place)) out.set(byte(place));
      if (may_end(place) && !spelling_.close().empty()) out.set(byte_of(spelling_.close()[0]));
    }
  } else if (cursor.at < spelling_.open().size()) {
    out.set(byte_of(spelling_.open()[cursor.at]));
  } else {
    for (std::size_t b = 0; b < 256; ++b) out[b] = first_[b] != first_[b + 1];
  }
  return out;
}

ValueTexts::ValueTexts(const SlotSpec& spec, std::span<const std::string_view> texts,
                       const Spells& spells) {
  const SlotSpelling spelling(spec);
  std::vector<std::string> spelt;
  spelt.reserve(texts.size());
  for (const auto text : texts) {
    std::size_t characters = 0;
    bool written = true;
    auto out = spelling.open();
    for (std::size_t at = 0; at < text.size() && written; ++characters) {
      const auto length = length_at(text, at);
      written = is_spelt(spelling, text, at, length, spells);
      for (std::size_t i = 0; i < length; ++i) spelling.append(out, text[at + i]);
      at += length;
    }
    out += spelling.close();
    if (written && characters <= spec.max && !out.empty()) spelt.push_back(std::move(out));
  }
  std::sort(spelt.begin(), spelt.end());
  spelt.erase(std::unique(spelt.begin(), spelt.end()), spelt.end());
  for (const auto& text : spelt) {
    bytes_ += text;
    offsets_.push_back(static_cast<std::uint32_t>(bytes_.size()));
  }
}

// Sorted, so those with one byte stand together; looked for in growing steps.
std::uint32_t ValueTexts::group_end(std::uint32_t at, std::uint32_t end,
                                    std::uint32_t depth) const {
  const auto byte = value(at)[depth];
  std::uint32_t same = at, step = 1;
  while (same + step < end && value(same + step)[depth] == byte) same += step, step *= 2;
  auto other = std::min(same + step, end);
  while (same + 1 < other) {
    const auto middle = same + (other - same) / 2;
    (value(middle)[depth] == byte ? same : other) = middle;
  }
  return other;
}

SlotStep ValueTexts::step(SlotCursor cursor, std::uint8_t byte) const {
  if (cursor.phase == SlotCursor::kOpening) cursor = start();
  SlotStep out;
  for (auto at = cursor.at; at < cursor.end;) {
    const auto end = group_end(at, cursor.end, cursor.length);
    const auto here = static_cast<std::uint8_t>(value(at)[cursor.length]);
    if (here == byte) {
      out.ends = value(at).size() == cursor.length + 1;
      if (out.ends) ++at;
      if (at < end) out.add({SlotCursor::kInside, false, at, cursor.length + 1, end});
      break;
    }
    if (here > byte) break;
    at = end;
  }
  return out;
}

std::bitset<256> ValueTexts::next(SlotCursor cursor) const {
  if (cursor.phase == SlotCursor::kOpening) cursor = start();
  std::bitset<256> out;
  for (auto at = cursor.at; at < cursor.end;) {
    out.set(static_cast<std::uint8_t>(value(at)[cursor.length]));
    at = group_end(at, cursor.end, cursor.length);
  }
  return out;
}

SlotTexts make_slot_texts(const SlotSpec& spec, std::span<const std::string_view> texts,
                          const Spells& spells) {
  if (spec.kind == SlotSpec::kSpan) return SpanTexts(spec, texts, spells);
  if (spec.kind == SlotSpec::kValues) return ValueTexts(spec, texts, spells);
  std::vector<std::string> numbers;
  for (const auto text : texts) {
    for (auto& number : words::numbers_of(text)) {
      if (spec.integer && number.find('.') != number.npos) continue;
      if (spec.positive && number[0] == '-') continue;
      numbers.push_back(std::move(number));
    }
  }
  const std::vector<std::string_view> views(numbers.begin(), numbers.end());
  return ValueTexts(spec, views, spells);
}

}  // namespace sr::constrain
