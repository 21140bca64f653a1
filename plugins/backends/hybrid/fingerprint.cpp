#include "fingerprint.h"

#include <cstdio>

#include "config_file.h"
#include "hash.h"

namespace sr::hybrid {

std::string Hash::hex() const {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value()));
  return text;
}

std::string fingerprint_of(const std::string& folder, const Description& description,
                           Format format, const Window& window,
                           const Progress::Say& say) {
  Hash hash;
  Progress progress("taking the weights' fingerprint",
                            stored_bytes(description), say);
  const auto config = read_text(folder + "/config.json", 16U << 20);
  hash.add(config.data(), config.size());
  for (const auto& weight : description.weights) {
    hash.add(weight.data, weight.bytes());
    progress.add(weight.bytes());
  }
  auto out = "hybrid/1 " + description.family + " " + hash.hex();
  out += std::string(" ") + name_of(format);
  if (window.size != 0) {
    out += " window " + std::to_string(window.pinned) + "+" + std::to_string(window.size);
  }
  return out;
}

}  // namespace sr::hybrid
