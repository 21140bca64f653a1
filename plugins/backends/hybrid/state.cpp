#include "state.h"

#include <algorithm>
#include <new>

namespace sr::hybrid {

Block make_block(const Layout& layout) {
  constexpr std::align_val_t kLine{64};
  const auto floats = layout.block_floats + kBlockPad;
  auto* const at = static_cast<float*>(::operator new(floats * sizeof(float), kLine));
  std::fill_n(at, floats, 0.0F);
  return Block(at, [](float* block) { ::operator delete(block, kLine); });
}

void State::reserve(const Layout& layout, std::uint64_t tokens) {
  Cached::reserve(layout, tokens, [&] { return make_block(layout); },
                  [&](const Block& shared) {
                    auto own = make_block(layout);
                    std::copy_n(shared.get(), layout.block_floats, own.get());
                    return own;
                  });
}

void Undo::restore(State& state) const {
  state.length = length;
  std::ranges::copy(fixed, state.fixed.begin());
}

}  // namespace sr::hybrid
