// random_fill.h - which random numbers each tensor of a model gets. Pure; any thread.
#pragma once

#include <map>
#include <span>
#include <string>

#include "description.h"

namespace sr::hybrid {

struct Fill {
  enum class Kind {
    kUniform,  // centre - reach to centre + reach
    kDecay,    // A_log: decays of 1 to 16
    kStep,     // what softplus turns into a time step of 0.001 to 0.1
  };
  Kind kind = Kind::kUniform;
  float centre = 0, reach = 0;
};

// By name of tensor. Matrices keep the size of what goes in; what goes back into the residual
// stream is scaled down by the number of layers, and the head so that the logits spread by one.
std::map<std::string, Fill> fills_of(const Description& description);

// Elements [first, first + out.size()) of a tensor; each depends on `seed` and its place only.
void fill(const Fill& how, std::uint64_t seed, std::uint64_t first, std::span<float> out);

}  // namespace sr::hybrid
