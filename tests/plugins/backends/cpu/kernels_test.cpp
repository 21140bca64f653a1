// Everything but products, of every instruction set that this processor has, against plain loops in
// double.
#include <algorithm>

#include "every_kernel.h"

namespace sr::cpu::test {
namespace {

double silu(double x) { return x / (1 + std::exp(-x)); }
double softplus(double x) { return std::log1p(std::exp(-std::abs(x))) + std::max(x, 0.0); }

TEST_P(EveryKernel, functions_of_one_number) {
  for (float x = -95; x < 95; x += 0.37F) {
    float values[3] = {x, x, x};
    k().softplus(values, 3);
    EXPECT_NEAR(values[1], softplus(x), 1e-6 * std::max(1.0, softplus(x))) << x;
    const float one[1] = {1};
    float gated[1];
    const float gate[1] = {x};
    k().silu_multiply(gate, 1, one, 1, gated);
    EXPECT_NEAR(gated[0], silu(x), 1e-6 * std::max(1.0, std::abs(silu(x)))) << x;
    if (x > 80) continue;
    float e[1] = {x};
    k().exponential(e, 1);
    EXPECT_NEAR(e[0], std::exp(static_cast<double>(x)), 3e-7 * std::exp(static_cast<double>(x)) + 2e-38)
        << x;
  }
}

TEST_P(EveryKernel, norms_sums_and_softmax) {
  for (const std::size_t size : {1U, 15U, 64U, 77U, 200U}) {
    const auto a = numbers(size), b = numbers(size);
    double product = 0, square = 0;
    for (std::size_t i = 0; i < size; ++i) {
      product += static_cast<double>(a[i]) * b[i];
      square += static_cast<double>(a[i]) * a[i];
    }
    EXPECT_NEAR(k().dot(a.data(), b.data(), size), product, 1e-5);
    std::vector<float> y(size);
    k().rms_norm(a.data(), b.data(), size, 1e-5F, y.data());
    const double scale = 1 / std::sqrt(square / static_cast<double>(size) + 1e-5);
    for (std::size_t i = 0; i < size; ++i) EXPECT_NEAR(y[i], a[i] * scale * b[i], 1e-5);
    y = a;
    k().softmax(y.data(), size);
    double sum = 0;
    for (const float value : a) sum += std::exp(static_cast<double>(value));
    for (std::size_t i = 0; i < size; ++i) EXPECT_NEAR(y[i], std::exp(a[i]) / sum, 1e-6);
  }
}

TEST_P(EveryKernel, scans_follow_their_recurrence_and_can_be_cut_anywhere) {
  for (const std::size_t state : {16U, 8U, 5U, 20U}) {
    constexpr std::size_t kInner = 35, kTokens = 6;
    const auto dt = numbers(kTokens * kInner), u = numbers(kTokens * kInner);
    const auto gate = numbers(kTokens * kInner), b = numbers(kTokens * state);
    const auto c = numbers(kTokens * state), skip = numbers(kInner);
    auto decay = numbers(kInner * state), h = numbers(kInner * state);
    for (auto& value : decay) value = -std::abs(value);
    auto got = u, cells = std::vector<float>(h.size(), NAN);
    Scan1Args args{dt.data(), got.data(), gate.data(), b.data(), c.data(), kInner, state,
                   decay.data(), skip.data(), h.data(), cells.data(), kInner, state, kTokens};
    k().scan1(args, 0, 16);
    k().scan1(args, 16, kInner);
    std::vector<double> exact(h.begin(), h.end());
    for (std::size_t t = 0; t < kTokens; ++t) {
      for (std::size_t i = 0; i < kInner; ++i) {
        const double step = softplus(dt[t * kInner + i]), in = u[t * kInner + i];
        double out = skip[i] * in;
        for (std::size_t s = 0; s < state; ++s) {
          auto& cell = exact[i * state + s];
          cell = std::exp(step * decay[i * state + s]) * cell + step * in * b[t * state + s];
          out += cell * c[t * state + s];
        }
        EXPECT_NEAR(got[t * kInner + i], out * silu(gate[t * kInner + i]), 3e-5) << t << " " << i;
      }
    }
    // One token after the other is the same to the last bit.
    auto again = u, carried = h;
    for (std::size_t t = 0; t < kTokens; ++t) {
      Scan1Args one = args;
      one.dt += t * kInner;
      one.u = again.data() + t * kInner;
      one.gate += t * kInner;
      one.b += t * state;
      one.c += t * state;
      one.before = one.after = carried.data();
      one.tokens = 1;
      k().scan1(one, 0, kInner);
    }
    EXPECT_EQ(again, got);
    EXPECT_EQ(carried, cells);
  }
}

TEST_P(EveryKernel, heads_with_one_decay_and_the_delta_rule) {
  for (const std::size_t state : {16U, 12U, 33U}) {
    constexpr std::size_t kDim = 11, kTokens = 4;
    const auto u = numbers(kTokens * kDim), b = numbers(kTokens * kDim * 4);
    const auto c = numbers(kTokens * kDim * 4), dt = numbers(kTokens);
    const std::vector<float> keep{0.9F, 0.5F, 1, 0.1F};
    const auto h = numbers(kDim * state);
    std::vector<double> exact(h.begin(), h.end());
    std::vector<float> out(kTokens * kDim), after(h.size(), NAN);
    k().scan2({u.data(), b.data(), c.data(), dt.data(), keep.data(), kDim, kDim, 0.3F, h.data(),
               after.data(), out.data(), kDim, state, kTokens});
    for (std::size_t i = 0; i < after.size(); ++i) EXPECT_FALSE(std::isnan(after[i])) << i;
    auto again = h;
    std::vector<float> other(out.size());
    k().scan2({u.data(), b.data(), c.data(), dt.data(), keep.data(), kDim, kDim, 0.3F,
               again.data(), again.data(), other.data(), kDim, state, kTokens});
    EXPECT_EQ(again, after) << "in place";
    EXPECT_EQ(other, out);
    for (std::size_t t = 0; t < kTokens; ++t) {
      for (std::size_t p = 0; p < kDim; ++p) {
        double sum = 0.3 * u[t * kDim + p];
        for (std::size_t s = 0; s < state; ++s) {
          auto& cell = exact[p * state + s];
          cell = keep[t] * cell + static_cast<double>(dt[t]) * u[t * kDim + p] * b[t * kDim + s];
          sum += cell * c[t * kDim + s];
        }
        EXPECT_NEAR(out[t * kDim + p], sum, 1e-4);
      }
    }
    const auto q = numbers(kDim), key = numbers(kDim), v = numbers(state);
    auto cells = numbers(kDim * state);
    std::vector<double> wanted(cells.begin(), cells.end());
    std::vector<float> y(state), same(state);
    k().delta({0.8F, 0.4F, q.data(), key.data(), v.data(), cells.data(), after.data(), y.data(),
               kDim, state});
    k().delta({0.8F, 0.4F, q.data(), key.data(), v.data(), cells.data(), cells.data(), same.data(),
               kDim, state});
    EXPECT_EQ(cells, after) << "in place";
    EXPECT_EQ(same, y);
    for (std::size_t j = 0; j < state; ++j) {
      double held = 0, sum = 0;
      for (std::size_t i = 0; i < kDim; ++i) held += (wanted[i * state + j] *= 0.8F) * key[i];
      for (std::size_t i = 0; i < kDim; ++i) {
        wanted[i * state + j] += key[i] * (v[j] - held) * 0.4F;
        sum += wanted[i * state + j] * q[i];
      }
      EXPECT_NEAR(y[j], sum, 1e-4);
    }
  }
}

TEST_P(EveryKernel, convolutions_carry_their_last_tokens) {
  constexpr std::size_t kChannels = 37, kStride = 40;
  for (const std::size_t kernel : {1U, 2U, 4U}) {
    for (const std::size_t tokens : {1U, 2U, 3U, 9U}) {
      const auto weight = numbers(kernel * kChannels), bias = numbers(kChannels);
      const auto x = numbers(tokens * kStride), before = numbers(kernel * kChannels);
      auto state = before;
      std::vector<float> y(tokens * kChannels);
      const ConvArgs args{weight.data(), bias.data(), x.data(), kStride, before.data(), state.data(),
                          y.data(), kChannels, kernel, tokens, true};
      k().convolve(args, 0, 16);
      k().convolve(args, 16, kChannels);
      const auto at = [&](std::size_t row, std::size_t c) {  // the tokens before, then the new ones
        return row < kernel - 1 ? before[row * kChannels + c] : x[(row - kernel + 1) * kStride + c];
      };
      for (std::size_t c = 0; c < kChannels; ++c) {
        for (std::size_t t = 0; t < tokens; ++t) {
          double sum = bias[c];
          for (std::size_t i = 0; i < kernel; ++i) sum += weight[i * kChannels + c] * at(t + i, c);
          EXPECT_NEAR(y[t * kChannels + c], silu(sum), 1e-5);
        }
        for (std::size_t i = 0; i + 1 < kernel; ++i) {
          EXPECT_EQ(state[i * kChannels + c], at(tokens + i, c));
        }
      }
    }
  }
}

// Keys and values of some blocks, and queries over them.
struct Attention {
  std::size_t dim, width, blocks, queries;
  std::vector<float> q, keys, values;  // (queries, dim), (blocks, dim, 64), (blocks, 64, dim)
  std::vector<float> most, sums, out;

