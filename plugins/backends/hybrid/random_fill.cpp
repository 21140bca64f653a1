#include "random_fill.h"

#include <cmath>

namespace sr::hybrid {

namespace {

class Fills {
 public:
  explicit Fills(const Description& d)
      : d_(d), residual_(1 / std::sqrt(2 * static_cast<float>(d.layers.size()))) {
    for (const auto& layer : d.layers) {
      norm(layer.norm);
      norm(layer.feed_norm);
      for (const auto& branch : layer.branches) {
        std::visit([&](const auto& mixer) { mix(mixer); }, branch.mixer);
      }
      if (const auto* mlp = std::get_if<Mlp>(&layer.feed_forward)) feed(*mlp);
      if (const auto* moe = std::get_if<Moe>(&layer.feed_forward)) feed(*moe);
    }
    norm(d.final_norm);
    // Last, because it may be the embedding too: the norm takes out how large that is.
    matrix(d.embedding, d.hidden, 1);
    matrix(d.head.weight, d.hidden, 1 / std::abs(d.logit_multiplier));
  }

  std::map<std::string, Fill> out;

 private:
  void set(WeightId id, Fill fill) {
    if (id) out[d_.weights[static_cast<std::size_t>(id.index)].name] = fill;
  }
  void near(WeightId id, float centre, float reach) {
    set(id, {Fill::Kind::kUniform, centre, reach});
  }
  // Yields numbers of `gain` times the size of those that go in.
  void matrix(WeightId id, int in, float gain) {
    near(id, 0, gain * std::sqrt(3 / static_cast<float>(in)));
  }
  void linear(const Linear& l, float gain = 1) {
    matrix(l.weight, l.in, gain);
    near(l.bias, 0, 0.02F);
  }
  void norm(const Norm& n) {
    if (!n.weight) return;
    const auto& weight = d_.weights[static_cast<std::size_t>(n.weight.index)];
    near(n.weight, weight.role == Role::kPlusOne ? 0 : 1, 0.1F);
  }
  void norm(const std::optional<Norm>& n) {
    if (n) norm(*n);
  }
  void conv(const Conv& c) {
    near(c.weight, 0, std::sqrt(3 / static_cast<float>(c.kernel)));
    near(c.bias, 0, 0.02F);
  }
  void decay_and_skip(WeightId decay, WeightId skip) {
    set(decay, {Fill::Kind::kDecay});
    near(skip, 1, 0.1F);
  }

  void mix(const Attention& a) {
    linear(a.q);
    linear(a.k);
    linear(a.v);
    linear(a.o, residual_);
    norm(a.q_norm);
    norm(a.k_norm);
  }
  void mix(const Mamba1& m) {
    linear(m.in);
    linear(m.x);
    linear(m.dt);
    linear(m.out, residual_);
    conv(m.conv);
    decay_and_skip(m.decay, m.skip);
    set(m.dt.bias, {Fill::Kind::kStep});
    norm(m.dt_norm);
    norm(m.b_norm);
    norm(m.c_norm);
  }
  void mix(const Mamba2& m) {
    linear(m.in);
    linear(m.out, residual_);
    conv(m.conv);
    decay_and_skip(m.decay, m.skip);
    set(m.dt_bias, {Fill::Kind::kStep});
    norm(m.norm);
  }
  void mix(const GatedDelta& g) {
    linear(g.qkvz);
    linear(g.ba);
    linear(g.out, residual_);
    conv(g.conv);
    set(g.decay, {Fill::Kind::kDecay});
    set(g.dt_bias, {Fill::Kind::kStep});
    norm(g.norm);
  }
  void mix(const ShortConv& s) {
    linear(s.in);
    linear(s.out, residual_);
    conv(s.conv);
  }

  void feed(const Mlp& m) {
    if (m.gate) linear(*m.gate);
    linear(m.up);
    linear(m.down, residual_);
  }
  void feed(const Moe& m) {
    linear(m.router);
    near(m.choice_bias, 0, 0.02F);
    for (const auto& expert : m.experts) feed(expert);
    if (m.latent_in) linear(*m.latent_in);
    if (m.latent_out) linear(*m.latent_out);
    if (m.shared) feed(*m.shared);
    if (m.shared_gate) linear(*m.shared_gate);
  }

  const Description& d_;
  float residual_;
};

std::uint64_t mixed(std::uint64_t x) noexcept {  // splitmix64
  x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9U;
  x = (x ^ x >> 27) * 0x94D049BB133111EBU;
  return x ^ x >> 31;
}

float shaped(Fill::Kind kind, float u) {  // u: -1 to 1
  if (kind == Fill::Kind::kDecay) return std::log(8.5F + 7.5F * u);
  const float step = std::exp(std::log(0.01F) + std::log(10.0F) * u);
  return step + std::log(-std::expm1(-step));  // the inverse of softplus
}

}  // namespace

std::map<std::string, Fill> fills_of(const Description& description) {
  return std::move(Fills(description).out);
}

void fill(const Fill& how, std::uint64_t seed, std::uint64_t first, std::span<float> out) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto at = first + i;
    const auto bits = mixed(seed + (at / 2 + 1) * 0x9E3779B97F4A7C15U) >> (at % 2 * 32);
    const float u = static_cast<float>(static_cast<std::int32_t>(bits)) * 0x1p-31F;
    out[i] = how.kind == Fill::Kind::kUniform ? how.centre + how.reach * u : shaped(how.kind, u);
  }
}

}  // namespace sr::hybrid
