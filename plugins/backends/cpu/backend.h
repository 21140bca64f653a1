// backend.h - hybrid models from Hugging Face folders, on the CPU.
//
// A sequence is a State, the logits of its last forward, and what that forward overwrote.
// Thread rules and errors: state_runtime/backend.h.
#pragma once

#include <memory>

#include "model.h"
#include "model_backend.h"

namespace sr::cpu {

class HybridSequence final : public Sequence {
 public:
  explicit HybridSequence(State start) : state(std::move(start)) {}

  State state;
  std::shared_ptr<Undo> undo;             // before the last forward; forks share it
  std::vector<std::int32_t> last_tokens;  // of the last forward, as far as they are kept
  Logits kept = Logits::kNone;
  std::vector<float> logits;  // (kept positions, vocabulary)
};

class CpuBackend final : public hybrid::ModelBackend {
 public:
  using Interface = Backend;
  static constexpr const char* kType = "cpu";
  static constexpr const char* kSummary =
      "Runs hybrid state-space models (Mamba, attention, and their mixtures) from a Hugging Face "
      "folder on the CPU.";
  static constexpr int kStability = SR_ALPHA;
  static const sr_option* const kOptions[];
  static const void* extension(std::string_view id) noexcept;

  CpuBackend(Host host, const Config& config);

  std::unique_ptr<Sequence> open() override;
  std::unique_ptr<Sequence> fork(const Sequence& from) override;
  std::uint64_t length(const Sequence&) const noexcept override;
  void sample(std::span<sr_pick* const> picks) override;
  void keep(Sequence&, std::size_t count) override;
  void save(const Sequence&, const sr_writer&) const override;
  std::unique_ptr<Sequence> load(const sr_reader&) override;
  void pin(Sequence&, std::uint64_t count) override;

 private:
  void run(std::span<sr_forward_item* const> items) override;
  void choose(sr_pick& pick) const;
  std::shared_ptr<Undo> prepared_undo(const State& state);

  std::unique_ptr<const Model> model_;
  std::vector<std::shared_ptr<Undo>> spare_undos_;  // that no sequence holds any more
  std::vector<std::vector<float>> spare_logits_;
};

}  // namespace sr::cpu
