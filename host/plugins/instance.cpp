#include "host/plugins/instance.h"

#include "host/plugins/options.h"

namespace sr::host {

Result<std::shared_ptr<Instance>> Instance::create(const sr_component& component,
                                                   const Options& options, const sr_host_api& api,
                                                   std::string label) {
  std::shared_ptr<Instance> made(new Instance(component, std::move(label)));
  AbiError error;
  const auto code = component.create(&api, options.config(), &made->instance_, &error);
  if (code != SR_OK) {
    made->instance_ = nullptr;  // a plugin that fails owes us nothing, whatever it wrote
    return error.error(code, made->label_);
  }
  if (made->instance_ == nullptr) {
    return Error{SR_INTERNAL, made->label_,
                 "create() reported success but made nothing; this is a defect of the plugin", {}};
  }
  return made;
}

Instance::~Instance() {
  if (instance_ != nullptr) component_->destroy(instance_);
}

}  // namespace sr::host
