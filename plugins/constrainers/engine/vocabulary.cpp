#include "engine/vocabulary.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <numeric>
#include <string_view>

namespace sr::constrain {

namespace {

// Does a text of these bytes stop, or begin, inside a UTF-8 sequence?
bool breaks_utf8(std::span<const std::uint8_t> bytes) {
  std::size_t i = 0;
  while (i < bytes.size()) {
    const auto b = bytes[i];
    const std::size_t length = b < 0x80 ? 1 : b < 0xC0 ? 0 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
    if (length == 0 || i + length > bytes.size()) return true;
    for (std::size_t k = 1; k < length; ++k) {
      if ((bytes[i + k] & 0xC0) != 0x80) return true;
    }
    i += length;
  }
  return false;
}

}  // namespace

Vocabulary::Vocabulary(const sr_vocabulary& source)
    : size_(source.size), end_token_(source.end_token) {
  copy_tokens(source);
  build_trie();
  find_defect();
}

std::size_t Vocabulary::memory() const noexcept {
  return bytes_.size() + offsets_.size() * sizeof(offsets_[0]) + trie_.size() * sizeof(Node) +
         twins_.size() * sizeof(twins_[0]);
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
  std::vector<std::int32_t> order;
  for (std::int32_t token = 0; token < size_; ++token) {
    if (!bytes(token).empty()) order.push_back(token);
  }
  const auto text = [&](std::int32_t token) {
    const auto b = bytes(token);
    return std::string_view(reinterpret_cast<const char*>(b.data()), b.size());
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::int32_t a, std::int32_t b) { return text(a) < text(b); });

  std::vector<std::uint32_t> path;  // the nodes that spell the token before
  const auto close = [&](std::size_t depth) {
    while (path.size() > depth) {
      trie_[path.back()].end = static_cast<std::uint32_t>(trie_.size());
      path.pop_back();
    }
  };
  std::string_view before;
  std::int32_t last = -1;
  for (const auto token : order) {
    const auto now = text(token);
    if (last >= 0 && now == before) {
      if (twins_.empty()) twins_.assign(static_cast<std::size_t>(size_), -1);
      twins_[static_cast<std::size_t>(last)] = token;
      last = token;
      continue;
    }
    const auto [a, b] = std::mismatch(before.begin(), before.end(), now.begin(), now.end());
    close(static_cast<std::size_t>(a - before.begin()));
    for (auto at = b; at != now.end(); ++at) {
      path.push_back(static_cast<std::uint32_t>(trie_.size()));
      trie_.push_back({0, -1, static_cast<std::uint8_t>(*at)});
    }
    trie_[path.back()].token = token;
    before = now;
    last = token;
  }
  close(0);
}

void Vocabulary::find_defect() {
  bool alone[256] = {};
  bool partial = false;
  for (std::int32_t token = 0; token < size_; ++token) {
    const auto b = bytes(token);
    if (b.size() == 1) alone[b[0]] = true;
    if (!b.empty() && !partial) partial = breaks_utf8(b);
  }
  const auto missing = [&](int first, int last) {
    for (int byte = first; byte <= last; ++byte) {
      if (alone[byte]) continue;
      char text[64];
      std::snprintf(text, sizeof text, byte < 0x80 ? "has no token for the byte 0x%02x '%c'"
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
