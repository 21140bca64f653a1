#include "model.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "fingerprint.h"
#include "kernels/limits.h"

namespace sr::cuda {

namespace {

constexpr int kSlice = 512;       // tokens that go through the layers together
constexpr int kMostRecorded = 64;  // rows; more take so long that launching does not count
constexpr std::size_t kTurns = 4, kLeastStaging = std::size_t{1} << 20;

std::size_t up(std::size_t size) { return (size + 255) / 256 * 256; }

// Room for as many, of which there are few different ones, so that a recording serves many batches.
int room_for(std::size_t count) {
  const auto n = static_cast<int>(count);
  const int step = n <= 4 ? 1 : n <= 16 ? 4 : n <= 64 ? 16 : 64;
  return (n + step - 1) / step * step;
}

[[noreturn]] void does_not_fit(const hybrid::Description& d, const hybrid::Layout& layout,
                               hybrid::Format format, const Device::Facts& device,
                               const std::string& folder) {
  const auto mib = [](std::uint64_t bytes) { return std::to_string((bytes >> 20) + 1) + " MiB"; };
  const auto session = layout.fixed_floats * sizeof(float);
  std::string text = "[" + folder + "] needs " + mib(weight_bytes(d, format)) +
                     " for its weights as " + hybrid::name_of(format) + " and " + mib(2 * session) +
                     " for each session on the device, and " + device.name + " has " +
                     mib(device.memory_free) + " free";
  for (const auto less : {hybrid::Format::kBF16, hybrid::Format::kInt8, hybrid::Format::kInt4}) {
    if (less <= format || weight_bytes(d, less) + 64 * session > device.memory_free) continue;
    text += std::string("; weights: ") + hybrid::name_of(less) + " would fit with " +
            mib(weight_bytes(d, less));
    break;
  }
  throw Failure(SR_EXHAUSTED, text, "model");
}

// What is larger than a kernel holds at once is refused.
hybrid::Description described(const std::string& folder, const hybrid::Checkpoint& checkpoint) {
  auto out = hybrid::describe(folder, checkpoint);
  std::size_t l = 0;
  const auto within = [&](int size, int most, const char* what) {
    if (size <= most) return;
    throw BadOption("model", "[" + folder + "] layer " + std::to_string(l) + " has " + what +
                                 " of " + std::to_string(size) +
                                 " numbers, and the cuda backend takes at most " +
                                 std::to_string(most) + "; the cpu backend takes more");
  };
  for (; l < out.layers.size(); ++l) {
    for (const auto& branch : out.layers[l].branches) {
      if (const auto* a = std::get_if<hybrid::Attention>(&branch.mixer)) {
        within(a->head_dim, kMostHeadDim, "attention heads");
      } else if (const auto* m1 = std::get_if<hybrid::Mamba1>(&branch.mixer)) {
        within(m1->state, kMostScan1State, "a Mamba state");
      } else if (const auto* m2 = std::get_if<hybrid::Mamba2>(&branch.mixer)) {
        within(m2->state, kMostScan2State, "a Mamba-2 state");
      } else if (const auto* d = std::get_if<hybrid::GatedDelta>(&branch.mixer)) {
        within(d->key_dim, kMostDeltaKey, "delta-rule keys");
      }
    }
  }
  return out;
}

// Weights that do not fit are refused before they are read.
Weights load_weights(Device& device, const hybrid::Description& d, const hybrid::Layout& layout,
                     hybrid::Format format, const std::string& folder,
                     const hybrid::Progress::Say& say) {
  try {
    if (weight_bytes(d, format) > device.facts().memory_free) {
      does_not_fit(d, layout, format, device.facts(), folder);
    }
    return Weights(device, d, format, say);
  } catch (const DeviceError& e) {
    if (e.kind() != DeviceError::Kind::kMemory) throw;
    does_not_fit(d, layout, format, device.facts(), folder);
  }
}

}  // namespace

// Places that are taken one after the other, here and on the device.
class Model::Staged {
 public:
  Staged(std::byte* host, std::byte* device) : host_(host), device_(device) {}
  template <class T>
  struct Array {
    T* host;
    T* device;
  };
  template <class T>
  Array<T> take(std::size_t count) {
    const Array<T> out{reinterpret_cast<T*>(host_ + used_), reinterpret_cast<T*>(device_ + used_)};
    used_ = (used_ + count * sizeof(T) + 15) / 16 * 16;
    return out;
  }
  std::size_t used() const noexcept { return used_; }

