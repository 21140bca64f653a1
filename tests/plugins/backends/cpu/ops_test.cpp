// Products cut into pieces: every row once, whatever shares them, to the last bit.
#include "ops.h"

#include <algorithm>
#include <cmath>
#include <mutex>

#include "stalled_team.h"

namespace sr::cpu::test {
namespace {

// Weights made up here: a matrix for each number of rows.
struct Matrices {
  static constexpr int kColumns = 256;
  std::vector<std::vector<float>> numbers;
  hybrid::Description description;
  std::vector<hybrid::Linear> linears;

  explicit Matrices(const std::vector<int>& rows) {
    for (const int count : rows) {
      auto& values = numbers.emplace_back(static_cast<std::size_t>(count) * kColumns);
      for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = std::sin(static_cast<float>(i % 9973) + static_cast<float>(count));
      }
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
      hybrid::Weight weight;
      weight.name = weight.file = "made up";
      weight.role = hybrid::Role::kMatrix;
      weight.rows = rows[i];
      weight.columns = kColumns;
      weight.data = reinterpret_cast<const std::byte*>(numbers[i].data());
      description.weights.push_back(weight);
      linears.push_back({{static_cast<int>(i)}, {}, kColumns, rows[i]});
    }
    // A layer reads some of them one after another; the last is the head.
    hybrid::Mlp mlp;
    mlp.up = linears.front();
    mlp.gate = linears[linears.size() / 2];
    mlp.down = linears.back();
    description.layers.push_back({.feed_forward = mlp});
    description.head = linears.back();
  }
};

using Ranges = std::vector<std::pair<std::size_t, std::size_t>>;
struct Done {
  std::vector<std::vector<float>> y;  // of each product
  Ranges ranges;                      // that were said to be there, in order
};

Done all(const Matrices& matrices, const Weights& weights, Team& team, int tokens) {
  Workspace work(0);
  const Compute c{weights, *usable_kernels().front(), team, work};
  std::vector<float> x(static_cast<std::size_t>(tokens) * (Matrices::kColumns + 5));
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = std::cos(static_cast<float>(i));
  Done out;
  std::mutex lock;
  for (const auto& linear : matrices.linears) {
    out.y.emplace_back(static_cast<std::size_t>(linear.out * tokens), NAN);
  }
  const auto rows = static_cast<std::size_t>(matrices.linears.front().out);
  const auto then = [&](std::size_t first, std::size_t last) {
    const std::lock_guard hold(lock);
    out.ranges.emplace_back(first, last);
    for (std::size_t t = 0; t < static_cast<std::size_t>(tokens); ++t) {
      for (auto row = first; row < last; ++row) {
        EXPECT_FALSE(std::isnan(out.y.front()[t * rows + row])) << row;
      }
    }
  };
  if (matrices.linears.size() == 1) {
    linear(c, matrices.linears[0], x.data(), Matrices::kColumns + 5, tokens, out.y[0].data(), then);
  } else if (matrices.linears[0].out == matrices.linears[1].out) {
    linear(c, {{matrices.linears[0], out.y[0].data()}, {matrices.linears[1], out.y[1].data()}},
           x.data(), Matrices::kColumns + 5, tokens, then);
  } else {
    linear(c, {{matrices.linears[0], out.y[0].data()}, {matrices.linears[1], out.y[1].data()},
               {matrices.linears[2], out.y[2].data()}},
           x.data(), Matrices::kColumns + 5, tokens);
  }
  std::ranges::sort(out.ranges);
  return out;
}

class Cut : public testing::TestWithParam<std::vector<int>> {};

TEST_P(Cut, threads_change_no_bit_and_every_row_is_done_once) {
  const Matrices matrices(GetParam());
  for (const auto format : {Format::kF32, Format::kBF16, Format::kInt8, Format::kInt4}) {
    SCOPED_TRACE(name_of(format));
    Team one(1);
    const Weights weights(matrices.description, format, *usable_kernels().front(), one);
    for (const int tokens : {1, 6}) {
      const auto wanted = all(matrices, weights, one, tokens);
      for (const int threads : {2, 3, 5}) {
        Team team(threads);
        team.be_patient(true);  // and shares every product
        for (int round = 0; round < 20; ++round) {
          const auto got = all(matrices, weights, team, tokens);
          EXPECT_EQ(got.y, wanted.y) << threads << " threads, " << tokens << " tokens";
          std::size_t next = 0;
          for (const auto& [first, last] : got.ranges) {
            EXPECT_EQ(first, next);
            EXPECT_EQ(first % 16, 0U);
            next = last;
          }
          const bool told = matrices.linears.size() < 3;
          EXPECT_EQ(next, told ? static_cast<std::size_t>(GetParam()[0]) : 0U);
        }
      }
    }
  }
}

TEST_P(Cut, all_is_done_by_a_caller_whose_helper_is_stalled) {
  const Matrices matrices(GetParam());
  Team team(2);
  const Weights weights(matrices.description, Format::kBF16, *usable_kernels().front(), team);
  Team one(1);
  const auto wanted = all(matrices, weights, one, 1);
  bool alone = false;
  for (int times = 0; times < 100 && !alone; ++times) {
    stall(team);
    EXPECT_EQ(all(matrices, weights, team, 1).y, wanted.y);
    alone = team.alone();  // only if it is still so has it been so all along
  }
  EXPECT_TRUE(alone);
}

INSTANTIATE_TEST_SUITE_P(, Cut,
                         testing::Values(std::vector{2000}, std::vector{1000, 1000},
                                         std::vector{700, 130, 250}, std::vector{16},
                                         std::vector{40}, std::vector{20, 20}),
                         [](const auto& info) {
                           std::string out = "rows";
                           for (const int rows : info.param) out += "_" + std::to_string(rows);
                           return out;
                         });

}  // namespace
}  // namespace sr::cpu::test
