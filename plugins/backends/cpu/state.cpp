#include "state.h"

#include <algorithm>
#include <new>

#include "kernels/kernels.h"

namespace sr::cpu {

namespace {

static_assert(kBlockTokens == kKeys, "the kernels read whole blocks");

std::size_t conv_floats(const hybrid::Conv& conv) {
  return static_cast<std::size_t>(conv.kernel - 1) * static_cast<std::size_t>(conv.channels);
}

std::size_t product(int a, int b, int c = 1) {
  return static_cast<std::size_t>(a) * static_cast<std::size_t>(b) * static_cast<std::size_t>(c);
}

std::size_t recurrent_floats(const hybrid::Mamba1& m) { return product(m.inner, m.state); }
std::size_t recurrent_floats(const hybrid::Mamba2& m) {
  return product(m.heads, m.head_dim, m.state);
}
std::size_t recurrent_floats(const hybrid::GatedDelta& d) {
  return product(d.value_heads, d.key_dim, d.value_dim);
}
std::size_t recurrent_floats(const hybrid::ShortConv&) { return 0; }

}  // namespace

Layout::Layout(const hybrid::Description& description, Window window) : window(window) {
  for (const auto& layer : description.layers) {
    auto& out = slots.emplace_back();
    for (const auto& branch : layer.branches) {
      auto& slot = out.emplace_back();
      if (const auto* a = std::get_if<hybrid::Attention>(&branch.mixer)) {
        const auto half = product(a->kv_heads, static_cast<int>(kBlockTokens), a->head_dim);
        slot.cache = static_cast<int>(caches.size());
        caches.push_back({static_cast<std::size_t>(a->kv_heads),
                          static_cast<std::size_t>(a->head_dim), block_floats,
                          block_floats + half});
        block_floats += 2 * half;
        continue;
      }
      std::visit(
          [&]<class M>(const M& mixer) {
            if constexpr (!std::is_same_v<M, hybrid::Attention>) {
              slot.conv = fixed_floats;
              slot.recurrent = fixed_floats + conv_floats(mixer.conv);
              fixed_floats = slot.recurrent + recurrent_floats(mixer);
            }
          },
          branch.mixer);
    }
  }
}

Block make_block(const Layout& layout) {
  constexpr std::align_val_t kLine{64};
  const auto floats = layout.block_floats + kSumLanes;  // kernels read whole vectors
  auto* const at = static_cast<float*>(::operator new(floats * sizeof(float), kLine));
  std::fill_n(at, floats, 0.0F);
  return Block(at, [](float* block) { ::operator delete(block, kLine); });
}

void State::reserve(const Layout& layout, std::uint64_t tokens) {
  if (layout.block_floats == 0) return;
  blocks.resize(held());  // behind them are those of a forward that was undone
  if (layout.window.size != 0 && length >= layout.window.size) {
    // The next token sees from the start of this block on; later ones see less.
    const auto seen = (length + 1 - layout.window.size) / kBlockTokens;
    const auto gone = pinned_blocks() + dropped;
    if (seen > gone) {
      const auto first = blocks.begin() + static_cast<std::ptrdiff_t>(pinned_blocks());
      blocks.erase(first, first + static_cast<std::ptrdiff_t>(seen - gone));
      dropped += seen - gone;
    }
  }
  if (row(length) != 0 && blocks.back().use_count() > 1) {
    auto own = make_block(layout);
    std::copy_n(blocks.back().get(), layout.block_floats, own.get());
    blocks.back() = std::move(own);
  }
  while (blocks.size() < blocks_for(length + tokens)) {
    blocks.push_back(make_block(layout));
  }
}

bool State::pin(std::uint64_t tokens) noexcept {
  if (dropped > 0 && tokens != pinned) return false;
  pinned = tokens;
  return true;
}

void Undo::restore(State& state) const {
  state.length = length;
  std::ranges::copy(fixed, state.fixed.begin());
}

}  // namespace sr::cpu
