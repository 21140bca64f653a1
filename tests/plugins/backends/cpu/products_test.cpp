// Products of weights in every format, against plain loops in double; and how numbers are rounded.
#include <algorithm>

#include "every_kernel.h"
#include "packed.h"
#include "quant.h"

namespace sr::cpu::test {
namespace {

using Products = EveryKernel;

// A matrix in each of its formats, and activations.
struct Case {
  std::size_t rows, columns, tokens;
  std::vector<float> w, x, bias;
  std::vector<std::uint16_t> halves;

  Case(std::size_t rows, std::size_t columns, std::size_t tokens)
      : rows(rows), columns(columns), tokens(tokens), w(numbers(rows * columns)),
        x(numbers(tokens * (columns + 3))), bias(numbers(rows)) {
    for (const float value : w) halves.push_back(hybrid::to_bf16(value));
  }
  std::size_t stride() const { return columns + 3; }
};

struct Activations {
  std::vector<std::int8_t> values;
  std::vector<float> scales;
  std::vector<std::int32_t> sums;
  Quantised view;
  Activations(const Kernels& k, const Case& c) {
    view.records = (c.columns + kRecord - 1) / kRecord;
    values.assign(c.tokens * view.records * kRecord, 99);
    scales.resize(c.tokens * view.records * 2);
    sums.resize(scales.size());
    view.values = values.data();
    view.scales = scales.data();
    view.sums = sums.data();
    for (std::size_t t = 0; t < c.tokens; ++t) {
      k.quantise(c.x.data() + t * c.stride(), c.columns, t, view);
    }
  }
};

struct Packed {
  Packing packing;
  std::vector<std::uint8_t> storage;
  const std::uint8_t* data;
  Packed(const Kernels& k, const Case& c, Format format)
      : packing{format, k.lanes, c.columns}, storage(packing.bytes(c.rows) + 64) {
    auto at = reinterpret_cast<std::uintptr_t>(storage.data());
    auto* const to = storage.data() + (64 - at % 64) % 64;
    data = to;
    const auto width = packing.records() * kRecord;
    for (std::size_t block = 0; block * k.lanes < c.rows; ++block) {
      std::vector<float> lines(k.lanes * width);
      for (std::size_t r = block * k.lanes; r < std::min(c.rows, (block + 1) * k.lanes); ++r) {
        std::copy_n(c.w.begin() + static_cast<std::ptrdiff_t>(r * c.columns), c.columns,
                    lines.begin() + static_cast<std::ptrdiff_t>((r % k.lanes) * width));
      }
      packing.pack(lines.data(), to + block * packing.block_bytes());
    }
  }
};

// y (tokens, rows) of a product in a format.
std::vector<float> product(const Kernels& k, const Case& c, Format format, std::size_t first,
                           std::size_t last, std::size_t tokens) {
  std::vector<float> y(c.tokens * c.rows);
  const Rows rows{first, last, y.data()};  // what it fetches ahead is only fetched
  const Target to{y.data(), c.rows, c.bias.data()};
  if (format == Format::kF32) {
    k.product_f32(c.w.data(), c.columns, c.x.data(), c.stride(), tokens, rows, to);
  } else if (format == Format::kBF16) {
    k.product_bf16(c.halves.data(), c.columns, c.x.data(), c.stride(), tokens, rows, to);
  } else {
    const Activations x(k, c);
    const Packed w(k, c, format);
    (format == Format::kInt8 ? k.product_int8 : k.product_int4)(w.data, x.view, tokens, rows, to);
  }
  return y;
}

constexpr Format kFormats[] = {Format::kF32, Format::kBF16, Format::kInt8, Format::kInt4};

TEST_P(Products, products_are_near_and_the_same_for_one_token_and_many) {
  for (const auto& [rows, columns] : {std::pair<std::size_t, std::size_t>{48, 64}, {37, 96},
                                      {16, 24}, {56, 200}, {1, 70}, {130, 33}}) {
    const Case c(rows, columns, 13);
    for (const auto format : kFormats) {
      SCOPED_TRACE(std::string(name_of(format)) + " " + std::to_string(rows) + " x " +
                   std::to_string(columns));
      const auto all = product(k(), c, format, 0, rows, c.tokens);
      double errors = 0, squares = 0;
      for (std::size_t t = 0; t < c.tokens; ++t) {
        for (std::size_t r = 0; r < rows; ++r) {
          double sum = c.bias[r];
          for (std::size_t i = 0; i < columns; ++i) {
            sum += static_cast<double>(c.w[r * columns + i]) * c.x[t * c.stride() + i];
          }
          errors += std::pow(all[t * rows + r] - sum, 2);
          squares += sum * sum;
        }
      }
      const double bounds[] = {1e-6, 4e-3, 1.2e-2, 0.12};
      EXPECT_LT(std::sqrt(errors / squares), bounds[static_cast<int>(format)]);
      // One token alone, and rows in two parts.
      const auto one = product(k(), c, format, 0, rows, 1);
      EXPECT_TRUE(std::equal(one.begin(), one.begin() + static_cast<std::ptrdiff_t>(rows),
                             all.begin()));
      if (rows <= 32) continue;
      auto parts = product(k(), c, format, 0, 32, c.tokens);
      const auto rest = product(k(), c, format, 32, rows, c.tokens);
      for (std::size_t i = 0; i < parts.size(); ++i) parts[i] += rest[i];
      EXPECT_EQ(parts, all);
    }
  }
}

TEST_P(Products, integer_products_are_exact_at_the_extremes) {
  // Weights and activations of the largest magnitude, and of every sign: scales are one.
  for (const auto format : {Format::kInt8, Format::kInt4}) {
    const float most = format == Format::kInt8 ? 127 : -8;
    Case c(32, 64, 3);
    std::mt19937 engine(3);
    for (std::size_t i = 0; i < c.w.size(); ++i) {
      const auto drawn = engine() % 3;
      c.w[i] = i % 32 == 0 || drawn == 0 ? most : drawn == 1 && format == Format::kInt8 ? -127 : 7;
    }
    for (std::size_t i = 0; i < c.x.size(); ++i) c.x[i] = engine() % 2 == 0 ? 127 : -127;
    for (auto& value : c.bias) value = 0;
    const Packed packed(k(), c, format);
    std::vector<float> stored(c.columns);
    const auto y = product(k(), c, format, 0, 32, 3);
    for (std::size_t r = 0; r < 32; ++r) {
      packed.packing.unpack(packed.data, r, stored.data());
      for (std::size_t t = 0; t < 3; ++t) {
        double sum = 0;
        for (std::size_t i = 0; i < 64; ++i) {
          sum += static_cast<double>(stored[i]) * c.x[t * c.stride() + i];
        }
        EXPECT_NEAR(y[t * 32 + r], sum, 1e-5 * 64 * 127 * 8) << r;
        if (format == Format::kInt8) {
          EXPECT_EQ(y[t * 32 + r], sum) << r;
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, Products, every_kernel(), kernels_name);

TEST(Quantise, int8_keeps_the_largest_number_and_halves_a_step_at_most) {
  for (const float spread : {1e-20F, 0.01F, 1.0F, 1e10F}) {
    const auto x = numbers(kGroup, spread);
    std::int8_t values[kGroup];
    const float scale = hybrid::from_bf16(hybrid::quantise_int8(x.data(), kGroup, values));
    for (std::size_t i = 0; i < kGroup; ++i) {
      EXPECT_LE(std::abs(values[i]), 127);
      EXPECT_NEAR(values[i] * scale, x[i], 0.5F * scale * 1.0001F);
    }
  }
  const std::vector<float> zeros(kGroup);
  std::int8_t values[kGroup];
  EXPECT_EQ(hybrid::from_bf16(hybrid::quantise_int8(zeros.data(), kGroup, values)), 0);
  EXPECT_EQ(values[5], 0);
}

TEST(Quantise, int4_uses_all_its_values) {
  std::vector<float> x(kGroup);
  for (std::size_t i = 0; i < kGroup; ++i) x[i] = static_cast<float>(i % 16) - 8;
  std::int8_t values[kGroup];
  EXPECT_EQ(hybrid::from_bf16(hybrid::quantise_int4(x.data(), kGroup, values)), 1);
  for (std::size_t i = 0; i < kGroup; ++i) EXPECT_EQ(values[i], x[i]);
  for (auto& value : x) value = -value;  // the extreme has the other sign
  EXPECT_EQ(hybrid::from_bf16(hybrid::quantise_int4(x.data(), kGroup, values)), -1);
}

}  // namespace
}  // namespace sr::cpu::test
