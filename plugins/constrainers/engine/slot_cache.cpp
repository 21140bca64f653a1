#include "engine/slot_cache.h"

#include <cstring>

#include "engine/base/intern.h"
#include "engine/base/utf8.h"
#include "state_runtime/plugin.hpp"

namespace sr::constrain {

namespace {

std::uint64_t hash_of(std::span<const std::string_view> texts) {
  std::uint64_t hash = texts.size();
  for (auto text : texts) {
    hash = mix(hash, text.size());
    std::uint64_t word = 0;
    for (; text.size() >= 8; text.remove_prefix(8)) {
      std::memcpy(&word, text.data(), 8);
      hash = mix(hash, word);
    }
    word = 0;
    if (!text.empty()) std::memcpy(&word, text.data(), text.size());
    hash = mix(hash, word);
  }
  return hash;
}

void check(const SlotSpec& spec, std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto b = static_cast<std::uint8_t>(text[at]);
    const auto length = b < 0x80 ? 1 : utf8_length(text.substr(at));
    if (length == 0) {
      throw Failure(SR_INVALID_ARGUMENT, "a text for the slot " + spec.text() +
                                             " is not UTF-8 at byte " + std::to_string(at));
    }
    at += length;
  }
}

bool is_empty(const SlotTexts& texts) {
  return std::visit([](const auto& t) { return t.empty(); }, texts);
}

}  // namespace

std::shared_ptr<const SlotTexts> SlotCache::find(const SlotSpec& spec,
                                                 std::span<const std::string_view> texts) {
  std::size_t size = 0;
  for (const auto text : texts) size += text.size();
  if (size > kMostBytes) {
    throw Failure(SR_INVALID_ARGUMENT, "the texts for the slot " + spec.text() + " have " +
                                           std::to_string(size) + " bytes; at most " +
                                           std::to_string(kMostBytes) + " can be held");
  }
  const auto hash = hash_of(texts);
  {
    const std::lock_guard lock(mutex_);
    for (auto at = recent_.begin(); at != recent_.end(); ++at) {
      if (!at->is(spec, hash, texts)) continue;
      recent_.splice(recent_.begin(), recent_, at);
      return at->made;
    }
  }
  for (const auto text : texts) check(spec, text);
  auto made = std::make_shared<const SlotTexts>(make_slot_texts(
      spec, texts, [this](std::uint32_t code) { return vocabulary_->spells(code); }));
  Entry entry{spec, hash, {}, {}, made, 0};
  entry.texts.reserve(size);
  entry.lengths.reserve(texts.size());
  for (const auto text : texts) {
    entry.texts += text;
    entry.lengths.push_back(static_cast<std::uint32_t>(text.size()));
  }
  entry.memory = std::visit([](const auto& t) { return t.memory(); }, *made) + size +
                 entry.lengths.capacity() * 4 + sizeof entry;
  if (is_empty(*made)) entry.made = made = nullptr;
  keep(std::move(entry));
  return made;
}

bool SlotCache::Entry::is(const SlotSpec& other, std::uint64_t other_hash,
                          std::span<const std::string_view> others) const {
  if (hash != other_hash || spec != other || lengths.size() != others.size()) return false;
  std::size_t at = 0;
  for (std::size_t i = 0; i < others.size(); ++i) {
    if (lengths[i] != others[i].size()) return false;
    if (texts.compare(at, lengths[i], others[i]) != 0) return false;
    at += lengths[i];
  }
  return true;
}

void SlotCache::keep(Entry entry) {
  const std::lock_guard lock(mutex_);
  kept_ += entry.memory;
  recent_.push_front(std::move(entry));
  while (kept_ > kMostKept && recent_.size() > 1) {
    kept_ -= recent_.back().memory;
    recent_.pop_back();
  }
}

}  // namespace sr::constrain
