#include "host/session/opening.h"

#include <algorithm>

namespace sr::host {
namespace {

constexpr std::size_t kMostShown = 4;

}  // namespace

SharedSequence Opening::after(const std::vector<std::int32_t>& tokens) const {
  const auto found = std::find_if(shown.begin(), shown.end(),
                                  [&](const Shown& one) { return one.tokens == tokens; });
  return found == shown.end() ? nullptr : found->sequence;
}

bool Opening::has_room() {
  if (shown.size() < kMostShown) return true;
  const auto unused = std::find_if(shown.begin(), shown.end(),
                                   [](const Shown& one) { return one.sequence.use_count() == 1; });
  if (unused == shown.end()) return false;
  shown.erase(unused);
  return true;
}

}  // namespace sr::host
