#include "tests/plugins/backends/cuda/cpu_model.h"

#include "tests/plugins/backends/cpu/fixture.h"

namespace sr::cuda::test {

namespace {

class Loaded final : public CpuModel {
 public:
  Loaded(const std::string& folder, hybrid::Format format, hybrid::Window window)
      : model_(cpu::Model::load(folder, format, window)) {}
  const std::string& fingerprint() const override { return model_->fingerprint(); }
  std::vector<float> logits(const std::vector<std::int32_t>& ids) const override {
    hybrid::State state(model_->layout());
    return cpu::test::read(*model_, state, ids, 0, ids.size(), 64);
  }
  std::vector<float> logits_after(std::string_view saved, const std::vector<std::int32_t>& ids,
                                  std::size_t first) const override {
    auto state = cpu::test::loaded(*model_, saved);
    return cpu::test::read(*model_, state, ids, first, ids.size(), 64);
  }
  std::string saved_after(const std::vector<std::int32_t>& ids, std::size_t count) const override {
    hybrid::State state(model_->layout());
    cpu::test::read(*model_, state, ids, 0, count, 64);
    return cpu::test::saved(*model_, state);
  }

 private:
  std::unique_ptr<const cpu::Model> model_;
};

}  // namespace

std::unique_ptr<CpuModel> CpuModel::load(const std::string& folder, hybrid::Format format,
                                         hybrid::Window window) {
  return std::make_unique<Loaded>(folder, format, window);
}

}  // namespace sr::cuda::test
