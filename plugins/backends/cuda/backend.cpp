#include "backend.h"

#include "loading.h"
#include "options.h"
#include "sampling.h"
#include "snapshot.h"
#include "tools.h"

namespace sr::cuda {

namespace {

constexpr auto kDevice = option({.name = "device", .type = SR_INT, .fallback = "0", .min = "0",
    .max = "63", .doc = "Which GPU, as the driver numbers them."});
constexpr auto kResident = option({.name = "resident", .type = SR_INT, .fallback = "0",
    .min = "0", .doc = "Most sequences whose state stays on the device; the longest unused ones "
    "move to the host's memory and back. 0 for as many as the device has room for."});

const DeviceSequence& of(const Sequence& s) { return static_cast<const DeviceSequence&>(s); }
DeviceSequence& of(Sequence& s) { return static_cast<DeviceSequence&>(s); }

// Is a token drawn from the whole row, rather than the best one taken?
bool drawn(const sr_pick& pick) {
  return pick.score_count == 0 && pick.sampling != nullptr && pick.sampling->temperature != 0;
}

}  // namespace

const sr_option* const CudaBackend::kOptions[] = {
    &hybrid::kModel,  &hybrid::kWeights, &kDevice, &kResident, &hybrid::kContext,
    &hybrid::kWindow, &hybrid::kPinned,  nullptr};

CudaBackend::CudaBackend(Host host, const Config& config) {
  model_ = load_model(host, config);
  start(host, config, kType, model_->facts());
  host.log(SR_LOG_INFO, "cuda: on " + model_->device().name);
}

const void* CudaBackend::extension(std::string_view id) noexcept {
  return id == SR_MODEL_TOOLS_ID ? &model_tools<ModelTools> : nullptr;
}

std::unique_ptr<Sequence> CudaBackend::open() {
  return std::make_unique<DeviceSequence>(model_->empty());
}

std::unique_ptr<Sequence> CudaBackend::fork(const Sequence& from) {
  return std::make_unique<DeviceSequence>(of(from));
}

std::uint64_t CudaBackend::length(const Sequence& s) const noexcept { return of(s).state.length; }

void CudaBackend::run(std::span<sr_forward_item* const> items) {
  std::vector<Run> runs;
  for (const auto* item : items) {
    runs.push_back({&sequence_of<DeviceSequence>(item->sequence), {item->tokens, item->count},
                    static_cast<hybrid::Logits>(item->logits)});
  }
  on_device([&] {
    if (!model_->forward(runs, stop())) throw Failure(SR_CANCELLED, "interrupted");
  });
}

void CudaBackend::sample(std::span<sr_pick* const> picks) {
  std::vector<Model::Choice> choices;
  const auto size = static_cast<std::size_t>(vocabulary().size);
  each_item(picks, [&](sr_pick& pick) {
    pick.token = -1;
    if (pick.sequence == nullptr) throw Failure(SR_INVALID_ARGUMENT, "a pick needs a sequence");
    auto& sequence = sequence_of<DeviceSequence>(pick.sequence);
    check_pick(pick, sequence.logits.size());
    hybrid::check_ids({pick.score_tokens, pick.score_count}, vocabulary().size);
    const auto& row = sequence.logits[pick.position];
    if (!drawn(pick)) {
      choices.push_back({row.get(), &pick});
      return;
    }
    // An embedding may be longer than the vocabulary: what has no token is never chosen.
    const auto logits = on_device([&] { return model_->logits(*row); });
    hybrid::choose(std::span(logits).first(size), sequence.state.length + pick.position, pick);
  });
  if (choices.empty()) return;
  sr_error error{};
  error.struct_size = sizeof error;
  const auto code = detail::guarded(&error, [&] {
    on_device([&] { model_->choose(choices, vocabulary().size); });
  });
  if (code == SR_OK) return;
  for (auto& choice : choices) {
    detail::fail(choice.pick->error, error.code, error.option, error.message);
  }
}

void CudaBackend::keep(Sequence& base, std::size_t count) {
  auto& sequence = of(base);
  check_kept(count, sequence.last_tokens.size());
  if (count == sequence.last_tokens.size()) return;
  on_device([&] { model_->keep(sequence, count); });
}

void CudaBackend::save(const Sequence& s, const sr_writer& to) const {
  const auto state = on_device([&] { return model_->take_out(of(s).state); });
  hybrid::save(model_->fingerprint(), model_->layout(), state, to);
}

std::unique_ptr<Sequence> CudaBackend::load(const sr_reader& from) {
  const auto state = hybrid::load(model_->fingerprint(), model_->layout(), from);
  return std::make_unique<DeviceSequence>(model_->put_back(state));
}

void CudaBackend::pin(Sequence& base, std::uint64_t count) {
  if (!of(base).state.pin(count)) refuse_pin(count);
}

}  // namespace sr::cuda
