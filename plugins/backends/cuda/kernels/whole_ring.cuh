// whole_ring.cuh - a block's part of the weights, and how they come into shared memory: each warp
// has a ring of its own there, and one warp asks for the tiles of all. Included by whole.cu only.
#pragma once

#include "whole_values.cuh"

namespace sr::cuda::whole {

// A block's rows lie one behind the other. A tile is the same part of two of them, or of the last.
__device__ inline Piece piece_of(const WholeRows& rows) {
  const unsigned block = turned(rows.turn);
  Piece out;
  out.first = share(rows.rows, block);
  out.size = share(rows.rows, block + 1) - out.first;
  out.values = rows.values + static_cast<std::int64_t>(out.first) * rows.row_bytes;
  out.scales = rows.scales == nullptr
                   ? nullptr
                   : rows.scales + static_cast<std::int64_t>(out.first) * rows.groups;
  out.row_bytes = static_cast<std::uint16_t>(rows.row_bytes);
  out.part_bytes = static_cast<std::uint16_t>(rows.row_bytes / rows.parts);
  out.parts = static_cast<std::uint16_t>(rows.parts);
  out.parts_inverse = static_cast<std::uint16_t>(rows.parts_inverse);
  out.tiles = static_cast<std::uint16_t>((out.size + 1) / 2 * rows.parts);
  out.scale_log = rows.groups * 16 == rows.row_bytes ? 3 : 4;
  return out;
}
struct Place {
  int group, part;
};
__device__ __forceinline__ Place place_of(int tile, int parts, int inverse) {
  if (parts == 1) return {tile, 0};
  const int group = static_cast<int>(static_cast<unsigned>(tile * inverse) >> 16);
  return {group, tile - group * parts};
}
// From one row's scales to the next one's in a slot.
__device__ __forceinline__ int scales_stride(int part_bytes, int scale_log) {
  return ((part_bytes >> scale_log) + 30) & ~15;
}

#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 900

__device__ __forceinline__ std::uint32_t address(const void* at) {
  return static_cast<std::uint32_t>(__cvta_generic_to_shared(at));
}
__device__ __forceinline__ void bring(void* to, const void* from, std::uint32_t bytes,
                                      std::uint64_t* bar, std::uint64_t policy) {
  asm volatile(
      "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes.L2::cache_hint [%0], "
      "[%1], "
      "%2, [%3], %4;" ::"r"(address(to)),
      "l"(from), "r"(bytes), "r"(address(bar)), "l"(policy)
      : "memory");
}

// All warps but the one that asks for tiles.
__device__ __forceinline__ void meet() {
  asm volatile("bar.sync 1, %0;" ::"n"(kThreads) : "memory");
}

struct Ring {  // of a warp
  const Piece* pieces;
  const std::byte* slots;
  const std::uint64_t* bars;
  std::uint32_t* done_at;
  int count, size, slot, parity;  // size: of a slot
  int tile;                       // the next one to multiply, within an output
  std::uint32_t taken;

