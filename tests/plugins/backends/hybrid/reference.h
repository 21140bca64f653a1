// reference.h - a tiny checkpoint of each family, and the tokens and logits that transformers gave
// for it: what the backends of hybrid models are tested against.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "safetensors.h"
#include "state_runtime/backend.h"

namespace sr::hybrid::test {

constexpr double kBound = 2e-4;  // float32 weights, relative to the spread of the logits

// The folder of the checkpoints; a bundle that was carried elsewhere says where they lie there.
inline std::string models_folder() {
  const char* const elsewhere = std::getenv("SR_TEST_MODELS");
  return elsewhere != nullptr ? elsewhere : SR_SOURCE_DIR "/tests/fixtures/models/";
}
inline const std::string kModels = models_folder();

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
    const auto file = Checkpoint::open_file(folder + "/expected.safetensors");
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

// sr_writer and sr_reader over text.
inline sr_writer writer_to(std::string& out) {
  return {&out, [](void* to, const void* data, std::size_t size) noexcept {
            static_cast<std::string*>(to)->append(static_cast<const char*>(data), size);
            return 0;
          }};
}
inline sr_reader reader_of(std::string_view& bytes) {
  return {&bytes, [](void* from, void* data, std::size_t size) noexcept {
            auto& rest = *static_cast<std::string_view*>(from);
            if (size > rest.size()) return 1;
            if (size != 0) std::memcpy(data, rest.data(), size);
            rest.remove_prefix(size);
            return 0;
          }};
}

}  // namespace sr::hybrid::test
