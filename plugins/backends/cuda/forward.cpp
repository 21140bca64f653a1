#include "forward.h"

namespace sr::cuda {

namespace {

// Rows from which the library is faster; what is not bfloat16 has to be widened for it first.
constexpr int kDense = 2, kDenseWidened = 65;

}  // namespace

Forward::Forward(Device& device, const hybrid::Description& description,
                 const hybrid::Layout& layout, Weights& weights, bool one_kernel)
    : device_(device), description_(description), layout_(layout), weights_(weights),
      work_(device), counters_(device, kCounters * sizeof(unsigned)),
      serves_whole_(one_kernel && WholeStep::serves(device, description)) {
  device.zero(counters_.data(), counters_.size());
  const auto table = [&](const hybrid::Moe& moe, auto&& of) {
    std::vector<Expert> out;
    for (const auto& mlp : moe.experts) {
      const hybrid::Linear& linear = of(mlp);
      const auto& matrix = weights.matrix(linear.weight);
      out.push_back({matrix.values, matrix.scales, weights.vector(linear.bias)});
    }
    return weights.keep(device, out);
  };
  for (const auto& layer : description.layers) {
    auto& tables = tables_.emplace_back();
    if (const auto* moe = std::get_if<hybrid::Moe>(&layer.feed_forward)) {
      if (moe->experts.front().gate) {
        tables.gate = table(*moe, [](const hybrid::Mlp& m) -> auto& { return *m.gate; });
      }
      tables.up = table(*moe, [](const hybrid::Mlp& m) -> auto& { return m.up; });
      tables.down = table(*moe, [](const hybrid::Mlp& m) -> auto& { return m.down; });
    }
    for (const auto& branch : layer.branches) {  // in the order of Layout::caches
      const auto* const attention = std::get_if<hybrid::Attention>(&branch.mixer);
      if (attention == nullptr) continue;
      frequencies_.push_back(weights.keep(device, attention->frequencies));
    }
  }
}

void Forward::run(const Batch& batch, const Wanted& wanted) {
  if (!run_whole(batch, wanted)) enqueue(batch, wanted);
}

bool Forward::run_whole(const Batch& batch, const Wanted& wanted) {
  if (!serves_whole_ || batch.rows != 1 || batch.parts != 1 || wanted.rows > 1) return false;
  auto& whole = whole_[wanted.rows];
  if (whole == nullptr) {
    auto made = std::make_unique<WholeStep>(device_);
    building_ = made.get();
    const struct Done {
      WholeStep*& building;
      ~Done() { building = nullptr; }
    } done{building_};
    enqueue(batch, wanted);
    made->close();
    whole = std::move(made);
  }
  if (whole->possible()) whole->run(batch, wanted.lines);
  return whole->possible();
}

void Forward::enqueue(const Batch& batch, const Wanted& wanted) {
  const auto& d = description_;
  const Workspace::Scope scope(work_);
  float* const h = take(batch.rows, d.hidden);
  const Embedding embedding{weights_.matrix(d.embedding), d.embedding_multiplier, h};
  if (building_ != nullptr) {
    building_->add(embedding);
  } else {
    embed(device_, batch, embedding);
  }
  for (std::size_t l = 0; l < d.layers.size(); ++l) {
    const auto& layer = d.layers[l];
    const Workspace::Scope layer_scope(work_);
    const float* x = h;
    const hybrid::Norm* norm = &layer.norm;
    if (layer.branches.size() > 1) {  // all of them read what was there before the first
      float* const normed = take(batch.rows, d.hidden);
      normalise(layer.norm, h, d.hidden, normed, d.hidden, batch.rows);
      x = normed;
      norm = nullptr;
    }
    for (std::size_t b = 0; b < layer.branches.size(); ++b) {
      const auto& branch = layer.branches[b];
      const Workspace::Scope branch_scope(work_);
      const Input in{x, norm, branch.in_multiplier, h,
                     branch.out_multiplier * layer.residual_multiplier};
      std::visit([&](const auto& m) { mix(batch, m, layout_.slots[l][b], in); }, branch.mixer);
    }
    const Input in{h, &layer.feed_norm, 1, h, layer.residual_multiplier};
    if (const auto* mlp = std::get_if<hybrid::Mlp>(&layer.feed_forward)) {
      feed_forward(batch, *mlp, in);
    } else if (const auto* moe = std::get_if<hybrid::Moe>(&layer.feed_forward)) {
      feed_forward(batch, *moe, tables_[l], in);
    }
  }
  if (wanted.rows == 0) return;
  auto p = product(h, d.hidden, wanted.rows);
  p.x_rows = wanted.which;
  p.norm = vector(d.final_norm.weight);
  p.eps = d.final_norm.eps;
  p.outputs[0] = output(d.head, nullptr);
  p.outputs[0].lines = wanted.lines;
  p.outputs[0].scale = d.logit_multiplier;
  multiply(p);
}

void Forward::multiply(const Product& p) {
  if (building_ != nullptr) return building_->add(p);
  if (p.rows == 1 || p.experts != nullptr || p.outputs[0].matrix.kind == Kind::kF32) {
    return cuda::multiply(device_, p);
  }
  const Workspace::Scope scope(work_);
  const int width = rounded_width(p.outputs[0].matrix.columns);
  const auto* const x = p.half != nullptr ? p.half : take_half(p.rows, width);
  if (p.half == nullptr) round(device_, p, const_cast<std::uint16_t*>(x), width);
  const bool plain = p.outputs[0].matrix.kind == Kind::kBF16;
  if (p.rows >= (plain ? kDense : kDenseWidened) && multiply_dense(p, x, width)) return;
  auto* const partial = work_.take<float>(partial_floats(device_, p));
  cuda::multiply(device_, p,
                 {x, width, partial, reinterpret_cast<unsigned*>(counters_.data())});
}

// Several rows of x in bfloat16, through the library that the machine may have.
bool Forward::multiply_dense(const Product& p, const std::uint16_t* x, int width) {
  for (int i = 0; i < p.count; ++i) {
    if (p.outputs[i].bias != nullptr || p.outputs[i].lines != nullptr) return false;
  }
  const auto dense = [&](const Matrix& matrix, float* y, std::int64_t stride, float scale,
                         bool add) {
    const Workspace::Scope scope(work_);
    Dense d{.w = matrix.values,
            .x = x,
            .y = y,
            .rows = matrix.rows,
            .columns = matrix.columns,
            .tokens = p.rows,
            .w_stride = matrix.stride / 2,
            .x_stride = width,
            .y_stride = stride,
            .alpha = scale,
            .beta = add ? 1.0F : 0.0F};
    if (matrix.kind != Kind::kBF16) {
      auto* const wide = take_half(matrix.rows, width);
      widen(device_, matrix, wide, width);
      d.w = wide;
      d.w_stride = width;
    }
    return device_.multiply(d);
  };
  const Workspace::Scope scope(work_);
  const auto& first = p.outputs[0];
  switch (p.mode) {
    case Product::Mode::kStore:
    case Product::Mode::kAdd:
      for (int i = 0; i < p.count; ++i) {
        const auto& out = p.outputs[i];
        const bool done = dense(out.matrix, out.y, out.stride, out.scale,
                                p.mode == Product::Mode::kAdd);
        if (!done && i == 0) return false;
        if (!done) throw DeviceError(DeviceError::Kind::kLost, "cuBLASLt stopped in between");
      }
      return true;
    case Product::Mode::kGated:
    case Product::Mode::kActivate: {
      const int size = first.matrix.rows;
      float* const gate = take(p.rows, size);
      float* const up = p.mode == Product::Mode::kGated ? take(p.rows, size) : nullptr;
      if (!dense(first.matrix, gate, size, 1, false)) return false;
      if (up != nullptr && !dense(p.outputs[1].matrix, up, size, 1, false)) return false;
      activate(device_, {.gate = gate,
                         .up = up,
                         .y = first.y,
                         .half = first.half,
                         .y_stride = first.stride,
                         .rows = p.rows,
                         .size = size,
                         .relu2 = p.relu2,
                         .gate_scale = p.gate_scale,
                         .scale = first.scale});
      return true;
    }
  }
  return false;
}

bool Forward::rounds(int rows, const hybrid::Linear& next) const {
  return rows > 1 && weights_.matrix(next.weight).kind != Kind::kF32 &&
         rounded_width(next.in) == next.in;  // nothing behind it has to be zeros
}

Product Forward::product(const float* x, std::int64_t stride, int rows) const {
  Product out;
  out.x = x;
  out.x_stride = stride;
  out.rows = rows;
  return out;
}

Product Forward::product(const Batch& batch, const Input& in) const {
  auto out = product(in.x, description_.hidden, batch.rows);
  out.x_scale = in.scale;
  if (in.norm != nullptr) {
    out.norm = vector(in.norm->weight);
    out.eps = in.norm->eps;
  }
  return out;
}

Target Forward::output(const hybrid::Linear& linear, float* y) const {
  Target out;
  out.matrix = weights_.matrix(linear.weight);
  out.bias = vector(linear.bias);
  out.y = y;
  out.stride = linear.out;
  return out;
}

void Forward::store(Product p, const hybrid::Linear& linear, float* y) {
  p.outputs[0] = output(linear, y);
  multiply(p);
}

void Forward::add(Product p, const hybrid::Linear& linear, const Input& in) {
  p.outputs[0] = output(linear, in.h);
  p.outputs[0].scale = in.add;
  p.mode = Product::Mode::kAdd;
  multiply(p);
}

void Forward::normalise(const hybrid::Norm& norm, const float* x, std::int64_t stride, float* y,
                        std::int64_t y_stride, int rows) {
  cuda::normalise(device_, {.x = x,
                            .weight = vector(norm.weight),
                            .eps = norm.eps,
                            .y = y,
                            .x_stride = stride,
                            .y_stride = y_stride,
                            .size = norm.size,
                            .rows = rows,
                            .groups = 1});
}

void Forward::convolve(const Batch& batch, const hybrid::Conv& conv, const Slot& slot,
                       const float* x, std::int64_t stride, float* y, std::uint16_t* half) {
  cuda::convolve(device_, batch, {.weight = vector(conv.weight),
                                  .bias = vector(conv.bias),
                                  .x = x,
                                  .x_stride = stride,
                                  .y = y,
                                  .half = half,
                                  .slot = static_cast<std::int64_t>(slot.conv),
                                  .channels = conv.channels,
                                  .kernel = conv.kernel,
                                  .silu = conv.silu});
}

void Forward::convolve(const Batch& batch, Product p, const hybrid::Conv& conv, const Slot& slot,
                       float* projected, std::int64_t stride, int first, float* y,
                       std::uint16_t* half) {
  if (batch.rows > 1 || conv.kernel > 4) {
    multiply(p);
    return convolve(batch, conv, slot, projected + first, stride, y, half);
  }
  p.then = {.weight = vector(conv.weight),
            .bias = vector(conv.bias),
            .y = y,
            .part = batch.part,
            .slot = static_cast<std::int64_t>(slot.conv),
            .channels = conv.channels,
            .kernel = conv.kernel,
            .silu = conv.silu};
  p.then_first = first;
  multiply(p);
}

// https://arxiv.org/abs/2312.00752, section 3.
void Forward::mix(const Batch& batch, const hybrid::Mamba1& m, const Slot& slot,
                  const Input& in) {
  const int rows = batch.rows, row = m.dt_rank + 2 * m.state;
  float* const xz = take(rows, 2 * m.inner);
  float* const u = take(rows, m.inner);
  float* const dt = take(rows, m.inner);
  float* const parts = take(rows, row);  // dt, B, C
  const bool rounded = rounds(rows, m.x);
  auto* const half = rounded ? take_half(rows, m.inner) : nullptr;  // u, then what comes of it
  auto p = product(batch, in);
  p.outputs[0] = output(m.in, xz);
  convolve(batch, p, m.conv, slot, xz, 2 * m.inner, 0, u, half);
  auto to_parts = product(u, m.inner, rows);
  to_parts.half = half;
  store(to_parts, m.x, parts);
  float* const b = parts + m.dt_rank;
  const auto eps = [](const auto& norm) { return norm ? norm->eps : -1.0F; };
  const auto weight = [&](const auto& norm) { return norm ? vector(norm->weight) : nullptr; };
  const Step1 one{.dt = weights_.matrix(m.dt.weight),
                  .dt_bias = vector(m.dt.bias),
                  .parts = parts,
                  .norms = {weight(m.dt_norm), weight(m.b_norm), weight(m.c_norm)},
                  .eps = {eps(m.dt_norm), eps(m.b_norm), eps(m.c_norm)},
                  .u = u,
                  .gate = xz + m.inner,
                  .decay = vector(m.decay),
                  .skip = vector(m.skip),
                  .slot = static_cast<std::int64_t>(slot.recurrent),
                  .inner = m.inner,
                  .state = m.state,
                  .rank = m.dt_rank};
  if (building_ != nullptr || (rows == 1 && can_step(one))) {
    if (building_ != nullptr) {
      building_->add(one);
    } else {
      step(device_, batch, one);
    }
    return add(product(u, m.inner, rows), m.out, in);
  }
  auto to_dt = product(parts, row, rows);
  const int width = rounded_width(m.dt_rank);
  auto* const dt_half = rounded ? take_half(rows, width) : nullptr;
  to_dt.half = dt_half;
  cuda::normalise(device_, PartNorms{.x = parts,
                               .weights = {one.norms[0], one.norms[1], one.norms[2]},
                               .eps = {one.eps[0], one.eps[1], one.eps[2]},
                               .sizes = {m.dt_rank, m.state, m.state},
                               .stride = row,
                               .half = dt_half,
                               .width = width,
                               .rows = rows});
  store(to_dt, m.dt, dt);
  scan(device_, batch, Scan1{.dt = dt,
                             .u = u,
                             .half = half,
                             .gate = xz + m.inner,
                             .b = b,
                             .c = b + m.state,
                             .gate_stride = 2 * m.inner,
                             .bc_stride = row,
                             .decay = vector(m.decay),
                             .skip = vector(m.skip),
                             .slot = static_cast<std::int64_t>(slot.recurrent),
                             .inner = m.inner,
                             .state = m.state});
  auto out = product(u, m.inner, rows);
  out.half = half;
  add(out, m.out, in);
}

// https://arxiv.org/abs/2405.21060, section 7.
void Forward::mix(const Batch& batch, const hybrid::Mamba2& m, const Slot& slot,
                  const Input& in) {
  const int rows = batch.rows, inner = m.heads * m.head_dim, group = m.groups * m.state;
  const int channels = inner + 2 * group, row = m.in.out;
  float* const projected = take(rows, row);
  float* const xbc = take(rows, channels);
  float* const out = take(rows, inner);
  auto p = product(batch, in);
  const auto whole = output(m.in, projected);
  const int sizes[] = {inner, inner, group, group, m.heads};
  p.count = 0;
  for (int part = 0, at = 0; part < 5; at += sizes[part++]) {
    auto& to = p.outputs[p.count++] = whole;
    const auto groups = (whole.matrix.columns + kGroupColumns - 1) / kGroupColumns;
    to.matrix.values = static_cast<const std::byte*>(whole.matrix.values) +
                       at * whole.matrix.stride;
    to.matrix.scales = whole.matrix.scales + static_cast<std::int64_t>(at) * groups;
    to.matrix.rows = sizes[part];
    to.bias = whole.bias == nullptr ? nullptr : whole.bias + at;
    to.y = projected + at;
    to.scale = m.multipliers[static_cast<std::size_t>(part)];
  }
  convolve(batch, p, m.conv, slot, projected, row, inner, xbc, nullptr);
  const Scan2 scanning{.xbc = xbc,
                       .dt = projected + inner + channels,
                       .dt_bias = vector(m.dt_bias),
                       .decay = vector(m.decay),
                       .skip = vector(m.skip),
                       .out = out,
                       .dt_stride = row,
                       .slot = static_cast<std::int64_t>(slot.recurrent),
                       .dt_min = m.dt_min,
                       .dt_max = m.dt_max,
                       .heads = m.heads,
                       .head_dim = m.head_dim,
                       .groups = m.groups,
                       .state = m.state,
                       .channels = channels};
  if (building_ != nullptr) {
    building_->add(scanning);
  } else {
    scan(device_, batch, scanning);
  }
  const int groups = m.norm ? m.norm_groups : 1;
  const GateNorm gating{.y = out,
                        .gate = projected,
                        .gate_stride = row,
                        .gate_step = inner / groups,
                        .gate_split = 1,
                        .weight = m.norm ? vector(m.norm->weight) : nullptr,
                        .eps = m.norm ? m.norm->eps : -1,
                        .rows = rows,
                        .groups = groups,
                        .size = inner / groups,
                        .norm_first = m.norm_before_gate,
                        .shared = false};
  if (building_ != nullptr) {
    building_->add(gating);
  } else {
    gate_and_norm(device_, gating);
  }
  add(product(out, inner, rows), m.out, in);
}

// https://arxiv.org/abs/2412.06464
void Forward::mix(const Batch& batch, const hybrid::GatedDelta& d, const Slot& slot,
                  const Input& in) {
  const int rows = batch.rows, ratio = d.value_heads / d.key_heads;
  const int values = d.value_heads * d.value_dim;
  const int channels = 2 * d.key_heads * d.key_dim + values;
  const int part = 2 * d.key_dim + 2 * ratio * d.value_dim;  // of one key head: q, k, v, gate
  float* const qkvz = take(rows, d.qkvz.out);
  float* const ba = take(rows, d.ba.out);
  float* const qkv = take(rows, channels);
  float* const mixed = take(rows, channels);
  float* const out = take(rows, values);
  auto p = product(batch, in);
  p.outputs[0] = output(d.qkvz, qkvz);
  p.outputs[1] = output(d.ba, ba);
  p.count = 2;
  multiply(p);
  arrange(device_, {.qkvz = qkvz,
                    .qkv = qkv,
                    .rows = rows,
                    .key_heads = d.key_heads,
                    .ratio = ratio,
                    .key_dim = d.key_dim,
                    .value_dim = d.value_dim});
  convolve(batch, d.conv, slot, qkv, channels, mixed, nullptr);
  scan(device_, batch, Delta{.mixed = mixed,
                             .ba = ba,
                             .decay = vector(d.decay),
                             .dt_bias = vector(d.dt_bias),
                             .out = out,
                             .slot = static_cast<std::int64_t>(slot.recurrent),
                             .key_heads = d.key_heads,
                             .value_heads = d.value_heads,
                             .key_dim = d.key_dim,
                             .value_dim = d.value_dim});
  gate_and_norm(device_, {.y = out,
                          .gate = qkvz + 2 * d.key_dim + ratio * d.value_dim,
                          .gate_stride = d.qkvz.out,
                          .gate_step = part,
                          .gate_split = ratio,
                          .weight = vector(d.norm.weight),
                          .eps = d.norm.eps,
                          .rows = rows,
                          .groups = d.value_heads,
                          .size = d.value_dim,
                          .norm_first = true,
                          .shared = true});
  add(product(out, values, rows), d.out, in);
}

void Forward::mix(const Batch& batch, const hybrid::ShortConv& s, const Slot& slot,
                  const Input& in) {
  const int rows = batch.rows, size = description_.hidden, row = 3 * size;
  float* const bcx = take(rows, row);
  float* const u = take(rows, size);
  float* const out = take(rows, size);
  store(product(batch, in), s.in, bcx);
  cuda::multiply(device_, Multiplying{.a = bcx,
                                .b = bcx + 2 * size,
                                .y = u,
                                .a_stride = row,
                                .b_stride = row,
                                .y_stride = size,
                                .rows = rows,
                                .size = size});
  convolve(batch, s.conv, slot, u, size, out, nullptr);
  cuda::multiply(device_, Multiplying{.a = out,
                                .b = bcx + size,
                                .y = out,
                                .a_stride = size,
                                .b_stride = row,
                                .y_stride = size,
                                .rows = rows,
                                .size = size});
  add(product(out, size, rows), s.out, in);
}

void Forward::mix(const Batch& batch, const hybrid::Attention& a, const Slot& slot,
                  const Input& in) {
  const int rows = batch.rows, kv = a.kv_heads * a.head_dim;
  const auto& cache = layout_.caches[static_cast<std::size_t>(slot.cache)];
  float* const q = take(rows, a.q.out);
  float* const k = take(rows, kv);
  float* const v = take(rows, kv);
  float* const out = take(rows, a.heads * a.head_dim);
  auto p = product(batch, in);
  p.outputs[0] = output(a.q, q);
  p.outputs[1] = output(a.k, k);
  p.outputs[2] = output(a.v, v);
  p.count = 3;
  multiply(p);
  const auto turned = static_cast<int>(a.frequencies.size());
  const Attending attending{.q = q,
                            .k = k,
                            .v = v,
                            .out = out,
                            .q_stride = a.q.out,
                            .q_step = a.gated ? 2 * a.head_dim : a.head_dim,
                            .q_norm = a.q_norm ? vector(a.q_norm->weight) : nullptr,
                            .k_norm = a.k_norm ? vector(a.k_norm->weight) : nullptr,
                            .q_eps = a.q_norm ? a.q_norm->eps : 0,
                            .k_eps = a.k_norm ? a.k_norm->eps : 0,
                            .frequencies = frequencies_[static_cast<std::size_t>(slot.cache)],
                            .rotated_scale = a.rotated_scale,
                            .scale = a.scale,
                            .key_multiplier = a.key_multiplier,
                            .keys = static_cast<std::int64_t>(cache.keys),
                            .values = static_cast<std::int64_t>(cache.values),
                            .window = static_cast<std::int64_t>(layout_.window.size),
                            .heads = a.heads,
                            .kv_heads = a.kv_heads,
                            .head_dim = a.head_dim,
                            .rotated = turned,
                            .gated = a.gated};
  if (building_ != nullptr) {
    building_->add(attending);
  } else {
    attend(device_, batch, attending);
  }
  add(product(out, a.heads * a.head_dim, rows), a.o, in);
}

Product Forward::hidden(const hybrid::Mlp& mlp, Product p) {
  float* const out = take(p.rows, mlp.up.out);
  auto next = product(out, mlp.up.out, p.rows);
  p.relu2 = mlp.activation == hybrid::Activation::kRelu2;
  p.gate_scale = mlp.gate_multiplier;
  if (mlp.gate) {
    p.mode = Product::Mode::kGated;
    p.outputs[0] = output(*mlp.gate, out);
    p.outputs[1] = output(mlp.up, nullptr);
    p.count = 2;
  } else {
    p.mode = Product::Mode::kActivate;
    p.outputs[0] = output(mlp.up, out);
  }
  if (p.experts == nullptr && rounds(p.rows, mlp.down) && rounds(p.rows, mlp.up)) {
    p.outputs[0].half = take_half(p.rows, mlp.up.out);
    p.outputs[0].half_stride = mlp.up.out;
    next.half = p.outputs[0].half;
  }
  multiply(p);
  return next;
}

void Forward::feed_forward(const Batch& batch, const hybrid::Mlp& mlp, const Input& in) {
  const Workspace::Scope scope(work_);
  auto to = in;
  to.add *= mlp.down_multiplier;
  add(hidden(mlp, product(batch, in)), mlp.down, to);
}

void Forward::feed_forward(const Batch& batch, const hybrid::Moe& moe, const Tables& tables,
                           const Input& in) {
  const Workspace::Scope scope(work_);
  const int rows = batch.rows, size = description_.hidden, all = rows * moe.top_k;
  float* const x = take(rows, size);
  normalise(*in.norm, in.x, size, x, size, rows);
  float* const logits = take(rows, moe.router.out);
  auto* const experts = work_.take<std::int32_t>(static_cast<std::size_t>(all));
  float* const shares = take(all, 1);
  store(product(x, size, rows), moe.router, logits);
  route(device_, batch, {.logits = logits,
                         .bias = vector(moe.choice_bias),
                         .experts = experts,
                         .weights = shares,
                         .count = moe.router.out,
                         .top = moe.top_k,
                         .groups = moe.groups,
                         .top_groups = moe.top_groups,
                         .gating = static_cast<int>(moe.gating),
                         .normalise = moe.normalise,
                         .scale = moe.scale});
  const auto& expert = moe.experts.front();  // all have its shape
  const float* source = x;
  int width = size;
  if (moe.latent_in) {
    width = moe.latent_in->out;
    float* const latent = take(rows, width);
    store(product(x, size, rows), *moe.latent_in, latent);
    source = latent;
  }
  auto up = product(source, width, all);
  up.experts = experts;
  up.share = moe.top_k;
  up.table[0] = expert.gate ? tables.gate : tables.up;
  up.table[1] = tables.up;
  auto down = hidden(expert, up);
  float* const each = take(all, width);
  down.experts = experts;
  down.table[0] = tables.down;
  down.outputs[0] = output(expert.down, each);
  down.outputs[0].scale = expert.down_multiplier;
  multiply(down);
  float* const sum = take(rows, width);
  gather(device_, {.x = each,
                   .weights = shares,
                   .y = sum,
                   .y_stride = width,
                   .rows = rows,
                   .top = moe.top_k,
                   .size = width});
  if (moe.latent_out) {
    add(product(sum, width, rows), *moe.latent_out, in);
  } else {
  cuda::add(device_, {.y = in.h, .x = sum, .gate = nullptr, .scale = in.add, .rows = rows,
                        .size = size});
  }
  if (!moe.shared) return;
  const auto p = hidden(*moe.shared, product(x, size, rows));
  if (!moe.shared_gate) {
    auto to = in;
    to.add *= moe.shared->down_multiplier;
    return add(p, moe.shared->down, to);
  }
  float* const result = take(rows, size);
  float* const gate = take(rows, 1);
  store(p, moe.shared->down, result);
  store(product(x, size, rows), *moe.shared_gate, gate);
  cuda::add(device_, {.y = in.h,
                      .x = result,
                      .gate = gate,
                      .scale = in.add * moe.shared->down_multiplier,
                      .rows = rows,
                      .size = size});
}

}  // namespace sr::cuda
