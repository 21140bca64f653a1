// fixture.h - a way to read tokens with the cuda backend's model. Tests that need a GPU are skipped
// where there is none.
#pragma once

#include <gtest/gtest.h>

#include "model.h"
#include "snapshot.h"
#include "state_runtime/plugin.hpp"
#include "tests/plugins/backends/hybrid/reference.h"

namespace sr::cuda::test {

using hybrid::Format;
using hybrid::Logits;
using hybrid::Window;
using hybrid::test::Expected;
using hybrid::test::fixtures;
using hybrid::test::kBound;
using hybrid::test::kModels;

// Why there is no GPU to test with; empty: there is one.
inline const std::string& no_device() {
  static const std::string why = [] {
    try {
      open_device(0);
    } catch (const DeviceError& e) {
      return std::string(e.what());
    }
    return std::string();
  }();
  return why;
}

inline std::unique_ptr<Model> load(const std::string& folder, Format format, Window window = {},
                                   Limits limits = {}) {
  return Model::load(open_device(0), folder, format, window, limits);
}

inline std::vector<float> logits_of(Model& model, const DeviceSequence& sequence) {
  std::vector<float> out;
  for (const auto& row : sequence.logits) {
    const auto logits = model.logits(*row);
    out.insert(out.end(), logits.begin(), logits.end());
  }
  return out;
}

// Appends ids [first, last) in pieces of `chunk` and returns the logits of all of them.
inline std::vector<float> read(Model& model, DeviceSequence& sequence,
                               const std::vector<std::int32_t>& ids, std::size_t first,
                               std::size_t last, std::size_t chunk) {
  std::vector<float> out;
  const std::atomic<bool> stop = false;
  for (std::size_t at = first; at < last; at += chunk) {
    const Run run{&sequence, std::span(ids).subspan(at, std::min(chunk, last - at)), Logits::kAll};
    EXPECT_TRUE(model.forward({&run, 1}, stop));
    const auto logits = logits_of(model, sequence);
    out.insert(out.end(), logits.begin(), logits.end());
  }
  return out;
}

inline std::string saved(const Model& model, const DeviceSequence& sequence) {
  std::string out;
  hybrid::save(model.fingerprint(), model.layout(), model.take_out(sequence.state),
               hybrid::test::writer_to(out));
  return out;
}

inline DeviceSequence loaded(Model& model, std::string_view bytes) {
  return DeviceSequence(
      model.put_back(hybrid::load(model.fingerprint(), model.layout(),
                                  hybrid::test::reader_of(bytes))));
}

}  // namespace sr::cuda::test
