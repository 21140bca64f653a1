// fixture.h - a way to read tokens with the cpu backend's model, and what reference.h has.
#pragma once

#include <gtest/gtest.h>

#include "model.h"
#include "snapshot.h"
#include "tests/plugins/backends/hybrid/reference.h"

namespace sr::cpu::test {

using hybrid::test::Expected;
using hybrid::test::fixtures;
using hybrid::test::kModels;

// Appends ids [first, last) in pieces of `chunk` and returns the logits of all of them.
inline std::vector<float> read(const Model& model, State& state,
                               const std::vector<std::int32_t>& ids, std::size_t first,
                               std::size_t last, std::size_t chunk) {
  std::vector<float> out;
  const std::atomic<bool> stop = false;
  for (std::size_t at = first; at < last; at += chunk) {
    const auto size = std::min(chunk, last - at);
    Run run{&state, std::span(ids).subspan(at, size), Logits::kAll, {}};
    EXPECT_TRUE(model.forward({&run, 1}, stop));
    out.insert(out.end(), run.logits.begin(), run.logits.end());
  }
  return out;
}

inline std::string saved(const Model& model, const State& state) {
  std::string out;
  hybrid::save(model.fingerprint(), model.layout(), state, hybrid::test::writer_to(out));
  return out;
}

inline State loaded(const Model& model, std::string_view bytes) {
  return hybrid::load(model.fingerprint(), model.layout(), hybrid::test::reader_of(bytes));
}

}  // namespace sr::cpu::test