 private:
  std::byte *host_, *device_;
  std::size_t used_ = 0;
};

std::unique_ptr<Model> Model::load(std::unique_ptr<Device> device, const std::string& folder,
                                   hybrid::Format format, hybrid::Window window, Limits limits,
                                   const hybrid::Progress::Say& say) {
  return std::unique_ptr<Model>(new Model(std::move(device), folder,
                                          hybrid::Checkpoint::open(folder), format, window, limits,
                                          say));
}

Model::Model(std::unique_ptr<Device> device, const std::string& folder,
             hybrid::Checkpoint checkpoint, hybrid::Format format, hybrid::Window window,
             Limits limits, const hybrid::Progress::Say& say)
    : device_(std::move(device)),
      description_(described(folder, checkpoint)),
      layout_(description_, window),
      fingerprint_(hybrid::fingerprint_of(folder, description_, format, window, say)),
      weights_(load_weights(*device_, description_, layout_, format, folder, say)),
      forward_(*device_, description_, layout_, weights_, limits.one_kernel),
      // A sequence holds what it is at and what it was before its last forward.
      fixed_(*device_, "a sequence", layout_.fixed_floats * sizeof(float), 2 * limits.resident),
      blocks_(*device_, "keys and values", layout_.block_floats * sizeof(float), 0),
      rows_(*device_, "logits", static_cast<std::size_t>(description_.vocabulary) * sizeof(float),
            0) {
  for (auto& weight : description_.weights) weight.data = nullptr;  // the files are closed now
  try {
    zeros_ = Memory(*device_, layout_.fixed_floats * sizeof(float));
    device_->zero(zeros_.data(), zeros_.size());
    spare_ = Memory(*device_, static_cast<std::size_t>(description_.vocabulary) * sizeof(float));
  } catch (const DeviceError& e) {
    if (e.kind() != DeviceError::Kind::kMemory) throw;
    does_not_fit(description_, layout_, format, device_->facts(), folder);
  }
  staging(kLeastStaging);
  device_->wait();
}

Model::~Model() {
  for (auto* host : hosts_) device_->release_host(host);
}

DeviceState Model::empty() const {
  DeviceState out;
  out.pinned = layout_.window.pinned;
  return out;
}

// Memory of the host of at least so many bytes, that nobody reads any more; inputs_ has as many.
std::byte* Model::staging(std::size_t bytes) {
  if (bytes > host_size_) {
    device_->wait();
    auto size = std::max(host_size_, kLeastStaging);
    while (size < bytes) size *= 2;
    recorded_.clear();  // they read from inputs_
    inputs_ = Memory();
    for (auto* host : hosts_) device_->release_host(host);
    hosts_.clear();
    host_size_ = 0;
    inputs_ = Memory(*device_, size);
    for (std::size_t i = 0; i < kTurns; ++i) hosts_.push_back(device_->allocate_host(size));
    host_size_ = size;
    turn_ = 0;
  }
  if (turn_ == kTurns) {
    device_->wait();
    turn_ = 0;
  }
  return static_cast<std::byte*>(hosts_[turn_++]);
}

bool Model::forward(std::span<const Run> runs, const std::atomic<bool>& stop) {
  for (auto* pool : {&fixed_, &blocks_, &rows_}) pool->begin_call();
  std::vector<Going> going;
  for (const auto& run : runs) {
    auto& state = run.sequence->state;
    state.reserve(layout_, run.tokens.size(), [&] { return blocks_.make(); },
                  [&](const PiecePtr& shared) { return blocks_.copy(shared); });
    going.push_back({&run, state.fixed, 0, {}});
    run.sequence->last_tokens.reserve(run.tokens.size());  // so that nothing fails half way
  }
  std::vector<Row> rows;
  std::size_t room = kSlice;
  const auto flush = [&] {
    if (stop.load(std::memory_order_relaxed)) return false;
    if (!rows.empty()) forward_slice(rows);
    rows.clear();
    room = kSlice;
    return true;
  };
  for (auto& each : going) {
    for (std::size_t first = 0; first < each.run->tokens.size();) {
      const auto size = std::min(room, each.run->tokens.size() - first);
      rows.push_back({&each, first, size});
      first += size;
      room -= size;
      if (room == 0 && !flush()) return false;
    }
  }
  if (!flush()) return false;
  for (auto& each : going) {
    auto& sequence = *each.run->sequence;
    sequence.before = std::exchange(sequence.state.fixed, std::move(each.now));
    sequence.length_before = sequence.state.length;
    sequence.state.length += each.run->tokens.size();
    sequence.last_tokens.assign(each.run->tokens.begin(), each.run->tokens.end());
    sequence.kept = each.run->wanted;
    sequence.logits = std::move(each.logits);
  }
  return true;
}

void Model::forward_slice(std::span<Row> rows) {
  std::size_t tokens = 0, block_count = 0, wanted = 0;
  const auto kept = [](const Row& row) -> std::size_t {
    const auto& run = *row.going->run;
    if (run.wanted == hybrid::Logits::kAll) return row.count;
    return run.wanted == hybrid::Logits::kLast && row.first + row.count == run.tokens.size() ? 1
                                                                                             : 0;
  };
  for (const auto& row : rows) {
    tokens += row.count;
    block_count += row.going->run->sequence->state.blocks.size();
    wanted += kept(row);
  }
  const Key key{room_for(tokens), room_for(rows.size()), room_for(wanted)};
  const auto size = [](int count) { return static_cast<std::size_t>(count); };
  auto* const host = staging(up(size(key.parts) * sizeof(Part)) + size(key.rows) * 8 +
                             size(key.wanted) * 12 + block_count * 8 + 256);
  Staged staged(host, inputs_.data());
  const auto parts = staged.take<Part>(size(key.parts));
  const auto ids = staged.take<std::int32_t>(size(key.rows));
  const auto owners = staged.take<std::int32_t>(size(key.rows));
  const auto which = staged.take<std::int32_t>(size(key.wanted));
  const auto lines = staged.take<float*>(size(key.wanted));
  const auto blocks = staged.take<float*>(block_count);
  std::fill_n(parts.host, key.parts, Part{});
  std::fill_n(ids.host, key.rows, 0);
  std::fill_n(owners.host, key.rows, -1);
  std::fill_n(which.host, key.wanted, 0);
  std::fill_n(lines.host, key.wanted, reinterpret_cast<float*>(spare_.data()));

  std::int32_t row = 0, block = 0, line = 0;
  std::vector<PiecePtr> next;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto& going = *rows[i].going;
    const auto& state = going.run->sequence->state;
    auto& part = parts.host[i];
    part.before = reinterpret_cast<const float*>(
        going.now == nullptr ? zeros_.data() : fixed_.bring(*going.now));
    next.push_back(fixed_.make());
    part.after = reinterpret_cast<float*>(fixed_.bring(*next.back()));
    part.length = static_cast<std::int64_t>(state.length + rows[i].first);
    part.pinned = static_cast<std::int64_t>(state.pinned);
    part.pinned_blocks = static_cast<std::int64_t>(state.pinned_blocks());
    part.dropped = static_cast<std::int64_t>(state.dropped);
    part.first = row;
    part.count = static_cast<std::int32_t>(rows[i].count);
    part.blocks = block;
    for (const auto& held : state.blocks) {
      blocks.host[block++] = reinterpret_cast<float*>(blocks_.bring(*held));
    }
    const auto some = going.run->tokens.subspan(rows[i].first, rows[i].count);
    std::ranges::copy(some, ids.host + row);
    std::fill_n(owners.host + row, rows[i].count, static_cast<std::int32_t>(i));
    row += part.count;
    for (auto left = static_cast<std::int32_t>(kept(rows[i])); left > 0; --left) {
      going.logits.push_back(rows_.make());
      which.host[line] = row - left;
      lines.host[line++] = reinterpret_cast<float*>(rows_.bring(*going.logits.back()));
    }
  }
  device_->copy_in(inputs_.data(), host, staged.used());

