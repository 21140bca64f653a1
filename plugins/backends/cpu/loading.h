// loading.h - a model on the CPU, as a component's options say. [control]. Errors:
// BadOption(option, "[file] what"), Failure(SR_EXHAUSTED) when memory runs out.
#pragma once

#include "model.h"
#include "state_runtime/plugin.hpp"

namespace sr::cpu {

// Logs how far it is when it takes longer than a second.
std::unique_ptr<const Model> load_model(Host host, const Config& options);

}  // namespace sr::cpu
