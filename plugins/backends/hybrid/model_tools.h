// model_tools.h - what every backend of hybrid models says and makes of them: state_runtime/model_tools.h
// but for the arithmetic. [control]. Errors: BadOption("model", "[file] what"), Failure.
#pragma once

#include "layout.h"
#include "progress.h"
#include "state_runtime/model_tools.hpp"

namespace sr::hybrid {

// A model as a backend loaded it.
struct Loaded {
  const Description& description;
  const Layout& layout;
  const std::string& fingerprint;
  std::uint64_t weight_bytes = 0;
};

void write_inspection(const Loaded& model, const Config& options, const Output& to);
void check_ids(std::span<const std::int32_t> ids, int vocabulary);
void write_random(const Progress::Say& say, const sr_random_model& asked, const Output& to);

}  // namespace sr::hybrid