  Attention(std::size_t dim, std::size_t blocks, std::size_t queries)
      : dim(dim), width((dim + kSumLanes - 1) / kSumLanes * kSumLanes), blocks(blocks),
        queries(queries), q(numbers(queries * dim)),
        keys(numbers(blocks * kKeys * dim, 6 / std::sqrt(static_cast<float>(dim)))),
        values(numbers(blocks * kKeys * dim + kSumLanes)) {}

  // Queries [first, last) together. seen (queries, blocks), or empty for all.
  std::vector<float> read(const Kernels& k, std::size_t first, std::size_t last,
                          const std::vector<std::uint64_t>& seen = {}, std::size_t keys_read = 64) {
    const auto count = last - first;
    most.assign(count, -INFINITY);
    sums.assign(count * kSumLanes, 0);
    out.assign(count * width, 0);
    for (std::size_t block = 0; block < blocks; ++block) {
      std::vector<std::uint64_t> bits;
      for (auto i = first; i < last && !seen.empty(); ++i) bits.push_back(seen[i * blocks + block]);
      k.attend({q.data() + first * dim, keys.data() + block * kKeys * dim,
                values.data() + block * kKeys * dim, seen.empty() ? nullptr : bits.data(), count,
                dim, keys_read}, {most.data(), sums.data(), out.data(), width});
    }
    std::vector<float> read;
    for (std::size_t i = 0; i < count; ++i) {
      float sum = 0;
      for (std::size_t lane = 0; lane < kSumLanes; ++lane) sum += sums[i * kSumLanes + lane];
      for (std::size_t d = 0; d < dim; ++d) read.push_back(out[i * width + d] / sum);
    }
    return read;
  }