  const Batch batch{key.rows, key.parts, ids.device, owners.device, parts.device, blocks.device};
  const Wanted wants{key.wanted, which.device, lines.device};
  auto& recorded = recorded_[key];
  // The first time makes the working memory that a recording then finds.
  if (key.rows > kMostRecorded || recorded.uses++ == 0) {
    forward_.run(batch, wants);
  } else {
    if (recorded.graph == nullptr) {
      device_->begin_graph();
      forward_.run(batch, wants);
      recorded.graph = device_->end_graph();
    }
    device_->run(*recorded.graph);
  }
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].going->now = std::move(next[i]);
}

void Model::keep(DeviceSequence& sequence, std::size_t count) {
  DeviceState kept = sequence.state;
  kept.fixed = sequence.before;
  kept.length = sequence.length_before;
  DeviceSequence again(std::move(kept));
  if (count > 0) {
    const std::atomic<bool> never = false;
    const Run run{&again, std::span(sequence.last_tokens).first(count), hybrid::Logits::kNone};
    forward({&run, 1}, never);
  }
  const auto before = sequence.before;
  sequence.state = std::move(again.state);
  sequence.before = before;
  sequence.last_tokens.resize(count);
  sequence.logits.resize(sequence.kept == hybrid::Logits::kAll ? count : 0);
}

