#include "kernels.h"

#include <vector>

#include "targets.h"

namespace sr::cpu {

namespace {

std::vector<const Kernels*> found() {
  std::vector<const Kernels*> out;
#if defined(__x86_64__)
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512vnni")) {
    out.push_back(&kAvx512);
  }
  if (avx2 && __builtin_cpu_supports("avxvnni")) out.push_back(&kAvxVnni);
  if (avx2) out.push_back(&kAvx2);
#endif
  out.push_back(&kPortable);
  return out;
}

}  // namespace

std::span<const Kernels* const> usable_kernels() {
  static const auto all = found();
  return all;
}

}  // namespace sr::cpu
