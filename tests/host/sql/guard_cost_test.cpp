// What the guard costs for a statement: every statement of allowed.sql, planned again and again, and
// the shapes of growing.txt at lengths from 100 bytes to 64 KiB.
//
//   guard_cost_test --rounds=200      2 without the option
#include <gtest/gtest.h>

#include "bench/common/samples.h"
#include "host/base/clock.h"
#include "tests/arguments.h"
#include "tests/host/sql/growing.h"
#include "tests/host/sql/world.h"

namespace sr::host::sql::testing {

int rounds = 2;

namespace {

TEST(GuardCost, OfEveryAllowedStatement) {
  const Guard guard = world_guard();
  const auto statements = read_cases(cases() / "allowed.sql");
  ASSERT_FALSE(statements.empty());
  bench::Samples all;
  double most = 0;
  std::string longest;
  for (const Case& c : statements) {
    bench::Samples one;
    for (int i = 0; i < rounds; ++i) {
      const auto start = Clock::now();
      const auto answer = c.action ? guard.action(c.statement) : guard.binding(c.statement);
      one.add(ms_since(start));
      EXPECT_TRUE(std::holds_alternative<Plan>(answer)) << c.statement;
    }
    all.add(one);
    if (one.percentile(50) > most) {
      most = one.percentile(50);
      longest = c.statement;
    }
  }
  std::printf("%zu statements, %d times each: p50 %.3f ms, p99 %.3f ms; at most (median) %.3f ms: %s\n",
              statements.size(), rounds, all.percentile(50), all.percentile(99), most,
              longest.c_str());
}

TEST(GuardCost, OfStatementsOfAnyLength) {
  const Guard guard = world_guard();
  constexpr std::size_t kBytes[] = {100, 618, 1018, 4096, 16384, 65536};
  std::printf("ms by bytes; - refused\n");
  for (const std::size_t bytes : kBytes) std::printf("%8zu ", bytes);
  std::printf("\n");
  for (const Growing& shape : growing_statements()) {
    for (const std::size_t bytes : kBytes) {
      const std::string statement = shape.of_bytes(bytes);
      bench::Samples one;
      bool refused = false;
      for (int i = 0; i < rounds; ++i) {
        const auto start = Clock::now();
        const auto answer = shape.action() ? guard.action(statement) : guard.binding(statement);
        one.add(ms_since(start));
        refused = std::holds_alternative<Refusal>(answer);
      }
      std::printf("%8.2f%c", one.percentile(50), refused ? '-' : ' ');
    }
    std::printf(" %.60s\n", shape.text.c_str());
  }
}

}  // namespace
}  // namespace sr::host::sql::testing

int main(int argc, char** argv) {
  return sr::test::run_tests(argc, argv, {{"rounds", &sr::host::sql::testing::rounds}});
}