void Model::choose(std::span<const Choice> choices, int vocabulary) {
  rows_.begin_call();
  const auto words = static_cast<std::size_t>(vocabulary + 31) / 32;
  std::size_t masks = 0, scored = 0;
  for (const auto& choice : choices) {
    masks += choice.pick->mask != nullptr ? words : 0;
    scored += choice.pick->score_count;
  }
  auto* const host = staging(choices.size() * (sizeof(Pick) + sizeof(Picked)) + masks * 4 +
                             scored * 8 + 256);
  Staged staged(host, inputs_.data());
  const auto picks = staged.take<Pick>(choices.size());
  const auto mask = staged.take<std::uint32_t>(masks);
  const auto tokens = staged.take<std::int32_t>(scored);
  const auto given = staged.used();
  const auto picked = staged.take<Picked>(choices.size());
  const auto scores = staged.take<float>(scored);
  std::size_t at_mask = 0, at_score = 0;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const auto& from = *choices[i].pick;
    auto& to = picks.host[i] = Pick{};
    to.logits = reinterpret_cast<const float*>(rows_.bring(*choices[i].logits));
    if (from.mask != nullptr) {
      std::copy_n(from.mask, words, mask.host + at_mask);
      to.mask = mask.device + at_mask;
      at_mask += words;
    }
    to.count = static_cast<std::int32_t>(from.score_count);
    to.tokens = tokens.device + at_score;
    to.scores = scores.device + at_score;
    std::copy_n(from.score_tokens, from.score_count, tokens.host + at_score);
    at_score += from.score_count;
  }
  device_->copy_in(inputs_.data(), host, given);
  cuda::choose(*device_, picks.device, static_cast<int>(choices.size()), vocabulary,
               picked.device);
  device_->copy_out(host + given, inputs_.data() + given, staged.used() - given);
  device_->wait();
  at_score = 0;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    auto& pick = *choices[i].pick;
    const auto& best = picked.host[i];
    if (pick.score_count == 0) {
      pick.token = best.token;
      if (SR_HAS(&pick, margin) && best.token >= 0) pick.margin = best.logit - best.next;
    }
    std::copy_n(scores.host + at_score, pick.score_count, pick.scores);
    at_score += pick.score_count;
    if (best.token < 0) {
      detail::fail(pick.error, SR_INVALID_ARGUMENT, "", "the mask allows no token");
    }
  }
}

std::vector<float> Model::logits(const Piece& row) const {
  std::vector<float> out(static_cast<std::size_t>(description_.vocabulary));
  rows_.read(row, out.data());
  return out;
}

hybrid::State Model::take_out(const DeviceState& state) const {
  hybrid::State out(layout_);
  out.length = state.length;
  out.pinned = state.pinned;
  out.dropped = state.dropped;
  if (state.fixed != nullptr) fixed_.read(*state.fixed, out.fixed.data());
  for (std::size_t i = 0; i < (layout_.caches.empty() ? 0 : state.held()); ++i) {
    out.blocks.push_back(hybrid::make_block(layout_));
    blocks_.read(*state.blocks[i], out.blocks.back().get());
  }
  return out;
}

DeviceState Model::put_back(const hybrid::State& state) {
  DeviceState out;
  out.length = state.length;
  out.pinned = state.pinned;
  out.dropped = state.dropped;
  out.fixed = fixed_.make(state.fixed.data());
  for (const auto& block : state.blocks) out.blocks.push_back(blocks_.make(block.get()));
  return out;
}

}  // namespace sr::cuda
