// tools.h - looking at models and making them: state_runtime/model_tools.h for this backend.
// [control]. Errors: BadOption("model", "[file] what"), Failure.
#pragma once

#include "state_runtime/model_tools.hpp"

namespace sr::cuda {

struct ModelTools {
  static void inspect(Host host, const Config& options, const Output& to);
  static void logits(Host host, const Config& options, std::span<const std::int32_t> ids,
                     const Output& to);
  static void random(Host host, const sr_random_model& model, const Output& to);
};

}  // namespace sr::cuda
