#include "engine/bytes/number_rule.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <tuple>

#include "state_runtime/plugin.hpp"

namespace sr::constrain {

void NumberRule::also(const NumberRule& other) {
  const auto tighter = [](const Bound& a, const Bound& b, bool lower) {
    if (a.at == b.at) return a.open && !b.open;
    return lower ? less(b.at, a.at) : less(a.at, b.at);
  };
  if (other.min && (!min || tighter(*other.min, *min, true))) min = other.min;
  if (other.max && (!max || tighter(*other.max, *max, false))) max = other.max;
  multiples.insert(multiples.end(), other.multiples.begin(), other.multiples.end());
  integer = integer || other.integer;
}

namespace {

using Bound = NumberRule::Bound;
using Order = signed char;  // the digits so far against a bound: below -1, equal 0, above 1

// The magnitudes that a number of one sign may have.
struct Interval {
  std::optional<Bound> from, to;
};

// Multiples of step / 10^places.
struct Multiple {
  std::uint64_t step = 1;
  std::uint32_t places = 0;
};

Multiple common_multiple(const std::vector<Decimal>& multiples, std::size_t max_states) {
  Multiple all;
  if (multiples.empty()) return all;
  for (const auto& m : multiples) {
    all.places = std::max(all.places, static_cast<std::uint32_t>(m.fraction.size()));
  }
  for (const auto& m : multiples) {
    const auto digits = m.whole + m.fraction + std::string(all.places - m.fraction.size(), '0');
    const auto step = digits.size() > 18 ? UINT64_MAX : std::stoull(digits);
    if (step > max_states || all.step / std::gcd(all.step, step) > max_states / step) {
      throw Failure(SR_EXHAUSTED, "needs more than " + std::to_string(max_states) + " states");
    }
    all.step = std::lcm(all.step, step);
  }
  return all;
}

class BoundedNumber final : public ByteDfa {
 public:
  explicit BoundedNumber(std::vector<Row> rows) : rows_(std::move(rows)) {}

 private:
  void fill(State state, Row& row) const override { row = rows_[state]; }
  const std::vector<Row> rows_;
};

class Builder {
 public:
  Builder(const NumberRule& rule, std::size_t max_states)
      : rule_(rule),
        multiple_(common_multiple(rule.multiples, max_states)),
        max_states_(std::min<std::size_t>(max_states, 65000)) {}

  std::shared_ptr<const ByteDfa> run() {
    number({});
    for (std::size_t at = 0; at < seen_.size(); ++at) expand(at);
    return finish();
  }

 private:
  enum Phase : std::uint8_t { kStart, kSign, kZero, kWhole, kPoint, kFraction };
  struct Digits {
    Phase phase = kStart;
    bool negative = false;
    Order from = 0, to = 0;       // against the two bounds of this sign's interval
    std::uint32_t length = 0;     // digits of the whole or, behind the point, the fraction; capped
    std::uint64_t remainder = 0;  // of all digits so far
    auto key() const { return std::tuple(phase, negative, from, to, length, remainder); }
    bool operator<(const Digits& other) const { return key() < other.key(); }
  };

  static Bound mirrored(const Bound& b) {
    Bound out = b;
    out.at.negative = !b.at.negative && !b.at.zero();
    return out;
  }
  // Bounds on the magnitude; an upper one below zero shows as negative.
  Interval interval(bool negative) const {
    Interval out{rule_.min, rule_.max};
    if (negative) {
      out = {};
      if (rule_.max) out.from = mirrored(*rule_.max);
      if (rule_.min) out.to = mirrored(*rule_.min);
    }
    if (out.from && out.from->at.negative) out.from.reset();
    return out;
  }

  static Order against(char digit, char bound) {
    return digit < bound ? -1 : digit > bound ? 1 : 0;
  }
  // One more digit of the whole part.
  static Order grow(Order order, const std::optional<Bound>& bound, std::uint32_t index,
                    char digit) {
    if (!bound || order != 0 || index >= bound->at.whole.size()) return order;
    return against(digit, bound->at.whole[index]);
  }
  // The whole part is over: it had `length` digits.
  static Order settle(Order order, const std::optional<Bound>& bound, std::uint32_t length) {
    if (!bound) return 0;
    if (length != bound->at.whole.size()) return length < bound->at.whole.size() ? -1 : 1;
    return order;
  }
  static Order grow_fraction(Order order, const std::optional<Bound>& bound, std::uint32_t index,
                             char digit) {
    if (!bound || order != 0) return order;
    return against(digit, index < bound->at.fraction.size() ? bound->at.fraction[index] : '0');
  }
  static Order end(Order order, const std::optional<Bound>& bound, std::uint32_t index) {
    return bound && order == 0 && index < bound->at.fraction.size() ? -1 : order;
  }

  bool accepts(const Digits& d) const {
    if (d.phase != kZero && d.phase != kWhole && d.phase != kFraction) return false;
    const auto within = interval(d.negative);
    const bool fraction = d.phase == kFraction;
    const auto index = fraction ? d.length : 0;
    const auto from =
        end(fraction ? d.from : settle(d.from, within.from, d.length), within.from, index);
    const auto to = end(fraction ? d.to : settle(d.to, within.to, d.length), within.to, index);
    if (within.from && (from < 0 || (from == 0 && within.from->open))) return false;
    if (within.to && (within.to->at.negative || to > 0 || (to == 0 && within.to->open)))
      return false;
    auto remainder = d.remainder;
    for (auto i = std::min(index, multiple_.places); i < multiple_.places; ++i) {
      remainder = remainder * 10 % multiple_.step;
    }
    return remainder == 0;
  }

