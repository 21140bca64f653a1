#include "ops.h"

#include <algorithm>
#include <cmath>

#include "quant.h"

namespace sr::cpu {

namespace {

constexpr std::size_t kChunkBytes = 128 * 1024;  // of weights: some microseconds
constexpr std::size_t kBlock = 16;              // rows; a multiple of every kernel's lanes

bool grouped(const Matrix& matrix) { return matrix.packed != nullptr; }

// Rows that one thread takes at once: many, so that it reads on in one place, but several pieces
// for each thread.
std::size_t grain(const Compute& c, const Matrix& matrix) {
  const auto rows = static_cast<std::size_t>(matrix.rows), row = matrix.bytes / rows + 1;
  const auto share = rows / (4 * static_cast<std::size_t>(c.team.threads()));
  return std::max(kBlock, std::min(share, kChunkBytes / row) / kBlock * kBlock);
}

}  // namespace

Input prepare(const Compute& c, const hybrid::Linear& linear, const float* x, std::size_t stride,
              int tokens) {
  Input out{x, stride, static_cast<std::size_t>(tokens), {}};
  const auto& matrix = c.weights.matrix(linear.weight);
  if (!grouped(matrix)) return out;
  auto& q = out.quantised;
  q.records = packing(matrix, c.kernels).records();
  q.values = c.work.take<std::int8_t>(out.tokens * q.records * kRecord);
  q.scales = c.work.take(out.tokens * q.records * 2);
  q.sums = c.work.take<std::int32_t>(out.tokens * q.records * 2);
  const auto size = static_cast<std::size_t>(linear.in);
  each_token(c, tokens, size, [&](std::size_t t) {
    c.kernels.quantise(x + t * stride, size, t, q);
  });
  return out;
}

void rows(const Compute& c, const Product& product, const Input& input, std::size_t first,
          std::size_t last) {
  const auto& matrix = c.weights.matrix(product.linear.weight);
  const auto columns = static_cast<std::size_t>(product.linear.in);
  const Target to{product.y, static_cast<std::size_t>(product.linear.out),
                  c.weights.vector(product.linear.bias)};
  switch (matrix.format) {
    case Format::kF32:
      return c.kernels.product_f32(matrix.f32, columns, input.x, input.stride, input.tokens, first,
                                   last, to);
    case Format::kBF16:
      return c.kernels.product_bf16(matrix.bf16, columns, input.x, input.stride, input.tokens,
                                    first, last, to);
    case Format::kInt8:
      return c.kernels.product_int8(matrix.packed, input.quantised, input.tokens, first, last, to);
    case Format::kInt4:
      return c.kernels.product_int4(matrix.packed, input.quantised, input.tokens, first, last, to);
  }
}

void linear(const Compute& c, std::initializer_list<Product> products, const float* x,
            std::size_t stride, int tokens) {
  const Workspace::Scope scope(c.work);
  const auto& first = *products.begin();
  const auto quantised = std::ranges::find_if(products, [&](const Product& p) {
    return grouped(c.weights.matrix(p.linear.weight));
  });
  const auto input = prepare(c, quantised == products.end() ? first.linear : quantised->linear, x,
                             stride, tokens);
  const auto chunks = [&](const Product& p) {
    const auto size = grain(c, c.weights.matrix(p.linear.weight));
    return (static_cast<std::size_t>(p.linear.out) + size - 1) / size;
  };
  std::size_t count = 0;
  for (const auto& product : products) count += chunks(product);
  c.team.each(count, 1, [&](std::size_t chunk, std::size_t last_chunk) {
    for (const auto& product : products) {
      const auto mine = chunks(product), size = grain(c, c.weights.matrix(product.linear.weight));
      const auto out = static_cast<std::size_t>(product.linear.out);
      for (; chunk < std::min(mine, last_chunk); ++chunk) {
        rows(c, product, input, chunk * size, std::min(out, (chunk + 1) * size));
      }
      if (chunk >= last_chunk) return;
      chunk -= mine;
      last_chunk -= mine;
    }
  });
}

void rms_norm(const Compute& c, const hybrid::Norm& norm, const float* x, float* y) {
  c.kernels.rms_norm(x, c.weights.vector(norm.weight), static_cast<std::size_t>(norm.size),
                     norm.eps, y);
}

void embed(const Compute& c, hybrid::WeightId table, std::int32_t token, float multiplier,
           float* out) {
  const auto& matrix = c.weights.matrix(table);
  const auto row = static_cast<std::size_t>(token);
  const auto columns = static_cast<std::size_t>(matrix.columns);
  if (matrix.packed != nullptr) {
    packing(matrix, c.kernels).unpack(matrix.packed, row, out);
  } else {
    for (std::size_t i = 0; i < columns; ++i) {
      const auto at = row * columns + i;
      out[i] = matrix.f32 != nullptr ? matrix.f32[at] : hybrid::from_bf16(matrix.bf16[at]);
    }
  }
  if (multiplier != 1) c.kernels.scale(out, multiplier, columns);
}

float sigmoid(float x) noexcept { return 1 / (1 + std::exp(-x)); }

}  // namespace sr::cpu
