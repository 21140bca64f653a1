#include "layout.h"

namespace sr::hybrid {

namespace {

std::size_t conv_floats(const Conv& conv) {
  return static_cast<std::size_t>(conv.kernel - 1) * static_cast<std::size_t>(conv.channels);
}

std::size_t product(int a, int b, int c = 1) {
  return static_cast<std::size_t>(a) * static_cast<std::size_t>(b) * static_cast<std::size_t>(c);
}

std::size_t recurrent_floats(const Mamba1& m) { return product(m.inner, m.state); }
std::size_t recurrent_floats(const Mamba2& m) {
  return product(m.heads, m.head_dim, m.state);
}
std::size_t recurrent_floats(const GatedDelta& d) {
  return product(d.value_heads, d.key_dim, d.value_dim);
}
std::size_t recurrent_floats(const ShortConv&) { return 0; }

}  // namespace

Layout::Layout(const Description& description, Window window) : window(window) {
  for (const auto& layer : description.layers) {
    auto& out = slots.emplace_back();
    for (const auto& branch : layer.branches) {
      auto& slot = out.emplace_back();
      if (const auto* a = std::get_if<Attention>(&branch.mixer)) {
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
            if constexpr (!std::is_same_v<M, Attention>) {
              slot.conv = fixed_floats;
              slot.recurrent = fixed_floats + conv_floats(mixer.conv);
              fixed_floats = slot.recurrent + recurrent_floats(mixer);
            }
          },
          branch.mixer);
    }
  }
}

}  // namespace sr::hybrid
