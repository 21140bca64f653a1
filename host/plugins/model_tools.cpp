#include "host/plugins/model_tools.h"

#include <cstring>

#include "host/plugins/instance.h"
#include "host/plugins/words.h"

namespace sr::host {
namespace {

sr_writer into(std::string& out) {
  return {&out, [](void* context, const void* data, std::size_t size) noexcept {
            try {
              static_cast<std::string*>(context)->append(static_cast<const char*>(data), size);
              return 0;
            } catch (...) {
              return 1;
            }
          }};
}

// Runs call(writer, error) and returns what it wrote.
template <class Call>
Result<std::string> written(Call&& call) {
  std::string out;
  const auto writer = into(out);
  AbiError error;
  const sr_code code = call(&writer, &error);
  if (code != SR_OK) return error.error(code, {});
  return out;
}

}  // namespace

Result<ModelTools> ModelTools::find(const Registry& registry, std::string_view backend,
                                    const sr_host_api& api) {
  const auto* found = registry.find("backend", backend);
  if (found == nullptr) return Error{SR_NOT_FOUND, {}, registry.missing("backend", backend), {}};
  const auto& component = *found->component;
  const void* tools = SR_HAS(&component, get_extension) && component.get_extension != nullptr
                          ? component.get_extension(SR_MODEL_TOOLS_ID)
                          : nullptr;
  if (tools == nullptr) {
    return Error{SR_UNSUPPORTED, {}, "backend " + in_quotes(backend) + " reads no models from "
                 "folders; name another with --backend", {}};
  }
  return ModelTools(component, *static_cast<const sr_model_tools*>(tools), api);
}

Result<std::string> ModelTools::inspect(const Options& options) const {
  return written([&](const sr_writer* to, sr_error* error) {
    return tools_->inspect(api_, options.config(), to, error);
  });
}

Result<std::vector<float>> ModelTools::logits(const Options& options,
                                              std::span<const std::int32_t> ids) const {
  auto bytes = written([&](const sr_writer* to, sr_error* error) {
    return tools_->logits(api_, options.config(), ids.data(), ids.size(), to, error);
  });
  if (!bytes) return std::move(bytes).error();
  std::vector<float> out(bytes->size() / sizeof(float));
  if (!out.empty()) std::memcpy(out.data(), bytes->data(), out.size() * sizeof(float));
  return out;
}

Result<std::string> ModelTools::random(const RandomModel& model) const {
  const auto config = model.config.string(), folder = model.folder.string();
  const auto tokenizer = model.tokenizer.string();
  const sr_random_model asked{sizeof asked, str(config), str(folder), str(tokenizer),
                              str(model.type), model.seed};
  return written([&](const sr_writer* to, sr_error* error) {
    return tools_->random(api_, &asked, to, error);
  });
}

}  // namespace sr::host
