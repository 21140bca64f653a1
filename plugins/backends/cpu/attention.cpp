#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "mixers.h"

namespace sr::cpu {

namespace {

using hybrid::Attention;

static_assert(kBlockTokens == kKeys && hybrid::kBlockPad == kSumLanes,
              "the kernels read whole blocks, and whole vectors behind them");

std::size_t z(int i) { return static_cast<std::size_t>(i); }

// Rotates the first dimensions of one head, dimension i with dimension i + size, by angles whose
// `size` cosines lie before their sines.
void rotate(const float* angles, std::size_t size, float* head) {
  const float* const sines = angles + size;
  for (std::size_t i = 0; i < size; ++i) {
    const float x = head[i], y = head[i + size];
    head[i] = x * angles[i] - y * sines[i];
    head[i + size] = y * angles[i] + x * sines[i];
  }
}

void fill_angles(const Attention& a, std::uint64_t position, float* angles) {
  const auto size = a.frequencies.size();
  for (std::size_t i = 0; i < size; ++i) {
    const float angle = static_cast<float>(position) * a.frequencies[i];
    angles[i] = std::cos(angle) * a.rotated_scale;
    angles[size + i] = std::sin(angle) * a.rotated_scale;
  }
}

// What one layer projected for the tokens of a call.
struct Projected {
  float *q, *k, *v;    // (tokens, q_row), (tokens, kv_row)
  std::size_t q_row, kv_row;
  std::size_t q_step;  // from one head's query to the next; a gate may lie between
};

// Norms and rotates one token's queries and keys, and stores its keys and values.
void store(const Batch& batch, const Attention& a, const Layout::Cache& cache, const Projected& p,
           const State& state, std::uint64_t position, std::size_t token, float* angles) {
  const auto& c = batch.compute;
  const auto turned = a.frequencies.size();
  fill_angles(a, position, angles);
  float* const block = state.block(position);
  for (std::size_t h = 0; h < cache.heads; ++h) {
    float* const key = p.k + token * p.kv_row + h * cache.head_dim;
    if (a.key_multiplier != 1) c.kernels.scale(key, a.key_multiplier, cache.head_dim);
    if (a.k_norm) rms_norm(c, *a.k_norm, key, key);
    rotate(angles, turned, key);
    const auto row = State::row(position);
    float* const keys = block + cache.keys + cache.head(h) + row;
    for (std::size_t d = 0; d < cache.head_dim; ++d) keys[d * kBlockTokens] = key[d];
    std::copy_n(p.v + token * p.kv_row + h * cache.head_dim, cache.head_dim,
                block + cache.values + cache.head(h) + row * cache.head_dim);
  }
  for (std::size_t h = 0; h < z(a.heads); ++h) {
    float* const query = p.q + token * p.q_row + h * p.q_step;
    if (a.q_norm) rms_norm(c, *a.q_norm, query, query);
    rotate(angles, turned, query);
  }
}

// What a token sees: positions [0, pinned) and [first, end).
struct Sight {
  std::uint64_t pinned, first, end;
};

Sight sight(const State& state, std::uint64_t window, std::uint64_t token) {
  const auto end = state.length + token + 1;
  if (window == 0 || end <= state.pinned + window) return {0, 0, end};
  return {state.pinned, end - window, end};
}

// The positions of the block that begins at `start`, a bit for each.
std::uint64_t bits(const Sight& seen, std::uint64_t start) {
  const auto below = [&](std::uint64_t position) {
    const auto count = position > start ? position - start : 0;
    return count >= kBlockTokens ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
  };
  return below(seen.pinned) | (below(seen.end) & ~below(seen.first));
}

// The queries of one sequence's new tokens: KV head after KV head, for each its tokens, for each of
// these the query heads that share it.
struct Queries {
  const Projected& projected;
  std::size_t first_token;  // of the call
  std::size_t group, rows;  // query heads of a KV head; rows of a KV head
  float* q;                 // (heads, rows, head_dim), with the scale
  Attended read;            // of all heads
};

// Rows [first, last) of one KV head.
struct Piece {
  std::size_t kv_head, first, last;
};

// Calls fn(row of all, token of the call, head).
template <class Fn>
void each_row(const Queries& queries, const Piece& piece, const Fn& fn) {
  for (auto row = piece.first; row < piece.last; ++row) {
    fn(piece.kv_head * queries.rows + row, queries.first_token + row / queries.group,
       piece.kv_head * queries.group + row % queries.group);
  }
}

void gather(const Attention& a, std::size_t dim, const Queries& queries, const Piece& piece) {
  constexpr float kLog2e = 1.44269504F;  // weights are powers of two
  const auto& p = queries.projected;
  each_row(queries, piece, [&](std::size_t row, std::size_t token, std::size_t head) {
    const float* const query = p.q + token * p.q_row + head * p.q_step;
    for (std::size_t d = 0; d < dim; ++d) {
      queries.q[row * dim + d] = query[d] * (a.scale * kLog2e);
    }
    queries.read.most[row] = -INFINITY;
    std::fill_n(queries.read.sums + row * kSumLanes, kSumLanes, 0.0F);
    std::fill_n(queries.read.out + row * queries.read.width, queries.read.width, 0.0F);
  });
}

void read(const Compute& c, const Layout::Cache& cache, const State& state, std::uint64_t window,
          const Queries& queries, const Piece& piece) {
  const auto token = [&](std::size_t row) { return row / queries.group; };
  const auto earliest = sight(state, window, token(piece.first));
  const auto latest = sight(state, window, token(piece.last - 1));
  const Sight some{latest.pinned, earliest.first, latest.end};  // what at least one of them sees
  const auto row = piece.kv_head * queries.rows + piece.first;
  const Attended to{queries.read.most + row, queries.read.sums + row * kSumLanes,
                    queries.read.out + row * queries.read.width, queries.read.width};
  const auto head = cache.head(piece.kv_head);
  const auto fetch_block = [&](std::uint64_t start) {
    if (start >= latest.end || bits(some, start) == 0) return;
    const float* const block = state.block(start);
    fetch(block + cache.keys + head, cache.head(1) * sizeof(float));
    fetch(block + cache.values + head, cache.head(1) * sizeof(float));
  };
  fetch_block(0);
  std::uint64_t seen[kQueries];
  for (std::uint64_t start = 0; start < latest.end; start += kBlockTokens) {
    const auto any = bits(some, start);
    fetch_block(start + kBlockTokens);
    if (any == 0) continue;
    const bool all = ~(bits(earliest, start) & bits(latest, start)) == 0;
    for (auto i = piece.first; i < piece.last && !all; ++i) {
      seen[i - piece.first] = bits(sight(state, window, token(i)), start);
    }
    const float* const block = state.block(start);
    c.kernels.attend({.q = queries.q + row * cache.head_dim,
                      .keys = block + cache.keys + head,
                      .values = block + cache.values + head,
                      .seen = all ? nullptr : seen,
                      .queries = piece.last - piece.first,
                      .head_dim = cache.head_dim,
                      .keys_read = kBlockTokens - z(std::countl_zero(any))},
                     to);
  }
}

// What was read, through the gate, to out (tokens, heads, head_dim).
void put(const Compute& c, const Attention& a, std::size_t dim, const Queries& queries,
         const Piece& piece, float* out) {
  const auto& p = queries.projected;
  each_row(queries, piece, [&](std::size_t row, std::size_t token, std::size_t head) {
    float* const to = out + (token * z(a.heads) + head) * dim;
    const float* const sums = queries.read.sums + row * kSumLanes;
    std::copy_n(queries.read.out + row * queries.read.width, dim, to);
    c.kernels.scale(to, 1 / std::accumulate(sums, sums + kSumLanes, 0.0F), dim);
    if (!a.gated) return;
    const float* const gate = p.q + token * p.q_row + head * p.q_step + dim;
    for (std::size_t d = 0; d < dim; ++d) to[d] *= sigmoid(gate[d]);
  });
}

// Rows of a piece: many, since they share what is read from memory, but a piece for each thread,
// and none that takes long. A row costs `work` numbers.
std::size_t piece_rows(const Team& team, std::size_t rows, std::size_t kv_heads,
                       std::uint64_t work) {
  constexpr std::size_t kEven = 8, kLong = std::size_t{1} << 23;
  const auto threads = z(team.threads());
  const auto most = std::clamp<std::size_t>(kLong / (work + 1), 1, kQueries);
  const auto pieces = std::max((rows + most - 1) / most, (threads + kv_heads - 1) / kv_heads);
  const auto out = (rows + pieces - 1) / pieces;
  return out <= kEven ? out : std::min(most, (out + kEven - 1) / kEven * kEven);  // kernels like that
}

}  // namespace

void mix(const Batch& batch, const Attention& a, const Layout::Slot& slot, const float* x,
         float* y) {
  const auto& c = batch.compute;
  const auto& cache = batch.layout.caches[z(slot.cache)];
  const Workspace::Scope scope(c.work);
  const auto tokens = z(batch.tokens), heads = z(a.heads), dim = cache.head_dim;
  const auto width = (dim + kSumLanes - 1) / kSumLanes * kSumLanes;
  const auto window = batch.layout.window.size;
  const Projected p{.q = c.work.take(tokens * z(a.q.out)),
                    .k = c.work.take(tokens * cache.heads * dim),
                    .v = c.work.take(tokens * cache.heads * dim),
                    .q_row = z(a.q.out),
                    .kv_row = cache.heads * dim,
                    .q_step = a.gated ? 2 * dim : dim};
  float* const out = c.work.take(tokens * heads * dim);
  float* const angles = c.work.take(tokens * 2 * a.frequencies.size());
  Queries queries{.projected = p,
                  .first_token = 0,
                  .group = heads / cache.heads,
                  .rows = 0,
                  .q = c.work.take(tokens * heads * dim),
                  .read = {.most = c.work.take(tokens * heads),
                           .sums = c.work.take(tokens * heads * kSumLanes),
                           .out = c.work.take(tokens * heads * width),
                           .width = width}};
  linear(c, {{a.q, p.q}, {a.k, p.k}, {a.v, p.v}}, x, z(batch.hidden), batch.tokens);

  for (const auto& span : batch.spans) {
    const auto& state = *span.state;
    const auto first = z(span.first);
    each_token(c, span.count, p.q_row, [&](std::size_t t) {
      store(batch, a, cache, p, state, state.length + t, first + t,
            angles + (first + t) * 2 * a.frequencies.size());
    });
    queries.first_token = first;
    queries.rows = z(span.count) * queries.group;
    const auto keys = std::min(state.length + z(span.count),
                               window == 0 ? UINT64_MAX : state.pinned + window);
    const auto size = piece_rows(c.team, queries.rows, cache.heads, keys * dim);
    const auto pieces = (queries.rows + size - 1) / size;
    constexpr std::size_t kWorth = 8192;
    const auto grain = std::max<std::size_t>(1, kWorth / (size * keys * dim + 1));
    c.team.each(cache.heads * pieces, grain, [&](std::size_t begin, std::size_t end) {
      for (auto i = begin; i < end; ++i) {
        const auto from = i % pieces * size;
        const Piece piece{i / pieces, from, std::min(queries.rows, from + size)};
        gather(a, dim, queries, piece);
        read(c, cache, state, window, queries, piece);
        put(c, a, dim, queries, piece, out);
      }
    });
  }
  linear(c, a.o, out, heads * dim, batch.tokens, y);
}

}  // namespace sr::cpu
