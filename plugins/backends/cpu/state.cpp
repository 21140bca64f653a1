#include "state.h"

#include <algorithm>

namespace sr::cpu {

namespace {

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

Layout::Layout(const hybrid::Description& description) {
  for (const auto& layer : description.layers) {
    auto& out = slots.emplace_back();
    for (const auto& branch : layer.branches) {
      auto& slot = out.emplace_back();
      if (const auto* a = std::get_if<hybrid::Attention>(&branch.mixer)) {
        slot.cache = static_cast<int>(row_floats.size());
        row_floats.push_back(a->kv_heads * a->head_dim);
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

std::uint64_t Layout::token_bytes() const noexcept {
  std::uint64_t out = 0;
  for (const int row : row_floats) out += 2 * sizeof(float) * static_cast<std::uint64_t>(row);
  return out;
}

void State::trim(const Layout& layout, const Window& window) {
  if (window.size == 0 || rows() < window.pinned + 2 * window.size) return;
  const auto surplus = rows() - window.pinned - window.size;
  for (std::size_t i = 0; i < caches.size(); ++i) {
    const auto row = static_cast<std::ptrdiff_t>(layout.row_floats[i]);
    const auto first = static_cast<std::ptrdiff_t>(window.pinned) * row;
    const auto last = first + static_cast<std::ptrdiff_t>(surplus) * row;
    for (auto* rows : {&caches[i].keys, &caches[i].values}) {
      rows->erase(rows->begin() + first, rows->begin() + last);
    }
  }
  dropped += surplus;
}

void Undo::restore(const Layout& layout, State& state) const {
  state.length = length;
  std::ranges::copy(fixed, state.fixed.begin());
  for (std::size_t i = 0; i < state.caches.size(); ++i) {
    const auto floats = static_cast<std::size_t>(state.rows()) *
                        static_cast<std::size_t>(layout.row_floats[i]);
    // After a forward that failed, a cache may not have grown yet.
    if (state.caches[i].keys.size() > floats) state.caches[i].keys.resize(floats);
    if (state.caches[i].values.size() > floats) state.caches[i].values.resize(floats);
  }
}

}  // namespace sr::cpu
