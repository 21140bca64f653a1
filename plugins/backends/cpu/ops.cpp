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

// What one thread does at once.
struct Piece {
  std::span<const Product> products;  // as long as each other
  Rows rows;
};
struct Pieces {
  std::span<Piece> all;  // in the order of memory
  std::size_t middle;    // where the second half begins (team.h)
};

std::size_t row_bytes(const Compute& c, std::span<const Product> products) {
  std::size_t out = 0;
  for (const auto& p : products) out += c.weights.matrix(p.linear.weight).row_bytes;
  return out;
}

const std::byte* at(const Compute& c, const Product& product, std::size_t row) {
  return c.weights.matrix(product.linear.weight).row(row);
}

std::size_t rows_of(const Product& product) { return static_cast<std::size_t>(product.linear.out); }

// Fills in where the thread that takes a piece goes on reading: `workers` share each half, and
// after these comes the same half of what is read after `last`.
void link(const Compute& c, const Pieces& pieces, const Product& last, std::size_t workers) {
  const auto next = c.weights.matrix(last.linear.weight).next;
  for (std::size_t i = 0; i < pieces.all.size(); ++i) {
    const bool second = i >= pieces.middle;
    const auto then = i + workers;
    if (then < (second ? pieces.all.size() : pieces.middle)) {
      const auto& piece = pieces.all[then];
      pieces.all[i].rows.next = at(c, piece.products.front(), piece.rows.first);
    } else {
      pieces.all[i].rows.next = half(c, next, second);
    }
  }
}

Pieces cut(const Compute& c, std::span<const Product> products, std::size_t tokens) {
  const bool together = std::ranges::all_of(
      products, [&](const Product& p) { return p.linear.out == products.front().linear.out; });
  const auto step = together ? products.size() : 1;
  std::size_t most = 1, total = 0;  // pieces; bytes
  for (const auto& product : products) {
    most += rows_of(product) / kBlock + 2;
    total += rows_of(product) * row_bytes(c, {&product, 1});
  }
  const auto threads = static_cast<std::size_t>(c.team.ready());
  const auto until = threads > 1 ? total / 2 : total, workers = (threads + 1) / 2;
  const auto longest = std::clamp(kPieceWork / tokens, kShortPiece, kLongPiece);
  auto* const out = c.work.take<Piece>(most);
  std::size_t count = 0, done = 0, middle = 0;
  bool second = false;
  for (std::size_t i = 0; i < products.size(); i += step) {
    const auto of = products.subspan(i, step);
    const auto row = row_bytes(c, of), rows = rows_of(of.front());
    for (std::size_t first = 0; first < rows;) {
      // Rows that still belong to the first half.
      const auto here = (until - std::min(until, done)) / row / kBlock * kBlock;
      if (!second && here == 0) {
        second = true;
        middle = count;
      }
      const auto left = (second ? total : until) - done;
      const auto bytes =
          threads > 1 ? std::clamp(left / (2 * workers), kShortPiece, longest) : left;
      auto last = std::min(rows, first + std::max(kBlock, bytes / row / kBlock * kBlock));
      if (!second) last = std::min(last, first + here);
      out[count++] = {of, {first, last}};
      done += (last - first) * row;
      first = last;
    }
  }
  if (!second) middle = count;
  const Pieces pieces{{out, count}, middle};
  link(c, pieces, products.back(), workers);
  return pieces;
}

}  // namespace

const void* half(const Compute& c, hybrid::WeightId id, bool second) {
  if (!id) return nullptr;
  const auto& matrix = c.weights.matrix(id);
  return matrix.row(second ? static_cast<std::size_t>(matrix.rows) / 2 / kBlock * kBlock : 0);
}

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

void multiply(const Compute& c, const Product& product, const Input& input, const Rows& rows) {
  const auto& matrix = c.weights.matrix(product.linear.weight);
  const auto columns = static_cast<std::size_t>(product.linear.in);
  const Target to{product.y, rows_of(product), c.weights.vector(product.linear.bias)};
  switch (matrix.format) {
    case Format::kF32:
      return c.kernels.product_f32(matrix.f32, columns, input.x, input.stride, input.tokens, rows,
                                   to);
    case Format::kBF16:
      return c.kernels.product_bf16(matrix.bf16, columns, input.x, input.stride, input.tokens, rows,
                                    to);
    case Format::kInt8:
      return c.kernels.product_int8(matrix.packed, input.quantised, input.tokens, rows, to);
    case Format::kInt4:
      return c.kernels.product_int4(matrix.packed, input.quantised, input.tokens, rows, to);
  }
}

void linear(const Compute& c, std::initializer_list<Product> products, const float* x,
            std::size_t stride, int tokens, const Then& then) {
  const Workspace::Scope scope(c.work);
  const auto& first = *products.begin();
  const auto quantised = std::ranges::find_if(products, [&](const Product& p) {
    return grouped(c.weights.matrix(p.linear.weight));
  });
  const auto input = prepare(c, quantised == products.end() ? first.linear : quantised->linear, x,
                             stride, tokens);
  const auto pieces = cut(c, products, input.tokens);
  const auto make = [&](const Piece& piece) {
    for (std::size_t i = 0; i < piece.products.size(); ++i) {
      auto rows = piece.rows;
      if (i + 1 < piece.products.size()) rows.next = at(c, piece.products[i + 1], rows.first);
      multiply(c, piece.products[i], input, rows);
    }
    then(piece.rows.first, piece.rows.last);
  };
  c.team.each(pieces.all.size(), 1, pieces.middle, [&](std::size_t begin, std::size_t end) {
    std::for_each(pieces.all.begin() + static_cast<std::ptrdiff_t>(begin),
                  pieces.all.begin() + static_cast<std::ptrdiff_t>(end), make);
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
