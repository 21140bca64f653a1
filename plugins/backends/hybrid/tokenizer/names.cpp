#include "tokenizer/names.h"

#include <bit>
#include <functional>

#include "tokenizer/refusal.h"

namespace sr::hybrid {

void Names::add(std::string_view name, std::int64_t id) {
  if (id < 0 || id >= kMostTokens) {
    refuse("model.vocab", "the token \"" + std::string(name) + "\" has the id " +
                              std::to_string(id) + ", which cannot be");
  }
  const auto at = static_cast<std::size_t>(id);
  if (at >= by_id_.size()) by_id_.resize(at + 1);
  if (by_id_[at].length != kNone) {
    refuse("model.vocab", "the id " + std::to_string(id) +
                              " belongs to two tokens, the second is \"" + std::string(name) +
                              "\"");
  }
  by_id_[at] = {static_cast<std::uint32_t>(arena_.size()), static_cast<std::uint32_t>(name.size())};
  arena_ += name;
  ++count_;
}

void Names::index() {
  slots_.assign(std::bit_ceil(count_ * 2 + 1), -1);
  for (std::int32_t id = 0; id < size(); ++id) {
    if (!has(id)) continue;
    std::size_t at = std::hash<std::string_view>{}(name(id)) & (slots_.size() - 1);
    while (slots_[at] >= 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = id;
  }
}

std::int32_t Names::find(std::string_view wanted) const noexcept {
  if (slots_.empty()) return -1;
  std::size_t at = std::hash<std::string_view>{}(wanted) & (slots_.size() - 1);
  while (slots_[at] >= 0 && name(slots_[at]) != wanted) at = (at + 1) & (slots_.size() - 1);
  return slots_[at];
}

bool Names::has(std::int32_t id) const noexcept {
  return id >= 0 && id < size() && by_id_[static_cast<std::size_t>(id)].length != kNone;
}

std::string_view Names::name(std::int32_t id) const noexcept {
  if (!has(id)) return {};
  const Span span = by_id_[static_cast<std::size_t>(id)];
  return std::string_view(arena_).substr(span.begin, span.length);
}

}  // namespace sr::hybrid
