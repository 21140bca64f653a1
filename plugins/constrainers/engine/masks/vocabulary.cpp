#include "engine/masks/vocabulary.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <map>

#include "engine/base/utf8.h"

namespace sr::constrain {

Vocabulary::Vocabulary(const sr_vocabulary& source)
    : size_(source.size), end_token_(source.end_token) {
  copy_tokens(source);
  build_trie();
  divide();
  find_tails();
  find_defect();
  distinct_ = {};
}

void Vocabulary::copy_tokens(const sr_vocabulary& source) {
  const auto size = static_cast<std::size_t>(size_);
  std::vector<bool> banned(size, false);
  const auto ban = [&](std::int32_t token) {
    if (token >= 0 && token < size_) banned[static_cast<std::size_t>(token)] = true;
  };
  ban(end_token_);
  for (std::uint32_t i = 0; i < source.special_count; ++i) ban(source.specials[i].id);

  offsets_.reserve(size + 1);
  offsets_.push_back(0);
  for (std::size_t token = 0; token < size; ++token) {
    const auto* begin = source.bytes + source.offsets[token];
    const std::size_t length = source.offsets[token + 1] - source.offsets[token];
    if (!banned[token] && length <= kLongest) {
      bytes_.insert(bytes_.end(), begin, begin + length);
      longest_ = std::max(longest_, length);
    }
    offsets_.push_back(static_cast<std::uint32_t>(bytes_.size()));
  }
}

void Vocabulary::build_trie() {
  std::vector<std::pair<std::string_view, std::int32_t>> strings;
  for (std::int32_t token = 0; token < size_; ++token) {
    if (!bytes(token).empty()) strings.emplace_back(text(token), token);
  }
  std::vector<std::pair<std::int32_t, std::int32_t>> twins;
  trie_ = TokenTrie(std::move(strings), twins);
  trie_.index_children();
  if (!twins.empty()) twins_.assign(static_cast<std::size_t>(size_), -1);
  for (const auto& [first, other] : twins) {
    auto last = first;
    while (twins_[static_cast<std::size_t>(last)] >= 0)
      last = twins_[static_cast<std::size_t>(last)];
    twins_[static_cast<std::size_t>(last)] = other;
  }
  for (std::uint32_t at = 0; at < trie_.size(); ++at) {
    if (trie_[at].token >= 0) distinct_.push_back(trie_[at].token);
  }
}

void Vocabulary::divide() {
  auto& t = in_text_;
  t.plain.resize(words());
  t.holding.assign(TextTokens::kOther + 1, Bits(words()));
  std::vector<std::vector<std::int32_t>> lengths;
  std::vector<std::pair<std::string_view, std::int32_t>> other;
  for (const auto token : distinct_) {
    const auto whole = text(token);
    const auto at = plain_length(whole);
    const auto word = static_cast<std::size_t>(token) / 32;
    const auto bit = 1U << (static_cast<std::uint32_t>(token) % 32);
    if (at == whole.size()) {
      const auto characters = static_cast<std::size_t>(std::count_if(
          whole.begin(), whole.end(), [](char c) { return (c & 0xC0) != 0x80; }));
      t.plain[word] |= bit;
      lengths.resize(std::max(lengths.size(), characters + 1));
      lengths[characters].push_back(token);
      for (const char c : whole) {
        const auto b = static_cast<std::uint8_t>(c);
        t.holding[b < 0x80 ? b - 0x20U : TextTokens::kOther][word] |= bit;
      }
    } else if (whole[at] != '"') {
      other.emplace_back(whole, token);
    }
  }
  for (const auto& tokens : lengths) {
    t.by_length.insert(t.by_length.end(), tokens.begin(), tokens.end());
    t.up_to.push_back(static_cast<std::uint32_t>(t.by_length.size()));
  }
  std::vector<std::pair<std::int32_t, std::int32_t>> none;
  t.other = TokenTrie(std::move(other), none);
}

// How far the text goes without a quote, a backslash, a control character or half a character.
std::size_t Vocabulary::plain_length(std::string_view text) const {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto b = static_cast<std::uint8_t>(text[at]);
    const auto next = utf8_length(text.substr(at));
    if (next == 0 || b < 0x20 || b == '"' || b == '\\') break;
    at += next;
  }
  return at;
}

void Vocabulary::find_tails() {
  struct Collected {
    std::vector<std::pair<std::string_view, std::int32_t>> rests;
    std::map<std::string_view, std::uint32_t> numbers;
    TextTokens::Tails tails;
  };
  std::vector<Collected> of(0x80 - 0x20);
  for (const auto token : distinct_) {
    const auto whole = text(token);
    const auto plain = plain_length(whole);
    std::bitset<0x80> seen;
    for (std::size_t at = 0; at < whole.size() && at <= plain; ++at) {
      const auto c = static_cast<std::uint8_t>(whole[at]);
      if (c < 0x20 || c >= 0x80 || c == '\\' || std::isalnum(c) != 0 || seen[c]) continue;
      seen.set(c);
      if (at == 0) continue;
      auto& [rests, numbers, tails] = of[c - 0x20U];
      const auto [number, added] = numbers.try_emplace(whole.substr(at), tails.count);
      if (added) rests.emplace_back(whole.substr(at), static_cast<std::int32_t>(tails.count++));
      tails.tokens.push_back({token, number->second, static_cast<std::uint16_t>(at)});
    }
  }
  in_text_.tails_of.resize(of.size());
  std::vector<std::pair<std::int32_t, std::int32_t>> none;
  for (std::size_t i = 0; i < of.size(); ++i) {
    const auto c = static_cast<int>(i) + 0x20;
    if (c == '\\' || std::isalnum(c) != 0) continue;
    of[i].tails.rests = TokenTrie(std::move(of[i].rests), none);
    in_text_.tails_of[i] = std::make_unique<const TextTokens::Tails>(std::move(of[i].tails));
  }
}

void Vocabulary::find_defect() {
  bool partial = false;
  for (const auto token : distinct_) {
    const auto whole = text(token);
    if (whole.size() == 1) alone_.set(static_cast<std::uint8_t>(whole[0]));
    for (std::size_t at = 0; at < whole.size() && !partial;) {
      const auto next = utf8_length(whole.substr(at));
      partial = next == 0;
      at += next;
    }
  }
  const auto missing = [&](int first, int last) {
    for (int byte = first; byte <= last; ++byte) {
      if (alone_[static_cast<std::size_t>(byte)]) continue;
      char text[64];
      std::snprintf(text, sizeof text,
                    byte < 0x80 ? "has no token for the byte 0x%02x '%c'"
                                : "has no token for the byte 0x%02x",
                    byte, byte);
      defect_ = text;
      return true;
    }
    return false;
  };
  if (missing(0x20, 0x7E)) return;
  if (partial) missing(0x80, 0xBF);
}

bool Vocabulary::spells(std::uint32_t code) const {
  std::string bytes;
  append_utf8(bytes, code);
  const bool one_by_one = std::all_of(bytes.begin(), bytes.end(), [&](char c) {
    return alone_[static_cast<std::uint8_t>(c)];
  });
  if (one_by_one) return true;
  auto range = trie_.all();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<std::uint8_t>(bytes[i]);
    auto at = range.begin;
    while (at < range.end && trie_[at].byte != byte) at = trie_[at].end;
    if (at >= range.end) return false;
    if (i + 1 == bytes.size()) return trie_[at].token >= 0;
    range = trie_.below(at);
  }
  return false;
}

}  // namespace sr::constrain
