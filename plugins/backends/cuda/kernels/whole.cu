// A step as one kernel. Each warp has a ring of its own in shared memory, into which the copy
// engine brings the rows that the warp multiplies next, of later operations too; while an operation
// waits for its input, memory goes on. Nothing but what is waited for goes from block to block, so
// that there are no barriers between them.
#include "number.cuh"
#include "whole_attention.cuh"
#include "whole_mamba1.cuh"
#include "whole_mamba2.cuh"

namespace sr::cuda::whole {

#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 900

// What the end of a row needs beside its sum, made ready before that is there.
constexpr int kTaps = 4;
struct End {
  float* to;
  const float* before;       // what is added to; nullptr: nothing
  int sums, parts, channel;  // channel: of the convolution; -1: none
  float scale, bias, other_bias;
  float weight[kTaps], past[kTaps - 1], convolved;
};
__device__ __forceinline__ void make_ready(const Whole& w, const WholeProduct& p,
                                           const Piece* pieces, const Part& part, bool gated,
                                           int local, End& end) {
  int o = 0, rows_before = 0, base = 0, sums = 0;  // base: the first local row of the output
  if (!gated) {
    while (o + 1 < p.count && local >= base + pieces[o].size) {
      rows_before += p.outputs[o].rows;
      sums += pieces[o].size * pieces[o].parts;
      base += pieces[o++].size;
    }
  }
  const auto& out = p.outputs[o];
  const int row = pieces[o].first + local - base;
  end.parts = out.parts;
  end.sums = sums + (local - base) * end.parts;
  end.scale = out.scale;
  end.bias = out.bias != nullptr ? out.bias[row] : 0;
  end.other_bias = gated && p.outputs[1].bias != nullptr ? p.outputs[1].bias[row] : 0;
  end.to = p.lines != 0 ? w.lines[0] + row : w.values + out.y + row;
  end.before = p.before >= 0 ? w.values + p.before + row : nullptr;
  const int channel = rows_before + row - p.then_first;
  end.channel = channel >= 0 && channel < p.then_channels ? channel : -1;
  if (end.channel < 0) return;
  end.to = w.values + p.then_y + channel;  // nobody reads what goes through the convolution
  end.convolved = p.then_bias != nullptr ? p.then_bias[channel] : 0;
  const float* const before = part.before + p.then_slot + channel;
#pragma unroll
  for (int k = 0; k < kTaps; ++k) {  // the last taps are the newest
    const int tap = p.then_kernel - kTaps + k;
    end.weight[k] = tap >= 0 ? p.then_weight[tap * p.then_channels + channel] : 0;
    if (k + 1 < kTaps) {
      end.past[k] = tap >= 0 && part.count > 0 ? before[tap * p.then_channels] : 0;
    }
  }
}

__device__ __forceinline__ void bring_near(const void* at) {
  asm volatile("prefetch.global.L2 [%0];" ::"l"(at) : "memory");
}
// What the next operation reads beside its input.
__device__ __noinline__ void bring_near(const WholeProduct& p, const Piece* pieces,
                                        const Part& part) {
  const int thread = static_cast<int>(threadIdx.x);
  if (p.norm != nullptr && thread == 0) {  // the blocks share it out
    for (int i = blockIdx.x * 32; i < p.columns; i += gridDim.x * 32) bring_near(p.norm + i);
  }
  if (p.then_channels == 0) return;
  int rows_before = 0;
  for (int o = 0; o < p.count; ++o) {
    const int channel = rows_before + pieces[o].first - p.then_first + thread;
    if (thread < pieces[o].size && channel >= 0 && channel < p.then_channels) {
      for (int k = 0; k < p.then_kernel; ++k) {
        bring_near(p.then_weight + k * p.then_channels + channel);
        if (k + 1 < p.then_kernel) {
          bring_near(part.before + p.then_slot + k * p.then_channels + channel);
        }
      }
    }
    rows_before += p.outputs[o].rows;
  }
}
__device__ __noinline__ void bring_near(const WholeStep1& a, const Part& part) {
  const int thread = static_cast<int>(threadIdx.x);
  const int start = share(a.inner, blockIdx.x), count = share(a.inner, blockIdx.x + 1) - start;
  const auto* const dt = a.dt.values + static_cast<std::int64_t>(start) * a.dt.row_bytes;
  for (int i = thread * 128; i < count * a.dt.row_bytes; i += kThreads * 128) bring_near(dt + i);
  if (a.dt.scales != nullptr) {
    for (int i = thread * 64; i < count * a.dt.groups; i += kThreads * 64) {
      bring_near(a.dt.scales + start * a.dt.groups + i);
    }
  }
  for (int i = thread * 32; i < count * a.state; i += kThreads * 32) {
    const std::int64_t cell = static_cast<std::int64_t>(start) * a.state + i;
    bring_near(a.decay + cell);
    bring_near(part.before + a.slot + cell);
  }
}

template <class Prepare, class HandOn>
__device__ __forceinline__ void run(const Whole& w, const Part& part, const WholeProduct& p,
                                    float* squares_of, Ring& ring, const Block& block,
                                    const Prepare& prepare, const HandOn& hand_on) {
  const auto mode = static_cast<Product::Mode>(p.mode);
  const bool gated = mode == Product::Mode::kGated;
  const int thread = static_cast<int>(threadIdx.x);
  const auto* const pieces = ring.pieces + p.first;
  int all = pieces[0].size;
  End end;
  float gate_scale = 1, x_scale = 1, eps = -1, before = 0;
  bool relu2 = false;
  const auto meanwhile = [&] {
    for (int o = 1; o < p.count && !gated; ++o) all += pieces[o].size;
    gate_scale = p.gate_scale;
    x_scale = p.x_scale;
    eps = p.eps;
    relu2 = p.relu2 != 0;
    if (thread < all) {
      make_ready(w, p, pieces, part, gated, thread, end);
      if (end.before != nullptr) before = ask(end.before);
    }
    prepare();
  };
  const auto kind = static_cast<Kind>(p.kind);
  float squares = 0;
  switch (kind) {
    case Kind::kF32:
      squares = stage<Kind::kF32>(p, w.values, block.x, meanwhile);
      break;
    case Kind::kBF16:
      squares = stage<Kind::kBF16>(p, w.values, block.x, meanwhile);
      break;
    case Kind::kInt8:
      squares = stage<Kind::kInt8>(p, w.values, block.x, meanwhile);
      break;
    case Kind::kInt4:
      squares = stage<Kind::kInt4>(p, w.values, block.x, meanwhile);
      break;
  }
  if (eps >= 0) {
    squares = warp_sum(squares);
    if (thread % 32 == 0) squares_of[thread / 32] = squares;
  }
  meet();
  hand_on();
  switch (kind) {
    case Kind::kF32:
      multiply_rows<Kind::kF32>(p.columns, pieces, p.count, ring, block);
      break;
    case Kind::kBF16:
      multiply_rows<Kind::kBF16>(p.columns, pieces, p.count, ring, block);
      break;
    case Kind::kInt8:
      multiply_rows<Kind::kInt8>(p.columns, pieces, p.count, ring, block);
      break;
    case Kind::kInt4:
      multiply_rows<Kind::kInt4>(p.columns, pieces, p.count, ring, block);
      break;
  }
  meet();
  float norm = x_scale;
  if (eps >= 0) {
    float sum = 0;
#pragma unroll
    for (int i = 0; i < kWarps; ++i) sum += squares_of[i];
    norm *= rsqrtf(sum / static_cast<float>(p.columns) + eps);
  }
  for (int local = thread; local < all; local += kThreads) {
    if (local != thread) {
      make_ready(w, p, pieces, part, gated, local, end);
      if (end.before != nullptr) before = ask(end.before);
    }
    while (missing(before)) before = ask(end.before);
    const auto sum_of = [&](int at) {
      float sum = block.sums[at];
      for (int i = 1; i < end.parts; ++i) sum += block.sums[at + i];
      return sum * norm;
    };
    float value = sum_of(end.sums) + end.bias;
    if (gated) {
      value = activated(relu2, value * gate_scale) *
              (sum_of((all + local) * end.parts) + end.other_bias);
    }
    if (mode == Product::Mode::kActivate) value = activated(relu2, value);
    value *= end.scale;
    if (end.channel < 0) {
      put(end.to, before + value);
      continue;
    }
    float sum = end.convolved;
#pragma unroll
    for (int k = 0; k + 1 < kTaps; ++k) sum = fmaf(end.weight[k], end.past[k], sum);
    sum = fmaf(end.weight[kTaps - 1], value, sum);
    put(end.to, p.then_silu ? quick_silu(sum) : sum);
    if (part.count == 0) continue;
    float* const after = part.after + p.then_slot + end.channel;
#pragma unroll
    for (int k = 1; k < kTaps; ++k) {
      const int tap = p.then_kernel - kTaps + k - 1;  // of `after`
      if (tap >= 0) after[tap * p.then_channels] = k + 1 < kTaps ? end.past[k] : value;
    }
  }
}

#endif

}  // namespace sr::cuda::whole

