// bench/decode/reader.h - one backend and one sequence, driven as the host's worker does. One
// thread. Throws StartError for what the backend refuses.
#pragma once

#include <span>
#include <vector>

#include "host/plugins/backend.h"

namespace sr::bench {

// Tokens that differ from each other, the same ones for the same seed.
std::vector<std::int32_t> some_tokens(std::size_t count, int vocabulary, std::uint32_t seed);

class Reader {
 public:
  explicit Reader(host::LoadedBackend backend) : backend_(std::move(backend)) { open(); }

  void open();                         // a new, empty sequence
  void fork(const Reader& of);         // its own continuation of the other's sequence
  // Appends the tokens and chooses the one that follows; milliseconds of both.
  double step(std::span<const std::int32_t> tokens);
  std::int32_t chosen() const { return chosen_; }
  // Natural logarithms of what the model gives every token next.
  std::vector<float> scores();

 private:
  sr_pick pick(sr_error& error) const;

  host::LoadedBackend backend_;
  host::SequencePtr sequence_;
  std::int32_t chosen_ = 0;
};

}  // namespace sr::bench
