// backend.h - hybrid models from Hugging Face folders, on an NVIDIA GPU.
//
// Thread rules and errors: state_runtime/backend.h. Once the device is lost every call answers
// SR_UNAVAILABLE with the sentence that says so.
#pragma once

#include "model.h"
#include "model_backend.h"

namespace sr::cuda {

class CudaBackend final : public hybrid::ModelBackend {
 public:
  using Interface = Backend;
  static constexpr const char* kType = "cuda";
  static constexpr const char* kSummary =
      "Runs hybrid state-space models (Mamba, attention, and their mixtures) from a Hugging Face "
      "folder on an NVIDIA GPU.";
  static constexpr int kStability = SR_ALPHA;
  static const sr_option* const kOptions[];
  static const void* extension(std::string_view id) noexcept;

  CudaBackend(Host host, const Config& config);

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

  std::unique_ptr<Model> model_;
};

}  // namespace sr::cuda
