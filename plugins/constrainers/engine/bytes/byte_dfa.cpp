#include "engine/bytes/byte_dfa.h"

#include <algorithm>

namespace sr::constrain {

ByteDfa::~ByteDfa() {
  for (auto& slot : chunks_) {
    auto* chunk = slot.load(std::memory_order_relaxed);
    if (chunk == nullptr) continue;
    for (auto& row : chunk->rows) delete row.load(std::memory_order_relaxed);
    delete chunk;
  }
}

const ByteDfa::Row& ByteDfa::build(State state) const {
  const std::lock_guard lock(mutex_);
  auto& slot = chunks_[state / kChunk];
  auto* chunk = slot.load(std::memory_order_relaxed);
  if (chunk == nullptr) {
    chunk = new Chunk;
    slot.store(chunk, std::memory_order_release);
  }
  auto& place = chunk->rows[state % kChunk];
  if (const auto* row = place.load(std::memory_order_relaxed)) return *row;
  auto row = std::make_unique<Row>();
  fill(state, *row);
  row->reads = std::any_of(row->next.begin(), row->next.end(), [](auto to) { return to != kDead; });
  Kinds away = 0;
  for (std::uint8_t byte = 0; byte < 0x80; ++byte) {
    (row->next[byte] == state ? row->loops : away) |= kind::of(byte);
  }
  row->loops &= ~away;
  const auto* made = row.release();
  place.store(made, std::memory_order_release);
  return *made;
}

namespace {

class NumberDfa final : public ByteDfa {
 public:
  explicit NumberDfa(bool integer) : integer_(integer) {}

 private:
  enum : State { kSign = kStart + 1, kZero, kWhole, kPoint, kFraction, kE, kESign, kExponent };

  void fill(State state, Row& row) const override {
    const auto digits = [&](State to, char first = '0') {
      for (char c = first; c <= '9'; ++c) put(row, c, to);
    };
    switch (state) {
      case kStart: put(row, '-', kSign); [[fallthrough]];
      case kSign: put(row, '0', kZero), digits(kWhole, '1'); break;
      case kWhole: digits(kWhole); [[fallthrough]];
      case kZero: row.accepts = true, point(row), exponent(row); break;
      case kPoint: digits(kFraction); break;
      case kFraction: row.accepts = true, digits(kFraction), exponent(row); break;
      case kE: put(row, '+', kESign), put(row, '-', kESign); [[fallthrough]];
      case kESign: digits(kExponent); break;
      case kExponent: row.accepts = true, digits(kExponent); break;
      case kEnd: row.accepts = true; break;
      default: break;
    }
  }
  static void put(Row& row, char c, State to) {
    row.next[static_cast<std::uint8_t>(c)] = static_cast<std::uint16_t>(to);
  }
  void point(Row& row) const {
    if (!integer_) put(row, '.', kPoint);
  }
  void exponent(Row& row) const {
    if (!integer_) put(row, 'e', kE), put(row, 'E', kE);
  }

  const bool integer_;
};

}  // namespace

std::shared_ptr<const ByteDfa> number_dfa() {
  static const std::shared_ptr<const ByteDfa> dfa = std::make_shared<NumberDfa>(false);
  return dfa;
}

std::shared_ptr<const ByteDfa> integer_dfa() {
  static const std::shared_ptr<const ByteDfa> dfa = std::make_shared<NumberDfa>(true);
  return dfa;
}

}  // namespace sr::constrain
