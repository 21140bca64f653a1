#include "tools.h"

#include "loading.h"
#include "model_folder.h"
#include "model_tools.h"

namespace sr::cpu {

void ModelTools::inspect(Host host, const Config& options, const Output& to) {
  const auto model = load_model(host, options);
  hybrid::write_inspection(model->facts(), options, to);
}

void ModelTools::logits(Host host, const Config& options, std::span<const std::int32_t> ids,
                        const Output& to) {
  const auto model = load_model(host, options);
  hybrid::check_ids(ids, model->description().vocabulary);
  constexpr std::size_t kChunk = 128;
  State state(model->layout());
  const std::atomic<bool> never = false;
  for (; !ids.empty(); ids = ids.subspan(std::min(kChunk, ids.size()))) {
    Run run{&state, ids.first(std::min(kChunk, ids.size())), Logits::kAll, {}};
    model->forward({&run, 1}, never);
    to.write(run.logits.data(), run.logits.size() * sizeof(float));
  }
}

void ModelTools::random(Host host, const sr_random_model& asked, const Output& to) {
  hybrid::write_random(hybrid::logger(host, "cpu"), asked, to);
}

}  // namespace sr::cpu
