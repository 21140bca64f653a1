// host/cli/cases/tally.h - how many of how many, and how sure that is. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "host/base/json.h"

namespace sr::host {

struct Tally {
  std::size_t right = 0, of = 0;

  void add(bool is_right) {
    right += is_right ? 1 : 0;
    ++of;
  }
  double share() const {
    return of == 0 ? 0 : static_cast<double>(right) / static_cast<double>(of);
  }
  // Wilson's interval, in which the share lies with 95 %; 0 to 1 of nothing.
  struct Interval {
    double low = 0, high = 1;
  };
  Interval interval() const;
};

// `  62 of 100     62.0 %   52.2 – 70.9`
std::string text_of(const Tally&);
Json json_of(const Tally&);

// The value below which `share` of them lie; 0 of none.
double quantile(std::vector<double> values, double share);

}  // namespace sr::host