namespace sr::cuda {

using namespace whole;

namespace {

__global__ void __launch_bounds__(kThreads + 32, 1)
    whole_kernel(const __grid_constant__ Whole w, const Batch batch) {
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 900
  extern __shared__ __align__(128) std::byte shared[];
  const Room room(w);
  auto* const head = reinterpret_cast<Head*>(shared);
  const Block block{head, reinterpret_cast<float*>(shared + room.sums),
                    reinterpret_cast<float*>(shared + room.x)};
  const int thread = static_cast<int>(threadIdx.x), warp = thread / 32;
  auto* const pieces = reinterpret_cast<Piece*>(shared + room.pieces);
  auto* const bars = reinterpret_cast<std::uint64_t*>(shared + room.bars);
  for (int i = thread; i < w.rows_count; i += kThreads + 32) pieces[i] = piece_of(w.rows[i]);
  if (thread < kWarps) head->done[thread] = 0;
  if (thread == 0) {
    for (int i = 0; i < kWarps * w.slots; ++i) {
      asm volatile("mbarrier.init.shared::cta.b64 [%0], 1;" ::"r"(address(bars + i)) : "memory");
    }
    asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
  }
  __syncthreads();
  if (warp == kWarps) {
    ask_for_tiles(w, pieces, shared + room.rings, bars, head->done);
    return;
  }
  Ring ring;
  ring.pieces = pieces;
  ring.slots = shared + room.rings + warp * w.slots * w.slot;
  ring.bars = bars + warp * w.slots;
  ring.done_at = head->done + warp;
  ring.count = w.slots;
  ring.size = w.slot;
  ring.slot = ring.parity = 0;
  ring.tile = warp;
  ring.taken = 0;

  constexpr int kPieces = sizeof(WholeOp) / 16;
  static_assert(kPieces <= kThreads);
  const auto* const words = reinterpret_cast<const uint4*>(w.ops);
  const auto ask_op = [&](int k) {
    return k < w.op_count && thread < kPieces ? __ldg(words + k * kPieces + thread) : uint4{};
  };
  const auto set_op = [&](int k, uint4 piece) {
    if (thread < kPieces) reinterpret_cast<uint4*>(&head->ops[k % 3])[thread] = piece;
  };
  set_op(0, ask_op(0));
  set_op(1, ask_op(1));
  meet();
  const Part part = batch.part[0];
  for (int k = 0; k < w.op_count; ++k) {
    const auto& op = head->ops[k % 3];
    const auto later = ask_op(k + 2);
    const auto prepare = [&] {  // while an operation waits for its input
      if (k + 1 >= w.op_count) return;
      const auto& next = head->ops[(k + 1) % 3];
      if (next.type == WholeOp::Type::kProduct) {
        bring_near(next.product, ring.pieces + next.product.first, part);
      } else if (next.type == WholeOp::Type::kStep1) {
        bring_near(next.step1, part);
      }
    };
    const auto hand_on = [&] { set_op(k + 2, later); };  // between the barriers of an operation
    switch (op.type) {
      case WholeOp::Type::kProduct:
        run(w, part, op.product, head->squares[k & 1], ring, block, prepare, hand_on);
        break;
      case WholeOp::Type::kStep1:
        run(w, part, op.step1, block, hand_on);
        break;
      case WholeOp::Type::kAttend:
        run(w, batch, part, op.attend, block, hand_on);
        break;
      case WholeOp::Type::kScan2:
        run(w, part, op.scan2, hand_on);
        break;
    }
  }
#endif
}

// All values that are not there yet, and the embedding of the token.
__global__ void __launch_bounds__(256)
    prepare_kernel(const __grid_constant__ Whole w, const Batch batch) {
  const auto& a = w.embedding;
  const std::int64_t id = batch.owners[0] >= 0 ? batch.ids[0] : 0;
  for (int i = blockIdx.x * 256 + threadIdx.x; i < w.value_count; i += gridDim.x * 256) {
    w.values[i] =
        i < a.table.columns ? number(a.table, id, i) * a.multiplier : __uint_as_float(kMissing);
  }
}

}  // namespace

std::size_t whole_shared(const Whole& w) { return static_cast<std::size_t>(Room(w).end); }

bool whole_runs(const Device& device) {
  if (device.facts().capability < 90) return false;
  cudaFuncAttributes kernel{};  // PTX of an earlier architecture has no copy engine
  return cudaFuncGetAttributes(&kernel, reinterpret_cast<const void*>(whole_kernel)) ==
             cudaSuccess &&
         kernel.ptxVersion >= 90;
}

void run_whole(Device& device, const Batch& batch, const Whole& w) {
  const auto blocks = static_cast<unsigned>(device.facts().multiprocessors);
  launch(device, prepare_kernel, {2 * blocks, 1, 1, 256, 0}, w, batch);
  Shape shape{blocks, 1, 1, kThreads + 32, whole_shared(w)};
  shape.together = true;
  launch(device, whole_kernel, shape, w, batch);
}

}  // namespace sr::cuda