  __device__ __forceinline__ const std::byte* wait() const {
    asm volatile(
        "{\n"
        ".reg .pred there;\n"
        "again:\n"
        "mbarrier.try_wait.parity.shared::cta.b64 there, [%0], %1;\n"
        "@!there bra again;\n"
        "}" ::"r"(address(bars + slot)),
        "r"(parity)
        : "memory");
    return slots + slot * size;
  }
  __device__ __forceinline__ void done() {
    __syncwarp();
    ++taken;
    if (threadIdx.x % 32 == 0) {
      asm volatile("st.release.cta.shared::cta.u32 [%0], %1;" ::"r"(address(done_at)), "r"(taken)
                   : "memory");
    }
    if (++slot == count) {
      slot = 0;
      parity ^= 1;
    }
  }
};

// Asks for the tiles of all warps, each lane for those of one, as slots become free, but for few at
// a time: whatever else a multiprocessor asks for waits behind them.
constexpr int kFlight = 1;  // tiles of a warp that are on their way
__device__ __forceinline__ void ask_for_tiles(const Whole& w, const Piece* pieces, std::byte* rings,
                                              std::uint64_t* all_bars, const std::uint32_t* done) {
  const int lane = static_cast<int>(threadIdx.x) % 32;
  std::uint64_t policy;
  asm volatile("createpolicy.fractional.L2::evict_first.b64 %0, 1.0;" : "=l"(policy));
  const int mine = min(lane, kWarps - 1);
  std::byte* const slots = rings + mine * w.slots * w.slot;
  std::uint64_t* const bars = all_bars + mine * w.slots;
  const std::uint32_t done_at = address(done + mine);
  int at = 0, tile = mine, slot = 0, oldest = 0, parity = 0, flight = 0;  // oldest: on its way
  std::uint32_t asked = 0;
  bool more = lane < kWarps;
  Piece from = pieces[0];
  const auto settle = [&] {
    while (more && tile >= from.tiles) {
      tile -= from.tiles;
      if (++at >= w.rows_count) {
        more = false;
      } else {
        from = pieces[at];
      }
    }
  };
  settle();
  while (__any_sync(kAll, more)) {
    if (!more) continue;
    if (flight > 0) {
      std::uint32_t there;
      asm volatile(
          "{\n"
          ".reg .pred there;\n"
          "mbarrier.test_wait.parity.shared::cta.b64 there, [%1], %2;\n"
          "selp.u32 %0, 1, 0, there;\n"
          "}"
          : "=r"(there)
          : "r"(address(bars + oldest)), "r"(parity)
          : "memory");
      if (there != 0) {
        --flight;
        if (++oldest == w.slots) {
          oldest = 0;
          parity ^= 1;
        }
      }
    }
    if (flight == kFlight) continue;
    std::uint32_t used;
    asm volatile("ld.acquire.cta.shared::cta.u32 %0, [%1];" : "=r"(used) : "r"(done_at) : "memory");
    if (asked - used >= static_cast<std::uint32_t>(w.slots)) continue;
    const auto [group, part] = place_of(tile, from.parts, from.parts_inverse);
    const bool two = 2 * group + 1 < from.size;
    const int offset = 2 * group * from.row_bytes + part * from.part_bytes;
    const std::uint32_t bytes = from.part_bytes;
    auto* const to = slots + slot * w.slot;
    std::uintptr_t scales_from[2] = {};
    std::uint32_t scales[2] = {};
    if (from.scales != nullptr) {
#pragma unroll
      for (int r = 0; r < 2; ++r) {
        if (r == 1 && !two) continue;
        const auto start = reinterpret_cast<std::uintptr_t>(from.scales) +
                           ((offset + r * from.row_bytes) >> from.scale_log);
        scales_from[r] = start & ~std::uintptr_t{15};
        scales[r] = static_cast<std::uint32_t>(
            ((start + (bytes >> from.scale_log) + 15) & ~std::uintptr_t{15}) - scales_from[r]);
      }
    }
    asm volatile(
        "mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(address(bars + slot)),
        "r"((two ? 2 * bytes : bytes) + scales[0] + scales[1])
        : "memory");
    if (from.parts == 1) {  // rows lie one behind the other
      bring(to, from.values + offset, two ? 2 * bytes : bytes, bars + slot, policy);
    } else {
      bring(to, from.values + offset, bytes, bars + slot, policy);
      if (two) bring(to + bytes, from.values + offset + from.row_bytes, bytes, bars + slot, policy);
    }
    if (scales[0] > 0) {
      bring(to + kWholeTile, reinterpret_cast<const std::byte*>(scales_from[0]), scales[0],
            bars + slot, policy);
    }
    if (scales[1] > 0) {
      bring(to + kWholeTile + scales_stride(from.part_bytes, from.scale_log),
            reinterpret_cast<const std::byte*>(scales_from[1]), scales[1], bars + slot, policy);
    }
    ++flight;
    ++asked;
    if (++slot == w.slots) slot = 0;
    tile += kWarps;
    settle();
  }
}

#endif

}  // namespace sr::cuda::whole
