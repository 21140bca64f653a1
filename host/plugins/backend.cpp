#include "host/plugins/backend.h"

#include <cstring>

#include "host/plugins/interfaces.h"

namespace sr::host {
namespace {

// What open(), fork() and load() gave, as a value.
Result<SequencePtr> sequence(const std::shared_ptr<Instance>& instance, const char* call,
                             sr_code code, sr_sequence* made, const AbiError& error) {
  if (code != SR_OK) return error.error(code, instance->label());
  if (made == nullptr) {
    return Error{SR_INTERNAL,
                 instance->label(),
                 std::string(call) +
                     "() reported success but gave no sequence; this is a defect "
                     "of the plugin",
                 {}};
  }
  return SequencePtr(made, SequenceCloser{instance});
}

int write_to_string(void* context, const void* data, std::size_t size) noexcept {
  try {
    static_cast<std::string*>(context)->append(static_cast<const char*>(data), size);
    return 0;
  } catch (...) {
    return 1;
  }
}

int read_from_view(void* context, void* data, std::size_t size) noexcept {
  auto& rest = *static_cast<std::string_view*>(context);
  if (rest.size() < size) return 1;
  if (size != 0) std::memcpy(data, rest.data(), size);
  rest.remove_prefix(size);
  return 0;
}

}  // namespace

void SequenceCloser::operator()(sr_sequence* s) const noexcept {
  table_of<sr_backend>(*instance)->close(instance->get(), s);
}

LoadedBackend::LoadedBackend(std::shared_ptr<Instance> instance)
    : instance_(std::move(instance)), table_(table_of<sr_backend>(*instance_)) {}

sr_backend_info LoadedBackend::describe() const {
  sr_backend_info info{};
  info.struct_size = sizeof info;
  table_->describe(instance_->get(), &info);
  return info;
}

const sr_vocabulary& LoadedBackend::vocabulary() const {
  return *table_->vocabulary(instance_->get());
}

Result<std::vector<std::int32_t>> LoadedBackend::tokenize(std::string_view text,
                                                          bool specials) const {
  std::vector<std::int32_t> ids(text.size() + 8);  // a token is seldom less than a byte
  for (;;) {
    AbiError error;
    std::size_t count = 0;
    const auto code = table_->tokenize(instance_->get(), str(text), specials ? 1 : 0, ids.data(),
                                       ids.size(), &count, &error);
    if (code != SR_OK) return error.error(code, instance_->label());
    const bool fits = count <= ids.size();
    ids.resize(count);
    if (fits) return ids;
  }
}

Result<SequencePtr> LoadedBackend::open() {
  AbiError error;
  sr_sequence* made = nullptr;
  const auto code = table_->open(instance_->get(), &made, &error);
  return sequence(instance_, "open", code, made, error);
}

Result<SequencePtr> LoadedBackend::fork(sr_sequence* from) {
  AbiError error;
  sr_sequence* made = nullptr;
  const auto code = table_->fork(instance_->get(), from, &made, &error);
  return sequence(instance_, "fork", code, made, error);
}

std::uint64_t LoadedBackend::length(const sr_sequence* s) const {
  return table_->length(instance_->get(), s);
}

Status LoadedBackend::forward(std::span<sr_forward_item* const> items) {
  AbiError error;
  const auto code = table_->forward(instance_->get(), items.data(), items.size(), &error);
  if (code != SR_OK) return error.error(code, instance_->label());
  return {};
}

Status LoadedBackend::sample(std::span<sr_pick* const> picks) {
  AbiError error;
  const auto code = table_->sample(instance_->get(), picks.data(), picks.size(), &error);
  if (code != SR_OK) return error.error(code, instance_->label());
  return {};
}

Status LoadedBackend::keep(sr_sequence* s, std::size_t count) {
  if (table_->keep == nullptr) return unsupported(*instance_, "keep");
  AbiError error;
  const auto code = table_->keep(instance_->get(), s, count, &error);
  if (code != SR_OK) return error.error(code, instance_->label());
  return {};
}

Result<std::string> LoadedBackend::save(const sr_sequence* s) const {
  if (table_->save == nullptr) return unsupported(*instance_, "save");
  AbiError error;
  std::string bytes;
  const sr_writer writer{&bytes, write_to_string};
  const auto code = table_->save(instance_->get(), s, &writer, &error);
  if (code != SR_OK) return error.error(code, instance_->label());
  return bytes;
}

Result<SequencePtr> LoadedBackend::load(std::string_view bytes) {
  if (table_->load == nullptr) return unsupported(*instance_, "load");
  AbiError error;
  sr_sequence* made = nullptr;
  const sr_reader reader{&bytes, read_from_view};
  const auto code = table_->load(instance_->get(), &reader, &made, &error);
  return sequence(instance_, "load", code, made, error);
}

void LoadedBackend::interrupt() {
  if (table_->interrupt != nullptr) table_->interrupt(instance_->get());
}

Result<bool> LoadedBackend::pin(sr_sequence* s, std::uint64_t count) {
  if (!SR_HAS(table_, pin) || table_->pin == nullptr) return false;
  AbiError error;
  const auto code = table_->pin(instance_->get(), s, count, &error);
  if (code == SR_UNSUPPORTED) return false;
  if (code != SR_OK) return error.error(code, instance_->label());
  return true;
}

}  // namespace sr::host
