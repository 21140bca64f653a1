#include "loading.h"

#include "model_folder.h"

namespace sr::cuda {

OpenDevice open_device_with = &open_device;

Failure failure_of(const DeviceError& error) {
  switch (error.kind()) {
    case DeviceError::Kind::kMissing: return {SR_UNAVAILABLE, error.what(), "device"};
    case DeviceError::Kind::kMemory: return {SR_EXHAUSTED, error.what()};
    case DeviceError::Kind::kLost: break;
  }
  return {SR_UNAVAILABLE, std::string("the device is lost, and the backend must be started again; ") +
                              error.what()};
}

std::unique_ptr<Model> load_model(Host host, const Config& options) {
  return on_device([&] {
    const Limits limits{static_cast<std::size_t>(options.integer("resident"))};
    return Model::load(open_device_with(static_cast<int>(options.integer("device"))),
                       options.string("model"), hybrid::format_of(options),
                       hybrid::window_of(options), limits, hybrid::logger(host, "cuda"));
  });
}

}  // namespace sr::cuda
