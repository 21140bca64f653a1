// cpu_model.h - the cpu backend's model, as far as the device is compared with it. Its headers have
// the names of the cuda backend's, so that they are seen by cpu_model.cpp alone.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "format.h"
#include "layout.h"

namespace sr::cuda::test {

class CpuModel {
 public:
  static std::unique_ptr<CpuModel> load(const std::string& folder, hybrid::Format format,
                                        hybrid::Window window = {});
  virtual ~CpuModel() = default;
  virtual const std::string& fingerprint() const = 0;
  // The logits after each of the ids, and after those from `first` on that follow a saved sequence.
  virtual std::vector<float> logits(const std::vector<std::int32_t>& ids) const = 0;
  virtual std::vector<float> logits_after(std::string_view saved,
                                          const std::vector<std::int32_t>& ids,
                                          std::size_t first) const = 0;
  // A sequence that has read the first `count` ids.
  virtual std::string saved_after(const std::vector<std::int32_t>& ids,
                                  std::size_t count) const = 0;
};

}  // namespace sr::cuda::test
