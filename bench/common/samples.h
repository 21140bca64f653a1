// bench/common/samples.h - measured times and their percentiles. One thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "host/base/json.h"

namespace sr::bench {

// How long something takes.
inline double microseconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start)
      .count();
}

class Samples {
 public:
  void add(double ms) { values_.push_back(ms); }
  void add(const Samples& more) {
    values_.insert(values_.end(), more.values_.begin(), more.values_.end());
  }
  bool empty() const { return values_.empty(); }
  std::size_t size() const { return values_.size(); }
  // Nearest rank; 0 when there are no samples.
  double percentile(double p) const {
    if (values_.empty()) return 0;
    auto sorted = values_;
    std::sort(sorted.begin(), sorted.end());
    const auto rank = std::ceil(p / 100.0 * static_cast<double>(sorted.size()));  // from 1
    return sorted[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
  }
  double mean() const {  // 0 when there are no samples
    double sum = 0;
    for (const double value : values_) sum += value;
    return values_.empty() ? 0 : sum / static_cast<double>(values_.size());
  }
  host::Json json() const {
    host::Json out;
    out["p50_ms"] = percentile(50);
    out["p99_ms"] = percentile(99);
    return out;
  }

 private:
  std::vector<double> values_;
};

// "AMD EPYC 7B13, 2 cores".
std::string machine();

}  // namespace sr::bench
