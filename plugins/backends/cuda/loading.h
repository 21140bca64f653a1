// loading.h - a model on a device, as a component's options say. [control]. Errors:
// BadOption(option, "[file] what"), Failure(SR_UNAVAILABLE) without such a device,
// Failure(SR_EXHAUSTED) when its memory runs out.
#pragma once

#include "model.h"
#include "state_runtime/plugin.hpp"

namespace sr::cuda {

// Where devices come from: open_device(), but for tests.
using OpenDevice = std::unique_ptr<Device> (*)(int number);
extern OpenDevice open_device_with;

// Logs how far it is when it takes longer than a second.
std::unique_ptr<Model> load_model(Host host, const Config& options);

// What went wrong on the device, as the host hears it.
Failure failure_of(const DeviceError& error);

// fn(), with errors of the device as Failure.
template <class Fn>
decltype(auto) on_device(const Fn& fn) {
  try {
    return fn();
  } catch (const DeviceError& error) {
    throw failure_of(error);
  }
}

}  // namespace sr::cuda
