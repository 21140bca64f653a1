#include "tokenizer/bpe.h"

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstring>
#include <functional>
#include <utility>

#include "tokenizer/alphabet.h"
#include "tokenizer/refusal.h"
#include "tokenizer/utf8.h"

namespace sr::hybrid {
namespace {

constexpr std::size_t kCachedWords = 8192;  // a power of two
constexpr std::string_view kModel = "model";

std::uint64_t pair_of(std::int32_t left, std::int32_t right) {
  return std::uint64_t{static_cast<std::uint32_t>(left)} << 32 | static_cast<std::uint32_t>(right);
}

std::size_t spread(std::uint64_t value) {
  value *= 0x9E3779B97F4A7C15u;
  return static_cast<std::size_t>(value ^ value >> 32);
}

// std::push_heap keeps the largest in front: the largest is the one to merge first.
struct Later {
  bool operator()(const BpeWorkspace::Candidate& a, const BpeWorkspace::Candidate& b) const {
    return a.rank != b.rank ? a.rank > b.rank : a.position > b.position;
  }
};

}  // namespace

Bpe::Bpe(const TokenizerFile& file, const Names& names, std::vector<bool> special, bool byte_level)
    : names_(names), special_(std::move(special)), byte_level_(byte_level) {
  const auto found = file.settings.find("model");
  if (found == file.settings.end() || !found->is_object()) refuse(kModel, "the file has no model");
  const nlohmann::json& model = *found;
  const auto type = field<std::string>(model, "type", "BPE", kModel);
  if (type != "BPE") refuse(kModel, "the model type \"" + type + "\" is not supported, only BPE");
  if (names.count() == 0) refuse(kModel, "the vocabulary is empty");
  for (const char* affix : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    const auto text = field<std::string>(model, affix, "", kModel);
    if (!text.empty()) refuse(kModel, std::string(affix) + " \"" + text + "\" is not supported");
  }
  if (field(model, "dropout", 0.0, kModel) != 0.0) refuse(kModel, "dropout is not supported");
  fuse_unknown_ = field(model, "fuse_unk", false, kModel);
  byte_fallback_ = field(model, "byte_fallback", false, kModel);
  ignore_merges_ = field(model, "ignore_merges", false, kModel);
  const auto unknown = field<std::string>(model, "unk_token", "", kModel);
  if (!unknown.empty()) {
    unknown_ = names.find(unknown);
    if (unknown_ < 0) refuse(kModel, "unk_token \"" + unknown + "\" is not in the vocabulary");
  }
  for (int value = 0; value < 256; ++value) {
    std::string name;
    if (byte_level) {
      append_in_alphabet(name, std::string(1, static_cast<char>(value)));
    } else {
      char text[8];
      std::snprintf(text, sizeof text, "<0x%02X>", static_cast<unsigned>(value));
      name = text;
    }
    byte_[static_cast<std::size_t>(value)] = names.find(name);
    if ((byte_level || byte_fallback_) && this->special(byte_[static_cast<std::size_t>(value)])) {
      refuse("added_tokens", "\"" + name + "\" is special, but only it can spell that byte");
    }
  }
  read_merges(file.merges);
}

void Bpe::read_merges(const MergeList& merges) {
  merges_.resize(std::bit_ceil(merges.size() * 2 + 1));
  for (std::size_t rank = 0; rank < merges.size(); ++rank) {
    const std::int32_t left = names_.find(merges.left(rank));
    const std::int32_t right = names_.find(merges.right(rank));
    const std::int32_t both = names_.find(merges.both(rank));
    if (left < 0 || right < 0 || both < 0) {
      const auto missing = left < 0 ? merges.left(rank) : right < 0 ? merges.right(rank)
                                                                     : merges.both(rank);
      refuse("model.merges[" + std::to_string(rank) + "]",
             "\"" + std::string(missing) + "\" is not in the vocabulary");
    }
    const std::uint64_t pair = pair_of(left, right);
    std::size_t at = spread(pair) & (merges_.size() - 1);
    while (merges_[at].pair != kFree && merges_[at].pair != pair) {
      at = (at + 1) & (merges_.size() - 1);
    }
    merges_[at] = {pair, static_cast<std::int32_t>(rank), both};  // the last of equal pairs counts
  }
}

const Bpe::Merge* Bpe::find(std::int32_t left, std::int32_t right) const noexcept {
  const std::uint64_t pair = pair_of(left, right);
  std::size_t at = spread(pair) & (merges_.size() - 1);
  while (merges_[at].pair != pair) {
    if (merges_[at].pair == kFree) return nullptr;
    at = (at + 1) & (merges_.size() - 1);
  }
  return &merges_[at];
}

std::int32_t Bpe::whole(std::string_view word, BpeWorkspace& work) const {
  if (!byte_level_) return names_.find(word);
  work.name.clear();
  append_in_alphabet(work.name, word);
  return names_.find(work.name);
}

void Bpe::spell(std::string_view word, bool plain, BpeWorkspace& work) const {
  work.symbols.clear();
  const auto put = [&](std::int32_t id) {
    const auto at = static_cast<std::int32_t>(work.symbols.size());
    work.symbols.push_back({id, at - 1, at + 1});
  };
  bool unknown = false;  // one is due, and grows while others follow if they are fused
  const auto flush = [&] {
    if (unknown) put(unknown_);
    unknown = false;
  };
  for (std::size_t at = 0; at < word.size();) {
    std::size_t length = 1;
    std::int32_t id = -1;
    if (byte_level_) {
      id = byte_[static_cast<unsigned char>(word[at])];
    } else {
      length = std::max<std::size_t>(1, utf8_length(word.substr(at)));
      id = names_.find(word.substr(at, length));
      if (plain && special(id)) id = -1;
    }
    const std::string_view character = word.substr(at, length);
    at += length;
    if (id >= 0) {
      flush();
      put(id);
      continue;
    }
    const auto byte = [&](char c) { return byte_[static_cast<unsigned char>(c)]; };
    if (byte_fallback_ && !byte_level_ &&
        std::all_of(character.begin(), character.end(), [&](char c) { return byte(c) >= 0; })) {
      for (const char c : character) put(byte(c));
      continue;
    }
    // As the reference does: a character without a token is lost.
    if (unknown_ < 0 || (plain && special(unknown_))) continue;
    if (!fuse_unknown_) flush();
    unknown = true;
  }
  flush();
  if (!work.symbols.empty()) work.symbols.back().next = -1;
}

void Bpe::offer(BpeWorkspace& work, bool plain, std::int32_t left, std::int32_t right) const {
  const Merge* merge = find(work.symbols[static_cast<std::size_t>(left)].id,
                            work.symbols[static_cast<std::size_t>(right)].id);
  if (merge == nullptr || (plain && special(merge->id))) return;
  work.queue.push_back({merge->rank, left, merge->id});
  std::push_heap(work.queue.begin(), work.queue.end(), Later{});
}

void Bpe::merge(bool plain, BpeWorkspace& work) const {
  auto& symbols = work.symbols;
  const auto at = [&](std::int32_t i) -> BpeWorkspace::Symbol& {
    return symbols[static_cast<std::size_t>(i)];
  };
  work.queue.clear();
  for (std::int32_t i = 0; i + 1 < static_cast<std::int32_t>(symbols.size()); ++i) {
    offer(work, plain, i, i + 1);
  }
  while (!work.queue.empty()) {
    std::pop_heap(work.queue.begin(), work.queue.end(), Later{});
    const BpeWorkspace::Candidate top = work.queue.back();
    work.queue.pop_back();
    auto& left = at(top.position);
    if (left.id < 0 || left.next < 0) continue;
    auto& right = at(left.next);
    const Merge* still = find(left.id, right.id);
    if (still == nullptr || still->id != top.id) continue;  // one of the two has changed since
    left.id = top.id;
    right.id = -1;
    left.next = right.next;
    if (left.next >= 0) at(left.next).previous = top.position;
    if (left.previous >= 0) offer(work, plain, left.previous, top.position);
    if (left.next >= 0) offer(work, plain, top.position, left.next);
  }
}

void Bpe::read(std::string_view word, bool plain, BpeWorkspace& work,
               std::vector<std::int32_t>& ids) const {
  const std::int32_t known = ignore_merges_ ? whole(word, work) : -1;
  if (known >= 0 && !(plain && special(known))) {
    ids.push_back(known);
    return;
  }
  spell(word, plain, work);
  merge(plain, work);
  for (std::int32_t i = work.symbols.empty() ? -1 : 0; i >= 0;
       i = work.symbols[static_cast<std::size_t>(i)].next) {
    ids.push_back(work.symbols[static_cast<std::size_t>(i)].id);
  }
}

void Bpe::encode(std::string_view word, bool specials, BpeWorkspace& work,
                 std::vector<std::int32_t>& ids) const {
  using Cached = BpeWorkspace::Cached;
  Cached* slot = nullptr;
  if (word.size() <= Cached::kBytes) {
    if (work.cache.empty()) work.cache.resize(kCachedWords);
    slot = &work.cache[std::hash<std::string_view>{}(word) & (kCachedWords - 1)];
    if (slot->bytes == word.size() &&
        std::memcmp(slot->word.data(), word.data(), word.size()) == 0) {
      ids.insert(ids.end(), slot->ids.begin(), slot->ids.begin() + slot->count);
      return;
    }
  }
  const std::size_t before = ids.size();
  read(word, false, work, ids);
  if (std::any_of(ids.begin() + static_cast<std::ptrdiff_t>(before), ids.end(),
                  [this](std::int32_t id) { return special(id); })) {
    // Not for the cache, which serves plain text and other alike.
    if (!specials) {
      ids.resize(before);
      read(word, true, work, ids);
    }
    return;
  }
  const std::size_t count = ids.size() - before;
  if (slot == nullptr || count > Cached::kIds) return;
  std::memcpy(slot->word.data(), word.data(), word.size());
  slot->bytes = static_cast<std::uint8_t>(word.size());
  slot->count = static_cast<std::uint8_t>(count);
  std::copy(ids.begin() + static_cast<std::ptrdiff_t>(before), ids.end(), slot->ids.begin());
}

}  // namespace sr::hybrid
