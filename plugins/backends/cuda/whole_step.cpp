#include "whole_step.h"

#include <algorithm>

namespace sr::cuda {

namespace {

int up(int size, int to) { return (size + to - 1) / to * to; }

// That a product's input takes in shared memory.
int input_floats(const WholeProduct& p) {
  const int padded = up(p.columns, 32);
  switch (static_cast<Kind>(p.kind)) {
    case Kind::kInt8:
      return up(padded / 4 + padded / 32, 32);
    case Kind::kInt4:
      return up(padded / 4 + padded / 16, 32);
    default:
      return padded;
  }
}

}  // namespace

bool WholeStep::serves(const Device& device, const hybrid::Description& d) {
  if (!whole_runs(device)) return false;
  const auto fits = [&](const hybrid::Layer& layer) {
    if (layer.branches.size() > 1 || std::holds_alternative<hybrid::Moe>(layer.feed_forward)) {
      return false;
    }
    for (const auto& branch : layer.branches) {
      if (const auto* a = std::get_if<hybrid::Attention>(&branch.mixer)) {
        if (a->head_dim > kWholeMostDim || a->heads > device.facts().multiprocessors) return false;
      } else if (const auto* m = std::get_if<hybrid::Mamba1>(&branch.mixer)) {
        if (m->state > 16 || m->dt_rank > 512 || m->conv.kernel > 4) return false;
      } else if (const auto* m2 = std::get_if<hybrid::Mamba2>(&branch.mixer)) {
        if ((m2->norm && m2->norm_groups > 1) || m2->conv.kernel > 4) return false;
      } else {
        return false;
      }
    }
    return true;
  };
  return std::ranges::all_of(d.layers, fits);
}

std::int32_t WholeStep::write(const float* where, std::size_t count) {
  auto at = held_.lower_bound(where);
  while (at != held_.end() && at->first < where + count) at = held_.erase(at);
  const auto place = static_cast<std::int32_t>(values_);
  held_[where] = {count, place};
  values_ += (static_cast<std::int64_t>(count) + 31) / 32 * 32;
  if (values_ > (1 << 30)) possible_ = false;
  return place;
}

std::int32_t WholeStep::read(const float* where, std::size_t count) {
  auto at = held_.upper_bound(where);
  if (at != held_.begin()) {
    --at;
    const auto first = static_cast<std::size_t>(where - at->first);
    if (first + count <= at->second.count) return at->second.at + static_cast<std::int32_t>(first);
  }
  possible_ = false;
  return 0;
}

WholeRows WholeStep::rows_of(const Matrix& matrix) {
  WholeRows out{};
  out.values = static_cast<const std::byte*>(matrix.values);
  out.scales = matrix.scales;
  out.rows = matrix.rows;
  out.row_bytes = static_cast<std::int32_t>(matrix.stride);
  if (matrix.kind != Kind::kInt8 && matrix.kind != Kind::kInt4) out.scales = nullptr;
  const int of_group = matrix.kind == Kind::kInt8 ? 32 : 16;  // bytes
  if (out.scales != nullptr) out.groups = out.row_bytes / of_group;
  // Parts are equal and end with a group.
  const int most = kWholeTile / 2;
  out.parts = std::max(1, (out.row_bytes + most - 1) / most);
  while (out.parts > 1 && out.parts < 64 && out.row_bytes % (32 * out.parts) != 0) ++out.parts;
  if (out.parts == 64 || out.row_bytes > 65535) possible_ = false;
  out.parts_inverse = (65536 + out.parts - 1) / out.parts;
  const int tiles = (matrix.rows / device_.facts().multiprocessors / 2 + 1) * out.parts;
  if (tiles * out.parts > 65000) possible_ = false;  // as far as the inverse is exact
  return out;
}

void WholeStep::add(const Embedding& e) {
  whole_.embedding = e;
  write(e.out, static_cast<std::size_t>(e.table.columns));
}

void WholeStep::add(const Product& p) {
  const auto& first = p.outputs[0].matrix;
  const auto blocks = device_.facts().multiprocessors;
  auto& op = ops_.emplace_back();
  op = {};
  op.type = WholeOp::Type::kProduct;
  auto& out = op.product;
  out.count = p.count;
  out.kind = static_cast<std::int32_t>(first.kind);
  out.mode = static_cast<std::int32_t>(p.mode);
  out.relu2 = p.relu2 ? 1 : 0;
  out.columns = first.columns;
  out.x = read(p.x, static_cast<std::size_t>(first.columns));
  out.gate = out.before = -1;
  out.norm = p.norm;
  out.gate_scale = p.gate_scale;
  out.x_scale = p.x_scale;
  out.eps = p.eps;
  if (p.experts != nullptr || p.rows != 1 || first.columns % 4 != 0 || out.x % 4 != 0) {
    possible_ = false;
  }
  if (gated_) {
    out.gate = gated_->gate;
    out.gate_late = gated_->norm_first ? 1 : 0;
    out.norm = gated_->weight;
    out.eps = gated_->eps;
    if (gated_->y != p.x || p.norm != nullptr || p.eps >= 0 || out.gate % 4 != 0) possible_ = false;
    gated_.reset();
  }
  out.first = static_cast<std::int32_t>(rows_.size());
  const bool gated = p.mode == Product::Mode::kGated;
  const int turn = static_cast<int>(ops_.size() * 37) % blocks;
  int sums = 0;
  for (int i = 0; i < p.count; ++i) {
    const auto& from = p.outputs[i];
    auto& to = out.outputs[i];
    auto& rows = rows_.emplace_back(rows_of(from.matrix));
    rows.turn = turn;
    to.rows = rows.rows;
    to.parts = rows.parts;
    scales_ = scales_ || rows.scales != nullptr;
    to.bias = from.bias;
    to.scale = from.scale;
    sums += (from.matrix.rows / blocks + 1) * rows.parts;
    const auto size = static_cast<std::size_t>(from.matrix.rows);
    if (from.matrix.columns != first.columns || from.matrix.kind != first.kind ||
        from.matrix.stride % 16 != 0 || from.matrix.rows > (1 << 30) / blocks) {
      possible_ = false;
    }
    if (from.lines != nullptr) {
      out.lines = 1;
      if (p.count > 1 || p.mode != Product::Mode::kStore) possible_ = false;
    } else if (!gated || i == 0) {
      if (p.mode == Product::Mode::kAdd) {
        out.before = read(from.y, size);
        if (i > 0) possible_ = false;
      }
      to.y = write(from.y, size);
    }
  }
  if (gated && (p.count != 2 || p.outputs[0].matrix.rows != p.outputs[1].matrix.rows)) {
    possible_ = false;
  }
  if (p.then.part != nullptr) {
    out.then_weight = p.then.weight;
    out.then_bias = p.then.bias;
    out.then_slot = p.then.slot;
    out.then_first = p.then_first;
    out.then_channels = p.then.channels;
    out.then_kernel = p.then.kernel;
    out.then_silu = p.then.silu ? 1 : 0;
    out.then_y = write(p.then.y, static_cast<std::size_t>(p.then.channels));
  }
  sums_ = std::max(sums_, sums);
  x_floats_ = std::max(x_floats_, input_floats(out));
}

void WholeStep::add(const Step1& s) {
  auto& op = ops_.emplace_back();
  op = {};
  op.type = WholeOp::Type::kStep1;
  auto& out = op.step1;
  out.dt = rows_of(s.dt);
  out.kind = static_cast<std::int32_t>(s.dt.kind);
  out.inner = s.inner;
  out.state = s.state;
  out.rank = s.rank;
  out.dt_bias = s.dt_bias;
  std::ranges::copy(s.norms, out.norms);
  std::ranges::copy(s.eps, out.eps);
  out.decay = s.decay;
  out.skip = s.skip;
  out.slot = s.slot;
  out.parts = read(s.parts, static_cast<std::size_t>(s.rank + 2 * s.state));
  out.u = read(s.u, static_cast<std::size_t>(s.inner));
  out.gate = read(s.gate, static_cast<std::size_t>(s.inner));
  out.y = write(s.u, static_cast<std::size_t>(s.inner));
  x_floats_ = std::max(x_floats_, up(s.rank, 32) + 2 * s.state);
}

void WholeStep::add(const Scan2& s) {
  auto& op = ops_.emplace_back();
  op = {};
  op.type = WholeOp::Type::kScan2;
  auto& out = op.scan2;
  out.scan = s;
  out.dt = read(s.dt, static_cast<std::size_t>(s.heads));
  out.xbc = read(s.xbc, static_cast<std::size_t>(s.channels));
  out.y = write(s.out, static_cast<std::size_t>(s.heads * s.head_dim));
}

void WholeStep::add(const GateNorm& g) {
  if (g.groups > 1) possible_ = false;
  gated_ =
      Gated{g.y, read(g.gate, static_cast<std::size_t>(g.size)), g.weight, g.eps, g.norm_first};
}

void WholeStep::add(const Attending& a) {
  auto& op = ops_.emplace_back();
  op = {};
  op.type = WholeOp::Type::kAttend;
  auto& out = op.attend;
  const auto kv = static_cast<std::size_t>(a.kv_heads * a.head_dim);
  out.attending = a;
  out.q = read(a.q, static_cast<std::size_t>(a.q_stride));
  out.k = read(a.k, kv);
  out.v = read(a.v, kv);
  out.y = write(a.out, static_cast<std::size_t>(a.heads * a.head_dim));
  x_floats_ = std::max(x_floats_, kWholeAttending);
}

void WholeStep::close() {
  whole_.op_count = static_cast<std::int32_t>(ops_.size());
  whole_.rows_count = static_cast<std::int32_t>(rows_.size());
  whole_.value_count = static_cast<std::int32_t>(values_);
  whole_.x_floats = x_floats_;
  whole_.sums = sums_;
  whole_.slot = kWholeTile + (scales_ ? kWholeScales : 0);
  const auto bare = whole_shared(whole_);
  whole_.slots = 1;
  const auto slot = whole_shared(whole_) - bare;
  const auto room = device_.facts().shared_per_block;
  const auto slots = room < bare ? 0 : (room - bare) / slot;
  whole_.slots = static_cast<std::int32_t>(std::min<std::size_t>(slots, 8));
  while (whole_.slots > 0 && whole_shared(whole_) > room) --whole_.slots;
  if (whole_.slots < 2 || rows_.empty()) possible_ = false;
  if (!possible_) return;
  const auto keep = [&](const auto& list) {
    const auto bytes = list.size() * sizeof list.front();
    Memory out(device_, bytes);
    device_.copy_in(out.data(), list.data(), bytes);
    return out;
  };
  ops_memory_ = keep(ops_);
  rows_memory_ = keep(rows_);
  values_memory_ = Memory(device_, static_cast<std::size_t>(values_) * sizeof(float));
  device_.wait();
  whole_.ops = reinterpret_cast<const WholeOp*>(ops_memory_.data());
  whole_.rows = reinterpret_cast<const WholeRows*>(rows_memory_.data());
  whole_.values = reinterpret_cast<float*>(values_memory_.data());
  held_.clear();
}

void WholeStep::run(const Batch& batch, float* const* lines) {
  auto now = whole_;
  now.lines = lines;
  run_whole(device_, batch, now);
}

}  // namespace sr::cuda
