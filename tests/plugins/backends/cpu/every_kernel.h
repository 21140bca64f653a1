// What the tests of kernels share: numbers, and every instruction set that this processor has.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "kernels/kernels.h"

namespace sr::cpu::test {

inline std::mt19937& engine() {
  static std::mt19937 out(7);
  return out;
}

inline std::vector<float> numbers(std::size_t count, float spread = 1) {
  std::normal_distribution<float> normal(0, spread);
  std::vector<float> out(count);
  for (auto& value : out) value = normal(engine());
  return out;
}

class EveryKernel : public testing::TestWithParam<const Kernels*> {
 protected:
  void SetUp() override { engine().seed(7); }  // the same numbers whatever ran before
  const Kernels& k() const { return *GetParam(); }
};

// The name of one in the names of its tests.
inline std::string kernels_name(const testing::TestParamInfo<const Kernels*>& info) {
  std::string name = info.param->name;
  std::erase(name, '-');
  return name;
}

inline auto every_kernel() {
  return testing::ValuesIn(usable_kernels().begin(), usable_kernels().end());
}

}  // namespace sr::cpu::test