  void expand(std::size_t at) {
    const Digits d = seen_[at];
    const auto within = interval(d.negative);
    if (d.phase == kStart) {
      Digits minus;
      minus.phase = kSign, minus.negative = true;
      edge(at, '-', minus);
    }
    for (char digit = '0'; digit <= '9'; ++digit) {
      if (d.phase == kZero) break;
      auto next = d;
      if (d.phase == kPoint || d.phase == kFraction) {
        next.phase = kFraction;
        next.from = grow_fraction(d.from, within.from, d.length, digit);
        next.to = grow_fraction(d.to, within.to, d.length, digit);
        if (d.length < multiple_.places) {
          next.remainder = (d.remainder * 10 + static_cast<unsigned>(digit - '0')) % multiple_.step;
        } else if (!rule_.multiples.empty() && digit != '0') {
          break;
        }
        next.length = std::min(d.length + 1, fraction_cap(within));
      } else {
        next.phase = digit == '0' && d.phase != kWhole ? kZero : kWhole;
        next.from = grow(d.from, within.from, d.length, digit);
        next.to = grow(d.to, within.to, d.length, digit);
        next.remainder = (d.remainder * 10 + static_cast<unsigned>(digit - '0')) % multiple_.step;
        next.length = std::min(d.length + 1, whole_cap(within));
      }
      edge(at, digit, next);
    }
    if (!rule_.integer && (d.phase == kZero || d.phase == kWhole)) {
      auto next = d;
      next.phase = kPoint;
      next.from = settle(d.from, within.from, d.length);
      next.to = settle(d.to, within.to, d.length);
      next.length = 0;
      edge(at, '.', next);
    }
  }
  // Beyond these, more digits make no difference.
  static std::uint32_t whole_cap(const Interval& i) {
    std::size_t cap = 0;
    for (const auto* b : {&i.from, &i.to}) {
      if (*b) cap = std::max(cap, (*b)->at.whole.size());
    }
    return static_cast<std::uint32_t>(cap) + 1;
  }
  std::uint32_t fraction_cap(const Interval& i) const {
    std::size_t cap = multiple_.places;
    for (const auto* b : {&i.from, &i.to}) {
      if (*b) cap = std::max(cap, (*b)->at.fraction.size());
    }
    return static_cast<std::uint32_t>(cap);
  }

  std::size_t number(const Digits& d) {
    const auto [at, added] = numbers_.try_emplace(d, seen_.size());
    if (added) {
      if (seen_.size() >= max_states_) {
        throw Failure(SR_EXHAUSTED, "needs more than " + std::to_string(max_states_) + " states");
      }
      seen_.push_back(d);
      edges_.emplace_back();
    }
    return at->second;
  }
  void edge(std::size_t from, char byte, const Digits& to) {
    const auto target = number(to);
    edges_[from].emplace_back(static_cast<std::uint8_t>(byte), target);
  }

  std::shared_ptr<const ByteDfa> finish() const {
    std::vector<bool> alive(seen_.size());
    for (std::size_t s = 0; s < seen_.size(); ++s) alive[s] = accepts(seen_[s]);
    for (bool changed = true; changed;) {
      changed = false;
      for (auto s = seen_.size(); s-- > 0;) {
        if (alive[s]) continue;
        alive[s] = std::any_of(edges_[s].begin(), edges_[s].end(),
                               [&](const auto& e) { return alive[e.second]; });
        changed = changed || alive[s];
      }
    }
    if (!alive[0]) return nullptr;
    std::vector<ByteDfa::Row> rows(seen_.size() + ByteDfa::kStart);
    rows[ByteDfa::kEnd].accepts = true;
    for (std::size_t s = 0; s < seen_.size(); ++s) {
      auto& row = rows[s + ByteDfa::kStart];
      row.accepts = accepts(seen_[s]);
      for (const auto& [byte, to] : edges_[s]) {
        if (alive[to]) row.next[byte] = static_cast<std::uint16_t>(to + ByteDfa::kStart);
      }
    }
    return std::make_shared<BoundedNumber>(std::move(rows));
  }

  const NumberRule& rule_;
  const Multiple multiple_;
  const std::size_t max_states_;
  std::vector<Digits> seen_;
  std::vector<std::vector<std::pair<std::uint8_t, std::size_t>>> edges_;
  std::map<Digits, std::size_t> numbers_;
};

}  // namespace

std::shared_ptr<const ByteDfa> number_dfa(const NumberRule& rule, std::size_t max_states) {
  if (!rule.bounded()) return rule.integer ? integer_dfa() : number_dfa();
  return Builder(rule, max_states).run();
}

bool satisfies(const Decimal& value, const NumberRule& rule, std::size_t max_states) {
  const auto dfa = number_dfa(rule, max_states);
  if (dfa == nullptr) return false;
  auto state = ByteDfa::kStart;
  for (const char c : value.text()) {
    state = dfa->step(state, static_cast<std::uint8_t>(c));
    if (state == ByteDfa::kDead) return false;
  }
  return dfa->row(state).accepts;
}

}  // namespace sr::constrain
