#include "host/cli/cases/tally.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>

namespace sr::host {

Tally::Interval Tally::interval() const {
  if (of == 0) return {};
  constexpr double z = 1.959964;  // of 95 %
  const double n = static_cast<double>(of), p = share();
  const double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

std::string text_of(const Tally& tally) {
  const auto [low, high] = tally.interval();
  return fmt::format("{:>6} of {:<6}{:>6.1f} %   {:>5.1f} – {:.1f}", tally.right, tally.of,
                     100 * tally.share(), 100 * low, 100 * high);
}

Json json_of(const Tally& tally) {
  const auto [low, high] = tally.interval();
  Json out;
  out["right"] = tally.right;
  out["of"] = tally.of;
  out["share"] = tally.share();
  out["interval"] = Json::array({low, high});
  return out;
}

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const auto last = static_cast<double>(values.size() - 1);
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(std::lround(share * last));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

}  // namespace sr::host
