// fixture.h - a tiny checkpoint, the tokens and logits that transformers gave for it, and a way to
// read tokens with the cpu backend's model.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "model.h"
#include "snapshot.h"

namespace sr::cpu::test {

inline const std::string kModels = SR_SOURCE_DIR "/tests/fixtures/models/";

inline std::vector<std::string> fixtures() {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(kModels)) {
    if (entry.is_directory()) out.push_back(entry.path().filename());
  }
  std::ranges::sort(out);
  return out;
}

struct Expected {
  explicit Expected(const std::string& folder) {
    const auto file = hybrid::Checkpoint::open_file(folder + "/expected.safetensors");
    const auto& id_tensor = *file.find("ids");
    for (std::size_t i = 0; i < id_tensor.bytes; i += 8) {
      std::int64_t id;
      std::memcpy(&id, id_tensor.data + i, 8);
      ids.push_back(static_cast<std::int32_t>(id));
    }
    const auto& tensor = *file.find("logits");
    logits.resize(tensor.bytes / 4);
    std::memcpy(logits.data(), tensor.data, tensor.bytes);
    vocabulary = logits.size() / ids.size();
    double sum = 0, squares = 0;
    for (const float value : logits) {
      sum += value;
      squares += static_cast<double>(value) * value;
    }
    const auto count = static_cast<double>(logits.size());
    spread = std::sqrt(squares / count - sum / count * (sum / count));
  }

  // The largest difference of the rows from `first` on, relative to the spread of all logits.
  double distance(const std::vector<float>& got, std::size_t first) const {
    double worst = 0;
    for (std::size_t i = 0; i < got.size(); ++i) {
      const auto wanted = static_cast<double>(logits[first * vocabulary + i]);
      const auto difference = std::abs(static_cast<double>(got[i]) - wanted);
      worst = std::isnan(difference) ? INFINITY : std::max(worst, difference);
    }
    return worst / spread;
  }

  // The root of the mean square of the differences, relative to the spread.
  double deviation(const std::vector<float>& got) const {
    double squares = 0;
    for (std::size_t i = 0; i < got.size(); ++i) {
      const auto difference = static_cast<double>(got[i]) - logits[i];
      squares += difference * difference;
    }
    return std::sqrt(squares / static_cast<double>(got.size())) / spread;
  }

  std::vector<std::int32_t> ids;
  std::vector<float> logits;  // (ids, vocabulary)
  std::size_t vocabulary = 0;
  double spread = 0;
};

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
  const sr_writer writer{&out, [](void* to, const void* data, std::size_t size) noexcept {
                           static_cast<std::string*>(to)->append(static_cast<const char*>(data),
                                                                 size);
                           return 0;
                         }};
  save(model, state, writer);
  return out;
}

inline State loaded(const Model& model, std::string_view bytes) {
  const sr_reader reader{&bytes, [](void* from, void* data, std::size_t size) noexcept {
                           auto& rest = *static_cast<std::string_view*>(from);
                           if (size > rest.size()) return 1;
                           if (size != 0) std::memcpy(data, rest.data(), size);
                           rest.remove_prefix(size);
                           return 0;
                         }};
  return load(model, reader);
}

}  // namespace sr::cpu::test
