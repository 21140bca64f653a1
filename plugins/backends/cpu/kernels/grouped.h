// grouped.h - products of packed int8 and int4 weights with int8 activations.
// Included by the kernels only (simd.h), after the target's dot_*.h.
#pragma once

#include "kernels.h"
#include "simd.h"

namespace sr::cpu {
namespace {

constexpr std::size_t kQuads = kGroup / 4;  // of four columns
constexpr std::size_t kScaleBytes = 2 * 2 * kLanes;

SR_INLINE std::int32_t four(const std::int8_t* from) {
  std::int32_t out;
  __builtin_memcpy(&out, from, 4);
  return out;
}

// Up to so many tokens there are two sums for each: one alone would wait for its own last addition.
constexpr std::size_t kFew = 2;

// A group of every lane's row times that of T tokens.
struct Int8 {
  static constexpr int kOffsetBits = kInt8Offset == 0 ? 0 : 7;
  static constexpr std::size_t kGroupBytes = kGroup * kLanes;
  template <std::size_t T>
  static SR_INLINE void add(I* sums, const std::uint8_t* w, const std::int8_t* x,
                            std::size_t stride) {
    I more[T] = {};
    SR_UNROLL for (std::size_t quad = 0; quad < kQuads; ++quad) {
      const B now = load_as<B>(w + quad * 4 * kLanes);
      SR_UNROLL for (std::size_t t = 0; t < T; ++t) {
        I& sum = T <= kFew && quad % 2 != 0 ? more[t] : sums[t];
        sum = dot_int8(sum, now, four(x + t * stride + quad * 4));
      }
    }
    if constexpr (T <= kFew) SR_UNROLL for (std::size_t t = 0; t < T; ++t) sums[t] += more[t];
  }
};

struct Int4 {
  static constexpr int kOffsetBits = 3;
  static constexpr std::size_t kGroupBytes = kGroup * kLanes / 2;
  template <std::size_t T>
  static SR_INLINE void add(I* sums, const std::uint8_t* w, const std::int8_t* x,
                            std::size_t stride) {
    // Where the target can, the high halves stay 16 times as large until they are summed.
    constexpr bool kInPlace = T <= kFew && kMostNibble >= 0xF0;
    I more[T] = {};
    SR_UNROLL for (std::size_t pair = 0; pair < kQuads / 2; ++pair) {
      const U both = load_as<U>(w + pair * 4 * kLanes);
      const B low = reinterpret_cast<B>(both & 0x0F0F0F0FU);
      const B high = reinterpret_cast<B>(kInPlace ? both & 0xF0F0F0F0U : both >> 4 & 0x0F0F0F0FU);
      SR_UNROLL for (std::size_t t = 0; t < T; ++t) {
        I& sum = T <= kFew ? more[t] : sums[t];
        sums[t] = dot_nibbles(sums[t], low, four(x + t * stride + pair * 8));
        sum = dot_nibbles(sum, high, four(x + t * stride + pair * 8 + 4));
      }
    }
    if constexpr (T <= kFew) {
      SR_UNROLL for (std::size_t t = 0; t < T; ++t) sums[t] += kInPlace ? more[t] >> 4 : more[t];
    }
  }
};

// kLanes rows and T tokens, `first` on. The scales are rounded into each product the same way for
// any T, and groups are added in order.
template <class Code, std::size_t T>
SR_INLINE void block_product(const std::uint8_t* w, const Quantised& x, std::size_t first,
                             const Ahead& ahead, F* out) {
  const auto groups = 2 * x.records, width = x.records * kRecord;
  const auto* values = x.values + first * width;
  const auto* scales = x.scales + first * groups;
  const auto* sums = x.sums + first * groups;
  SR_UNROLL for (std::size_t t = 0; t < T; ++t) out[t] = F{};
  constexpr auto kRecordBytes = kScaleBytes + 2 * Code::kGroupBytes;
  for (std::size_t record = 0; record < x.records; ++record) {
    if constexpr (T <= kFew) ahead.fetch<kRecordBytes>(w);
    SR_UNROLL for (std::size_t half = 0; half < 2; ++half) {
      I sum[T];
      SR_UNROLL for (std::size_t t = 0; t < T; ++t) {
        sum[t] = I{};
        if constexpr (Code::kOffsetBits > 0) {
          sum[t] -= splat(sums[t * groups + half]) << Code::kOffsetBits;
        }
      }
      Code::template add<T>(sum, w + kScaleBytes + half * Code::kGroupBytes,
                            values + half * kGroup, width);
      const F scale = load(reinterpret_cast<const std::uint16_t*>(w) + half * kLanes);
      SR_UNROLL for (std::size_t t = 0; t < T; ++t) {
        out[t] = madd(to_floats(sum[t]), scale * scales[t * groups + half], out[t]);
      }
    }
    w += kRecordBytes;
    values += kRecord;
    scales += 2;
    sums += 2;
  }
}

template <class Code, std::size_t T>
void block_rows(const std::uint8_t* w, const Quantised& x, std::size_t token, std::size_t row,
                std::size_t rows, const Ahead& ahead, const Target& to) {
  F out[T];
  block_product<Code, T>(w, x, token, ahead, out);
  SR_UNROLL for (std::size_t t = 0; t < T; ++t) {
    float* const y = to.y + (token + t) * to.stride + row;
    if (rows == kLanes) {
      store(y, to.bias == nullptr ? out[t] : out[t] + load(to.bias + row));
    } else {
      store_part(y, to.bias == nullptr ? out[t] : out[t] + load_part(to.bias + row, rows), rows);
    }
  }
}

template <class Code>
void grouped(const std::uint8_t* w, const Quantised& x, std::size_t tokens, const Rows& range,
             const Target& to) {
  constexpr std::size_t kTokens = kLanes == 16 ? 8 : 4;  // what the registers hold
  const auto block_bytes = x.records * (kScaleBytes + 2 * Code::kGroupBytes);
  const auto [first, last, next] = range;
  const Ahead ahead(w + (last + kLanes - 1) / kLanes * block_bytes, next);
  w += first / kLanes * block_bytes;
  for (auto row = first; row < last; row += kLanes, w += block_bytes) {
    const auto rows = last - row < kLanes ? last - row : kLanes;
    std::size_t t = 0;
    for (; t + kTokens <= tokens; t += kTokens) {
      block_rows<Code, kTokens>(w, x, t, row, rows, ahead, to);
    }
    for (; t + 2 <= tokens; t += 2) block_rows<Code, 2>(w, x, t, row, rows, ahead, to);
    if (t < tokens) block_rows<Code, 1>(w, x, t, row, rows, ahead, to);
  }
}

void quantise(const float* x, std::size_t size, std::size_t token, const Quantised& out) {
  auto* values = out.values + token * out.records * kRecord;
  for (std::size_t group = 0; group < 2 * out.records; ++group, values += kGroup) {
    F piece[kGroup / kLanes], most{};
    for (std::size_t i = 0; i < kGroup / kLanes; ++i) {
      const auto at = group * kGroup + i * kLanes;
      const auto left = at < size ? size - at : 0;
      piece[i] = left >= kLanes ? load(x + at) : left > 0 ? load_part(x + at, left) : F{};
      most = larger(most, absolute(piece[i]));
    }
    float largest = 0;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      largest = most[lane] > largest ? most[lane] : largest;
    }
    // Smaller than that would make its reciprocal infinite; such a group counts as zeros.
    const float factor = largest > 1e-30F ? 127.0F / largest : 0.0F;
    I sum{};
    for (std::size_t i = 0; i < kGroup / kLanes; ++i) {
      // Rounds to the nearest whole number, which is then in the low bits.
      const U shifted = bits(madd(piece[i], splat(factor), splat(12582912.0F)));
      const I value = reinterpret_cast<I>(shifted) - 0x4B400000;
      sum += value;
      typedef std::int8_t Small __attribute__((vector_size(kLanes)));
      const Small small = __builtin_convertvector(value, Small);
      __builtin_memcpy(values + i * kLanes, &small, sizeof small);
    }
    std::int32_t total = 0;
    for (std::size_t lane = 0; lane < kLanes; ++lane) total += sum[lane];
    out.scales[token * 2 * out.records + group] = largest / 127.0F;
    out.sums[token * 2 * out.records + group] = total;
  }
}

}  // namespace
}  // namespace sr::cpu
