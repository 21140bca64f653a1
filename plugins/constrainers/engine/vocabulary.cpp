#include "engine/vocabulary.h"

#include <algorithm>
#include <cstdio>
#include <map>

#include "engine/utf8.h"

namespace sr::constrain {

Vocabulary::Vocabulary(const sr_vocabulary& source)
    : size_(source.size), end_token_(source.end_token) {
  copy_tokens(source);
  build_trie();
  divide();
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
  std::vector<std::pair<std::string_view, std::int32_t>> other, rests;
  std::map<std::string_view, std::uint32_t> rest_numbers{{"", 0}};
  for (const auto token : distinct_) {
    const auto whole = text(token);
    std::size_t at = 0, characters = 0;
    while (at < whole.size() && whole[at] != '"' && whole[at] != '\\') {
      const auto next = utf8_length(whole.substr(at));
      if (next == 0 || static_cast<std::uint8_t>(whole[at]) < 0x20) break;
      at += next;
      ++characters;
    }
    const auto word = static_cast<std::size_t>(token) / 32;
    const auto bit = 1U << (static_cast<std::uint32_t>(token) % 32);
    if (at == whole.size()) {
      t.plain[word] |= bit;
      lengths.resize(std::max(lengths.size(), characters + 1));
      lengths[characters].push_back(token);
      for (const char c : whole) {
        const auto b = static_cast<std::uint8_t>(c);
        t.holding[b < 0x80 ? b - 0x20U : TextTokens::kOther][word] |= bit;
      }
    } else if (whole[at] == '"') {
      const auto rest = whole.substr(at + 1);
      const auto [number, added] = rest_numbers.try_emplace(rest, t.rest_count);
      if (added) rests.emplace_back(rest, t.rest_count++);
      t.closing.push_back({token, number->second, static_cast<std::uint16_t>(at)});
    } else {
      other.emplace_back(whole, token);
    }
  }
  for (const auto& tokens : lengths) {
    t.by_length.insert(t.by_length.end(), tokens.begin(), tokens.end());
    t.up_to.push_back(static_cast<std::uint32_t>(t.by_length.size()));
  }
  std::vector<std::pair<std::int32_t, std::int32_t>> none;
  t.rests = TokenTrie(std::move(rests), none);
  t.other = TokenTrie(std::move(other), none);
}

void Vocabulary::find_defect() {
  bool alone[256] = {};
  bool partial = false;
  for (const auto token : distinct_) {
    const auto whole = text(token);
    if (whole.size() == 1) alone[static_cast<std::uint8_t>(whole[0])] = true;
    for (std::size_t at = 0; at < whole.size() && !partial;) {
      const auto next = utf8_length(whole.substr(at));
      partial = next == 0;
      at += next;
    }
  }
  const auto missing = [&](int first, int last) {
    for (int byte = first; byte <= last; ++byte) {
      if (alone[byte]) continue;
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

}  // namespace sr::constrain
