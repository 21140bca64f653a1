// engine/text/code_set.h - sets of code points as sorted, disjoint ranges.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/base/utf8.h"

namespace sr::constrain {

using CodeRange = std::pair<std::uint32_t, std::uint32_t>;  // both included
using CodeSet = std::vector<CodeRange>;

inline CodeSet normal(CodeSet set) {
  std::sort(set.begin(), set.end());
  CodeSet out;
  for (const auto& [first, last] : set) {
    if (!out.empty() && first <= out.back().second + 1) {
      out.back().second = std::max(out.back().second, last);
    } else {
      out.emplace_back(first, last);
    }
  }
  return out;
}

inline CodeSet complement(const CodeSet& set) {
  CodeSet out;
  std::uint32_t from = 0;
  for (const auto& [first, last] : normal(set)) {
    if (from < first) out.emplace_back(from, first - 1);
    from = last + 1;
  }
  if (from <= kLastCode) out.emplace_back(from, kLastCode);
  return out;
}

}  // namespace sr::constrain
