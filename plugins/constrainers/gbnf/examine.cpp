#include "gbnf/examine.h"

#include <algorithm>

namespace sr::gbnf {

namespace {

constexpr std::size_t kSmall = 64;       // states of a rule that is inlined wherever it is named
constexpr std::size_t kUsedOnce = 1000;  // of one that is named once
constexpr int kMostFirst = 1000;         // rules that begin with each other

template <class AnyPiece, class Fn>
void each_name(AnyPiece& piece, Fn&& fn) {
  if (piece.kind == Piece::kRule) fn(piece);
  for (auto& part : piece.parts) each_name(part, fn);
}

void require_characters(const Piece& piece) {
  if (piece.kind == Piece::kCharacters) {
    const bool any = std::any_of(piece.codes.begin(), piece.codes.end(), [](const auto& range) {
      return range.first < constrain::kSurrogates || range.second >= constrain::kAfterSurrogates;
    });
    if (!any) fail(piece.place, "this class has no characters");
  }
  for (const auto& part : piece.parts) require_characters(part);
}

}  // namespace

Examined::Examined(std::vector<Rule> rules, const AskOther& others) : rules_(std::move(rules)) {
  for (std::size_t i = 0; i < rules_.size(); ++i) numbers_[rules_[i].name] = static_cast<int>(i);
  if (find("root") < 0) fail({1, 1}, "there is no rule root, with which every text begins");
  for (const auto& rule : rules_) require_characters(rule.body);
  find_names(others);
  find_empty();
  find_endings();
  find_left_recursion();
  find_inlined();
}

int Examined::find(const std::string& name) const {
  const auto at = numbers_.find(name);
  return at == numbers_.end() ? -1 : at->second;
}

void Examined::find_names(const AskOther& others) {
  for (auto& rule : rules_) {
    each_name(rule.body, [&](Piece& piece) {
      piece.number = find(piece.rule);
      if (piece.number >= 0) return;
      const auto other = others(piece.rule, piece.place);
      if (!other.known) fail(piece.place, "the rule " + piece.rule + " is not defined");
      others_[piece.rule] = other;
    });
  }
}

bool Examined::may_be_empty(const Piece& piece) const {
  const auto sub = [&](const Piece& part) { return may_be_empty(part); };
  switch (piece.kind) {
    case Piece::kCharacters:
    case Piece::kSlot:
      return false;
    case Piece::kLiteral:
      return piece.codes.empty();
    case Piece::kRule: {
      const auto rule = piece.number;
      return rule >= 0 ? may_be_empty(rule) : others_.at(piece.rule).may_be_empty;
    }
    case Piece::kSequence:
      return std::all_of(piece.parts.begin(), piece.parts.end(), sub);
    case Piece::kChoice:
      return std::any_of(piece.parts.begin(), piece.parts.end(), sub);
    case Piece::kRepeat:
      return piece.min == 0 || sub(piece.parts[0]);
  }
  return false;
}

void Examined::find_empty() {
  empty_.assign(rules_.size(), false);
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      if (empty_[i] || !may_be_empty(rules_[i].body)) continue;
      empty_[i] = changed = true;
    }
  }
}

bool Examined::can_end(const Piece& piece, const std::vector<bool>& ends) const {
  const auto sub = [&](const Piece& part) { return can_end(part, ends); };
  switch (piece.kind) {
    case Piece::kCharacters:
    case Piece::kSlot:
    case Piece::kLiteral:
      return true;
    case Piece::kRule: {
      const auto rule = piece.number;
      return rule < 0 || ends[static_cast<std::size_t>(rule)];
    }
    case Piece::kSequence:
      return std::all_of(piece.parts.begin(), piece.parts.end(), sub);
    case Piece::kChoice:
      return std::any_of(piece.parts.begin(), piece.parts.end(), sub);
    case Piece::kRepeat:
      return piece.min == 0 || sub(piece.parts[0]);
  }
  return false;
}

