#include "engine/bytes/text_dfa.h"

#include <algorithm>
#include <string>

#include "engine/base/utf8.h"
#include "state_runtime/plugin.hpp"

namespace sr::constrain {

namespace {

constexpr std::uint32_t kFirstOfSize[] = {0, 0, 0x80, 0x800, 0x10000};

int hex_digit(int byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
  return -1;
}

template <class Fn>
void each_hex_digit(Fn&& fn) {
  for (int byte = '0'; byte <= 'f'; ++byte) {
    if (const int digit = hex_digit(byte); digit >= 0) fn(byte, static_cast<std::uint32_t>(digit));
  }
}

constexpr std::pair<char, CodeDfa::Code> kShortEscapes[] = {
    {'"', '"'}, {'\\', '\\'}, {'b', 8}, {'f', 12}, {'n', 10}, {'r', 13}, {'t', 9}};

bool short_escape(CodeDfa::Code code) {
  return std::any_of(std::begin(kShortEscapes), std::end(kShortEscapes),
                     [&](const auto& escape) { return escape.second == code; });
}

// The code point of a surrogate pair whose high half is given, with the low half at its first.
std::uint32_t pair_base(std::uint32_t high) { return 0x10000 + ((high - kSurrogates) << 10); }

// The code points that a pair can still become. `so_far` is the high surrogate, then the digits of
// the low one behind it; `left` counts the bytes to come. First above last: none.
std::pair<std::uint32_t, std::uint32_t> low_half_codes(int left, std::uint32_t so_far) {
  const int digits = std::max(0, 4 - left);
  const auto high = so_far >> (4 * digits);
  const auto low = (so_far & ((1U << (4 * digits)) - 1)) << (4 * (4 - digits));
  const auto first = std::max(low, kLowSurrogates);
  const auto last = std::min(low | ((1U << (4 * (4 - digits))) - 1), kAfterSurrogates - 1);
  if (first > last) return {1, 0};
  return {pair_base(high) + (first - kLowSurrogates), pair_base(high) + (last - kLowSurrogates)};
}

}  // namespace

TextDfa::TextDfa(CodeDfa codes, std::size_t max_states, Spelling spelling, Counting counting)
    : codes_(std::move(codes)),
      spelling_(spelling),
      counting_(counting),
      max_states_(std::min(max_states, kMostStates)) {
  state_of({0, Part::kBetween});
  for (CodeDfa::State s = 0; s < codes_.nodes().size(); ++s) {
    const auto missing = codes_.missing(s);
    if (missing != UINT32_MAX) most_reserve_ = std::max(most_reserve_, missing);
  }
}

std::shared_ptr<const TextDfa> TextDfa::any() {
  static const auto dfa = std::make_shared<const TextDfa>(CodeDfa::any(), kMostStates);
  return dfa;
}

ByteDfa::State TextDfa::state_of(const Meaning& m) const {
  const auto next = static_cast<State>(kStart + meanings_.size());
  const auto [at, added] = states_.try_emplace(m, next);
  if (added) {
    if (next >= max_states_) {
      throw Failure(SR_EXHAUSTED, "a string's automaton needs more than " +
                                      std::to_string(max_states_) +
                                      " states; simplify its pattern or raise max_states");
    }
    meanings_.push_back(m);
  }
  return at->second;
}

ByteDfa::State TextDfa::between(std::optional<CodeDfa::State> at) const {
  if (!at) return kDead;
  // A JSON string goes on to its closing quote.
  if (spelling_ != Spelling::kJson && codes_.final(*at)) return kEnd;
  return state_of({*at, Part::kBetween});
}

void TextDfa::fill(State state, Row& row) const {
  if (state == kEnd) {
    row.accepts = true;
    return;
  }
  const Meaning m = meanings_[state - kStart];
  row.reserve = reserve(m);
  switch (m.part) {
    case Part::kBetween:
      return fill_between(m, row);
    case Part::kEscape:
      return spelling_ == Spelling::kEscaped ? fill_one_escape(m, row) : fill_escape(m, row);
    case Part::kControl:
      return fill_control(m, row);
    case Part::kUtf8:
    case Part::kUtf8Tail:
      return fill_utf8(m, row);
    case Part::kHex:
    case Part::kHexTail:
      return fill_hex(m, row);
    case Part::kLowHalf:
    case Part::kLowHalfTail:
      return fill_low_half(m, row);
  }
}

// The least over all characters that the half-written one can still become.
std::uint32_t TextDfa::reserve(const Meaning& m) const {
  switch (m.part) {
    case Part::kBetween:
    case Part::kUtf8Tail:
    case Part::kHexTail:
    case Part::kLowHalfTail:
      return codes_.missing(m.at);
    case Part::kEscape:
    case Part::kControl:
      return codes_.missing_behind(m.at, 0, kLastCode);
    case Part::kUtf8: {
      const auto first = m.so_far << (6 * m.left);
      const auto last = first | ((1U << (6 * m.left)) - 1);
      return codes_.missing_behind(m.at, std::max(first, kFirstOfSize[m.size]),
                                   std::min(last, kLastCode));
    }
    case Part::kHex: {
      const auto first = m.so_far << (4 * m.left);
      const auto last = first | ((1U << (4 * m.left)) - 1);
      const auto high = std::max(first, kSurrogates),
                 high_last = std::min(last, kLowSurrogates - 1);
      const auto plain = codes_.missing_behind(m.at, first, last);
      if (high > high_last) return plain;
      return std::min(plain,
                      codes_.missing_behind(m.at, pair_base(high), pair_base(high_last) + 0x3FF));
    }
    case Part::kLowHalf:
      break;
  }
  const auto [first, last] = low_half_codes(m.left, m.so_far);
  return codes_.missing_behind(m.at, first, last);
}

void TextDfa::fill_between(const Meaning& m, Row& row) const {
  const auto put = [&](int byte, State to) { row.next[byte] = static_cast<std::uint16_t>(to); };
  row.boundary = true;
  row.counts = counting_ == kCharacters || m.at == 0;
  row.code = m.at;
  for (const auto& call : codes_.nodes()[m.at].calls) {
    row.calls.push_back({call.node, between(call.to)});
  }
  const bool plain = spelling_ == Spelling::kPlain;
  for (const auto& edge : codes_.nodes()[m.at].edges) {
    const auto first = std::max<CodeDfa::Code>(edge.first, plain ? 0 : 0x20);
    if (first >= 0x80) break;
    const auto to = between(edge.to);
    for (auto code = first; code <= std::min<CodeDfa::Code>(edge.last, 0x7F); ++code) {
      if (plain || (code != '"' && code != '\\')) put(static_cast<int>(code), to);
    }
  }
  if (spelling_ == Spelling::kJson) {
    if (codes_.accepts(m.at)) put('"', kEnd);
    if (codes_.any_in(m.at, 0, kLastCode)) put('\\', state_of({m.at, Part::kEscape}));
  } else {
    row.accepts = codes_.accepts(m.at);
    const bool escapes = codes_.any_in(m.at, 0, 0x1F) || codes_.any_in(m.at, '"', '"') ||
                         codes_.any_in(m.at, '\\', '\\');
    if (spelling_ == Spelling::kEscaped && escapes) put('\\', state_of({m.at, Part::kEscape}));
  }
  fill_leads(m, row);
}

// Bytes that begin a character beyond ASCII.
void TextDfa::fill_leads(const Meaning& m, Row& row) const {
  if (!codes_.any_in(m.at, 0x80, kLastCode)) return;
  const auto to = codes_.all_in(m.at, 0x80, kSurrogates - 1);
  const bool same = to && codes_.all_in(m.at, kAfterSurrogates, kLastCode) == to;
  if (same && *to == m.at) row.loops = kind::kWide;
  State of_size[5] = {};
  for (int byte = 0xC2; byte <= 0xF4; ++byte) {
    const int size = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    // Behind these not every byte goes on with a character.
    const bool partial = byte == 0xE0 || byte == 0xED || byte == 0xF0 || byte == 0xF4;
    auto next = same && !partial ? of_size[size] : kDead;
    if (next == kDead) next = utf8(m.at, size, size - 1, byte & (0x7FU >> size));
    if (!partial) of_size[size] = next;
    row.next[byte] = static_cast<std::uint16_t>(next);
  }
}

void TextDfa::fill_escape(const Meaning& m, Row& row) const {
  fill_short_escapes(m, row);
  row.next['/'] = static_cast<std::uint16_t>(between(codes_.step(m.at, '/')));
  row.next['u'] = static_cast<std::uint16_t>(hex(m.at, 4, 0));
}

void TextDfa::fill_one_escape(const Meaning& m, Row& row) const {
  fill_short_escapes(m, row);
  row.next['u'] = static_cast<std::uint16_t>(control(m.at, 4, 0));
}

void TextDfa::fill_short_escapes(const Meaning& m, Row& row) const {
  for (const auto& [letter, code] : kShortEscapes) {
    row.next[static_cast<std::uint8_t>(letter)] =
        static_cast<std::uint16_t>(between(codes_.step(m.at, code)));
  }
}

// A control character without a short escape that begins with the digits read.
ByteDfa::State TextDfa::control(CodeDfa::State at, int left, std::uint32_t so_far) const {
  const auto first = so_far << (4 * left);
  const auto last = std::min(first | ((1U << (4 * left)) - 1), 0x1FU);
  for (auto code = first; code <= last; ++code) {
    if (short_escape(code) || !codes_.step(at, code)) continue;
    if (left == 0) return between(codes_.step(at, code));
    return state_of({at, Part::kControl, static_cast<std::uint8_t>(left), 0, so_far});
  }
  return kDead;
}

void TextDfa::fill_control(const Meaning& m, Row& row) const {
  each_hex_digit([&](int byte, std::uint32_t digit) {
    if (byte >= 'A' && byte <= 'F') return;
    row.next[byte] =
        static_cast<std::uint16_t>(control(m.at, m.left - 1, m.so_far << 4 | digit));
  });
}

ByteDfa::State TextDfa::utf8(CodeDfa::State at, int size, int left, std::uint32_t so_far) const {
  auto first = so_far << (6 * left);
  auto last = first | ((1U << (6 * left)) - 1);
  const bool whole = first >= kFirstOfSize[size] && last <= kLastCode &&
                     (last < kSurrogates || first >= kAfterSurrogates);
  if (whole) {
    if (const auto to = codes_.all_in(at, first, last)) {
      return left == 0 ? between(*to)
                       : state_of({*to, Part::kUtf8Tail, static_cast<std::uint8_t>(left)});
    }
  }
  first = std::max(first, kFirstOfSize[size]);
  last = std::min(last, kLastCode);
  // A CodeDfa has no edge on surrogates, so they need no care here.
  if (first > last || !codes_.any_in(at, first, last)) return kDead;
  return state_of(
      {at, Part::kUtf8, static_cast<std::uint8_t>(left), static_cast<std::uint8_t>(size), so_far});
}

void TextDfa::fill_utf8(const Meaning& m, Row& row) const {
  State tail = kDead;
  if (m.part == Part::kUtf8Tail) {
    tail = m.left == 1 ? between(m.at)
                       : state_of({m.at, Part::kUtf8Tail, static_cast<std::uint8_t>(m.left - 1)});
  }
  for (std::uint32_t bits = 0; bits < 0x40; ++bits) {
    const auto to =
        m.part == Part::kUtf8Tail ? tail : utf8(m.at, m.size, m.left - 1, m.so_far << 6 | bits);
    row.next[0x80 + bits] = static_cast<std::uint16_t>(to);
  }
}

ByteDfa::State TextDfa::hex(CodeDfa::State at, int left, std::uint32_t so_far) const {
  const auto first = so_far << (4 * left);
  const auto last = first | ((1U << (4 * left)) - 1);
  if (const auto to = codes_.all_in(at, first, last)) {
    return left == 0 ? state_of({*to, Part::kBetween})
                     : state_of({*to, Part::kHexTail, static_cast<std::uint8_t>(left)});
  }
  if (left == 0) {
    const bool high = first >= kSurrogates && first < kLowSurrogates;
    return high ? low_half(at, 6, first) : kDead;
  }
  const auto high_first = std::max(first, kSurrogates);
  const auto high_last = std::min(last, kLowSurrogates - 1);
  const bool pairs = high_first <= high_last &&
                     codes_.any_in(at, pair_base(high_first), pair_base(high_last) + 0x3FF);
  if (!pairs && !codes_.any_in(at, first, last)) return kDead;
  return state_of({at, Part::kHex, static_cast<std::uint8_t>(left), 0, so_far});
}

void TextDfa::fill_hex(const Meaning& m, Row& row) const {
  each_hex_digit([&](int byte, std::uint32_t digit) {
    State to = kDead;
    if (m.part == Part::kHex) {
      to = hex(m.at, m.left - 1, m.so_far << 4 | digit);
    } else {
      to = m.left == 1 ? state_of({m.at, Part::kBetween})
                       : state_of({m.at, Part::kHexTail, static_cast<std::uint8_t>(m.left - 1)});
    }
    row.next[byte] = static_cast<std::uint16_t>(to);
  });
}

ByteDfa::State TextDfa::low_half(CodeDfa::State at, int left, std::uint32_t so_far) const {
  const auto [code, code_last] = low_half_codes(left, so_far);
  if (code > code_last) return kDead;
  if (const auto to = codes_.all_in(at, code, code_last)) {
    if (left == 0) return state_of({*to, Part::kBetween});
    return state_of({*to, Part::kLowHalfTail, static_cast<std::uint8_t>(left)});
  }
  if (!codes_.any_in(at, code, code_last)) return kDead;
  return state_of({at, Part::kLowHalf, static_cast<std::uint8_t>(left), 0, so_far});
}

void TextDfa::fill_low_half(const Meaning& m, Row& row) const {
  const auto left = static_cast<std::uint8_t>(m.left - 1);
  const bool settled = m.part == Part::kLowHalfTail;
  if (m.left >= 5) {
    const auto to = settled ? state_of({m.at, m.part, left}) : low_half(m.at, left, m.so_far);
    row.next[m.left == 6 ? '\\' : 'u'] = static_cast<std::uint16_t>(to);
    return;
  }
  each_hex_digit([&](int byte, std::uint32_t digit) {
    State to = kDead;
    if (!settled) {
      to = low_half(m.at, left, m.so_far << 4 | digit);
    } else if ((m.left == 4 && digit == 0xD) || (m.left == 3 && digit >= 0xC) || m.left < 3) {
      to = left == 0 ? state_of({m.at, Part::kBetween}) : state_of({m.at, m.part, left});
    }
    row.next[byte] = static_cast<std::uint16_t>(to);
  });
}

}  // namespace sr::constrain
