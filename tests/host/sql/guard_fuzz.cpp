// libFuzzer target: any bytes are answered, and what is allowed is allowed again as written.
//   cmake -B build/fuzz -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_C_COMPILER=clang
//   ninja -C build/fuzz guard_fuzz && build/fuzz/tests/host/sql/guard_fuzz -max_len=2000
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/host/sql/world.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sr::host::sql;
  static const Guard guard = testing::world_guard();
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto written_the_same = [](const auto& first, const auto& again) {
    const auto* plan = std::get_if<Plan>(&first);
    if (plan == nullptr) return true;
    const auto answer = again(plan->sql);
    return std::holds_alternative<Plan>(answer) && std::get<Plan>(answer).sql == plan->sql;
  };
  const auto binding = [](const std::string& sql) { return guard.binding(sql); };
  const auto action = [](const std::string& sql) { return guard.action(sql); };
  if (!written_the_same(binding(text), binding) || !written_the_same(action(text), action)) {
    std::fprintf(stderr, "what was written is not written the same again: %s\n", text.c_str());
    std::abort();
  }
  return 0;
}