void Examined::find_endings() {
  std::vector<bool> ends(rules_.size(), false);
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      if (ends[i] || !can_end(rules_[i].body, ends)) continue;
      ends[i] = changed = true;
    }
  }
  const auto first = std::find(ends.begin(), ends.end(), false);
  if (first == ends.end()) return;
  // What it waits for, down to a rule that waits for itself.
  auto at = static_cast<std::size_t>(first - ends.begin());
  for (std::vector<bool> seen(rules_.size()); !seen[at];) {
    seen[at] = true;
    each_name(rules_[at].body, [&, from = at](const Piece& piece) {
      const auto rule = piece.number;
      if (at == from && rule >= 0 && !ends[static_cast<std::size_t>(rule)]) {
        at = static_cast<std::size_t>(rule);
      }
    });
  }
  fail(rules_[at].place,
       "the rule " + rules_[at].name + " can never end: every way through it leads to itself");
}

// Follows what may stand at the beginning of each rule.
void Examined::find_left_recursion() {
  enum State : std::uint8_t { kNew, kOpen, kDone };
  std::vector<State> states(rules_.size(), kNew);
  std::vector<int> path;
  std::function<void(int)> enter;
  const std::function<bool(const Piece&)> begin = [&](const Piece& piece) {  // may it be empty?
    switch (piece.kind) {
      case Piece::kCharacters:
      case Piece::kSlot:
        return false;
      case Piece::kLiteral:
        return piece.codes.empty();
      case Piece::kRule: {
        const auto rule = piece.number;
        if (rule < 0) break;
        if (states[static_cast<std::size_t>(rule)] == kOpen) {
          std::string way = piece.rule;
          for (auto at = std::find(path.begin(), path.end(), rule) + 1; at != path.end(); ++at) {
            way += ", then " + rules_[static_cast<std::size_t>(*at)].name;
          }
          fail(piece.place, "left recursion: " + way + ", then " + piece.rule +
                                " again, before anything is read; write it as a repetition");
        }
        enter(rule);
        break;
      }
      case Piece::kSequence:
        return std::all_of(piece.parts.begin(), piece.parts.end(), begin);
      case Piece::kChoice:
        for (const auto& part : piece.parts) begin(part);
        break;
      case Piece::kRepeat:
        begin(piece.parts[0]);
        break;
    }
    return may_be_empty(piece);
  };
  enter = [&](int rule) {
    auto& state = states[static_cast<std::size_t>(rule)];
    if (state == kDone) return;
    const auto& [name, place, body] = rules_[static_cast<std::size_t>(rule)];
    if (path.size() > kMostFirst) fail(place, "too many rules begin with each other");
    state = kOpen;
    path.push_back(rule);
    begin(body);
    path.pop_back();
    state = kDone;
  };
  for (std::size_t i = 0; i < rules_.size(); ++i) enter(static_cast<int>(i));
}

std::size_t Examined::size(const Piece& piece) const {
  std::size_t all = piece.kind == Piece::kLiteral ? 2 + 2 * piece.codes.size() : 2;
  for (const auto& part : piece.parts) all += size(part);
  if (piece.kind == Piece::kRule) {
    const auto rule = piece.number;
    if (rule >= 0 && is_inlined(rule)) all += sizes_[static_cast<std::size_t>(rule)];
  } else if (piece.kind == Piece::kRepeat) {
    const auto most = piece.max == kUnbounded ? piece.min + 1 : piece.max;
    all = most > kLarge ? kLarge : all * std::max(most, 1U);
  }
  return std::min(all, kLarge);
}

// From the rules that name no others up to those that do. Recursive rules are never reached: some
// rule that they name always waits for them.
void Examined::find_inlined() {
  inlined_.assign(rules_.size(), false);
  sizes_.assign(rules_.size(), 0);
  std::vector<std::size_t> uses(rules_.size(), 0), waits(rules_.size(), 0);
  std::vector<std::vector<std::size_t>> users(rules_.size());
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    each_name(rules_[i].body, [&](const Piece& piece) {
      const auto rule = piece.number;
      if (rule < 0) return;
      ++uses[static_cast<std::size_t>(rule)];
      ++waits[i];
      users[static_cast<std::size_t>(rule)].push_back(i);
    });
  }
  std::vector<std::size_t> ready;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    if (waits[i] == 0) ready.push_back(i);
  }
  for (std::size_t k = 0; k < ready.size(); ++k) {
    const auto i = ready[k];
    sizes_[i] = size(rules_[i].body);
    inlined_[i] = sizes_[i] <= (uses[i] == 1 ? kUsedOnce : kSmall);
    for (const auto user : users[i]) {
      if (--waits[user] == 0) ready.push_back(user);
    }
  }
}

}  // namespace sr::gbnf
