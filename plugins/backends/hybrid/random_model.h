// random_model.h - a checkpoint with random weights for a config.json: for measurements, and for
// trying a deployment before a model is at hand.
//
// The numbers are drawn so that every layer adds about as much as the others and the logits have a
// spread of about one. The same seed gives the same files. One thread. Errors:
// BadOption("model", "[file] what").
#pragma once

#include "description.h"
#include "progress.h"

namespace sr::hybrid {

struct RandomModel {
  std::string config;  // a config.json
  std::string folder;  // is made; must not exist or be empty
  std::string tokenizer;  // text of its tokenizer.json; empty: the folder gets none
  DType type = DType::kBF16;  // of all tensors: kF32 or kBF16
  std::uint64_t seed = 0;
  std::uint64_t shard_bytes = 2'000'000'000;  // most bytes of tensors in one file, if they fit
};

struct RandomFiles {
  std::uint64_t parameters = 0, bytes = 0;  // bytes: of tensors
  std::size_t shards = 0;
};

// Writes config.json (a copy), tokenizer.json, and model.safetensors or shards with their index.
RandomFiles write_random_model(const RandomModel& model, const Progress::Say& say);

}  // namespace sr::hybrid
