#include "loading.h"

#include "model_folder.h"

namespace sr::cpu {

std::unique_ptr<const Model> load_model(Host host, const Config& options) {
  Machine machine;
  machine.threads = threads_for(options.integer("threads"));
  const auto folder = options.string("model");
  try {
    return Model::load(folder, hybrid::format_of(options), hybrid::window_of(options), machine,
                       hybrid::logger(host, "cpu"));
  } catch (const std::bad_alloc&) {
    throw Failure(SR_EXHAUSTED,
                  "[" + folder + "] does not fit into the memory that is left, with weights: " +
                      options.string("weights") + "; int8 and int4 take less",
                  "model");
  }
}

}  // namespace sr::cpu
