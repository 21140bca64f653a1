// host/cli/model_command.h - `state-runtime model inspect|logits|random`: looking at a model
// without a deployment, and making one of random numbers.
//
// A backend's plugin does the work. Exit status: 0, or 1 with a sentence on standard error.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "host/plugins/registry.h"

namespace sr::host {

struct ModelArgs {
  std::string backend = "cpu";
  std::vector<std::string> plugins;  // further directories
  std::string folder;                // of the model
  std::string weights;               // empty: the backend's default
  bool json = false;
  std::vector<std::int32_t> ids;
  std::string window, pinned;        // of attention; empty: the backend's defaults
  std::string config, tokenizer, type = "bf16";
  std::uint64_t seed = 0;
};

// Adds the three commands; `status` gets the exit status of the one that ran.
void add_model(CLI::App& command, ModelArgs& args, int& status);

int model_inspect(const ModelArgs& args, const Registry& registry, std::ostream& out,
                  std::ostream& err);
int model_logits(const ModelArgs& args, const Registry& registry, std::ostream& out,
                 std::ostream& err);
int model_random(const ModelArgs& args, const Registry& registry, std::ostream& out,
                 std::ostream& err);

}  // namespace sr::host
