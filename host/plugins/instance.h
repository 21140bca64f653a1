// host/plugins/instance.h - one created component: the seam between the host and a plugin.
//
// Instance owns what create() returned. LoadedBackend, LoadedStore, LoadedConstrainer and
// LoadedTransport (beside this file) add the calls of each interface, with the thread rules of
// the SDK's headers. All are cheap to copy; the last copy destroys the instance.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "host/base/result.h"
#include "state_runtime/abi.h"

namespace sr::host {

class Options;  // options.h: checked option values; implements sr_config

inline std::string_view view(sr_str s) noexcept {
  return s.len == 0 ? std::string_view() : std::string_view(s.ptr, s.len);
}
inline sr_str str(std::string_view s) noexcept { return {s.data(), s.size()}; }

class Instance {
 public:
  // Calls create() [control]. `label` is how messages name it ("backend main"). On failure the
  // error's option names the YAML field at fault.
  static Result<std::shared_ptr<Instance>> create(const sr_component&, const Options&,
                                                  const sr_host_api&, std::string label);
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  const sr_component& component() const noexcept { return *component_; }
  const std::string& label() const noexcept { return label_; }
  sr_instance* get() const noexcept { return instance_; }

 private:
  Instance(const sr_component& component, std::string label)
      : component_(&component), label_(std::move(label)) {}
  const sr_component* component_;
  std::string label_;
  sr_instance* instance_ = nullptr;
};

// The functions of its kind: sr_backend, sr_store, …
template <class Table>
const Table* table_of(const Instance& instance) {
  return static_cast<const Table*>(instance.component().vtable);
}

// A zeroed sr_error of the right size, and what it says once filled.
struct AbiError : sr_error {
  AbiError() : sr_error{} { struct_size = sizeof(sr_error); }
  Error error(sr_code code, const std::string& where) const {
    return {code, where, message[0] != '\0' ? message : "the plugin gave no reason", option};
  }
};

}  // namespace sr::host
