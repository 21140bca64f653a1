#include "tools.h"

#include "loading.h"
#include "model_folder.h"
#include "model_tools.h"

namespace sr::cuda {

void ModelTools::inspect(Host host, const Config& options, const Output& to) {
  const auto model = load_model(host, options);
  hybrid::write_inspection(model->facts(), options, to);
}

void ModelTools::logits(Host host, const Config& options, std::span<const std::int32_t> ids,
                        const Output& to) {
  const auto model = load_model(host, options);
  hybrid::check_ids(ids, model->description().vocabulary);
  constexpr std::size_t kChunk = 128;
  DeviceSequence sequence(model->empty());
  const std::atomic<bool> never = false;
  for (; !ids.empty(); ids = ids.subspan(std::min(kChunk, ids.size()))) {
    const Run run{&sequence, ids.first(std::min(kChunk, ids.size())), hybrid::Logits::kAll};
    on_device([&] {
      model->forward({&run, 1}, never);
      for (const auto& row : sequence.logits) {
        const auto logits = model->logits(*row);
        to.write(logits.data(), logits.size() * sizeof(float));
      }
    });
  }
}

void ModelTools::random(Host host, const sr_random_model& asked, const Output& to) {
  hybrid::write_random(hybrid::logger(host, "cuda"), asked, to);
}

}  // namespace sr::cuda
