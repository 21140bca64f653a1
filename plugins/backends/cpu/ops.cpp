#include "ops.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "quant.h"

namespace sr::cpu {

namespace {

constexpr std::size_t kBlock = 16;  // rows; a multiple of every kernel's lanes
// Bytes of weights that one thread takes at once: long pieces, since memory is read fastest on and
// on in one place, and shorter ones towards the end, so that all threads end together.
constexpr std::size_t kLongPiece = 512 * 1024, kShortPiece = 32 * 1024;
// Fewer with many tokens, each of which costs as much again: a piece takes some microseconds.
constexpr std::size_t kPieceWork = 8192 * 1024;

bool grouped(const Matrix& matrix) { return matrix.packed != nullptr; }

struct Piece {
  const Product* product;
  std::size_t first, last;  // rows
};

std::span<const Piece> cut(const Compute& c, std::initializer_list<Product> products,
                           std::size_t tokens) {
  std::size_t most = 0, left = 0;  // pieces; bytes
  for (const auto& product : products) {
    const auto& matrix = c.weights.matrix(product.linear.weight);
    most += static_cast<std::size_t>(matrix.rows) / kBlock + 1;
    left += matrix.bytes;
  }
  const auto longest = std::clamp(kPieceWork / tokens, kShortPiece, kLongPiece);
  auto* const out = c.work.take<Piece>(most);
  std::size_t count = 0;
  for (const auto& product : products) {
    const auto& matrix = c.weights.matrix(product.linear.weight);
    const auto rows = static_cast<std::size_t>(matrix.rows), row = matrix.bytes / rows + 1;
    for (std::size_t first = 0; first < rows;) {
      const auto share = left / (2 * static_cast<std::size_t>(c.team.threads()));
      const auto bytes = std::clamp(share, kShortPiece, longest);
      const auto last = std::min(rows, first + std::max(kBlock, bytes / row / kBlock * kBlock));
      out[count++] = {&product, first, last};
      left -= std::min(left, (last - first) * row);
      first = last;
    }
  }
  return {out, count};
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
  const auto pieces = cut(c, products, input.tokens);
  c.team.each(pieces.size(), 1, [&](std::size_t first_piece, std::size_t last_piece) {
    for (const auto& piece : pieces.subspan(first_piece, last_piece - first_piece)) {
      rows(c, *piece.product, input, piece.first, piece.last);
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