  std::vector<double> exact(std::size_t query, const std::vector<std::uint64_t>& seen) const {
    std::vector<double> scores;
    for (std::size_t i = 0; i < blocks * kKeys; ++i) {
      const auto block = i / kKeys, row = i % kKeys;
      scores.push_back(0);
      for (std::size_t d = 0; d < dim; ++d) {
        scores[i] += static_cast<double>(q[query * dim + d]) * keys[(block * dim + d) * kKeys + row];
      }
      const bool hidden = !seen.empty() && (seen[query * blocks + block] >> row & 1) == 0;
      if (hidden) scores[i] = -INFINITY;
    }
    const double most = *std::max_element(scores.begin(), scores.end());
    std::vector<double> total(dim);
    double sum = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const double weight = std::exp2(scores[i] - most);
      sum += weight;
      for (std::size_t d = 0; d < dim; ++d) total[d] += weight * values[i * dim + d];
    }
    for (auto& value : total) value /= sum;
    return total;
  }
};

TEST_P(EveryKernel, attention_over_several_blocks_is_one_softmax) {
  for (const std::size_t dim : {8U, 16U, 20U, 32U, 64U, 80U}) {
    for (const std::size_t queries : {1U, 5U, 8U, 13U, 32U}) {
      SCOPED_TRACE(std::to_string(queries) + " of " + std::to_string(dim));
      Attention a(dim, 3, queries);
      const auto all = a.read(k(), 0, queries);
      for (std::size_t i = 0; i < queries; ++i) {
        const auto exact = a.exact(i, {});
        for (std::size_t d = 0; d < dim; ++d) EXPECT_NEAR(all[i * dim + d], exact[d], 1e-5) << i;
      }
    }
  }
}

TEST_P(EveryKernel, a_query_sees_its_own_keys_and_nothing_of_other_queries) {
  constexpr std::size_t kDim = 20, kBlocks = 4, kCount = 11;
  Attention a(kDim, kBlocks, kCount);
  std::mt19937_64 engine(5);
  std::vector<std::uint64_t> seen;
  for (std::size_t i = 0; i < kCount * kBlocks; ++i) {
    seen.push_back(i % 3 == 0 ? ~std::uint64_t{0} : i % 7 == 1 ? 0 : engine() & engine());
  }
  const auto all = a.read(k(), 0, kCount, seen);
  for (std::size_t i = 0; i < kCount; ++i) {
    SCOPED_TRACE(i);
    const auto exact = a.exact(i, seen);
    const std::vector<float> mine(all.begin() + static_cast<std::ptrdiff_t>(i * kDim),
                                  all.begin() + static_cast<std::ptrdiff_t>((i + 1) * kDim));
    for (std::size_t d = 0; d < kDim; ++d) EXPECT_NEAR(mine[d], exact[d], 1e-5);
    EXPECT_EQ(a.read(k(), i, i + 1, seen), mine) << "to the last bit";
  }
  // Whether the mask says that all is seen or there is none is the same, too.
  const std::vector<std::uint64_t> everything(kCount * kBlocks, ~std::uint64_t{0});
  EXPECT_EQ(a.read(k(), 0, kCount, everything), a.read(k(), 0, kCount));
  // What nobody sees may be anything, and need not be looked at.
  for (auto& bits : seen) bits &= (std::uint64_t{1} << 23) - 1;
  const auto some = a.read(k(), 3, 9, seen);
  EXPECT_EQ(a.read(k(), 3, 9, seen, 23), some);
  for (std::size_t i = 0; i < a.keys.size(); ++i) {
    if (i % kKeys >= 23) a.keys[i] = 1000;
  }
  EXPECT_EQ(a.read(k(), 3, 9, seen), some);
  a.read(k(), 0, 1, std::vector<std::uint64_t>(kBlocks));
  EXPECT_EQ(a.sums, std::vector<float>(kSumLanes)) << "it has seen nothing";
}

TEST_P(EveryKernel, attention_follows_scores_however_large) {
  Attention a(16, 6, 3);
  for (auto& value : a.q) value = std::round(std::abs(value) * 3) + 1;
  // Whole numbers, so that no score is rounded; those of a block lie above the last one's.
  for (std::size_t i = 0; i < a.keys.size(); ++i) {
    a.keys[i] = std::round(a.keys[i] + 40 * static_cast<float>(i / (16 * kKeys)));
  }
  const auto all = a.read(k(), 0, 3);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto exact = a.exact(i, {});
    for (std::size_t d = 0; d < 16; ++d) EXPECT_NEAR(all[i * 16 + d], exact[d], 1e-5);
  }
}

INSTANTIATE_TEST_SUITE_P(, EveryKernel, every_kernel(), kernels_name);

}  // namespace
}  // namespace sr::cpu::test
