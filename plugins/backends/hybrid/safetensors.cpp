#include "safetensors.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>

#include "config_file.h"

namespace sr::hybrid {

class Mapping {
 public:
  explicit Mapping(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) refuse(path, std::string("cannot be opened: ") + std::strerror(errno));
    struct stat status {};
    if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size < 8) {
      ::close(fd);
      refuse(path, "is not a safetensors file: it has fewer than 8 bytes");
    }
    size_ = static_cast<std::size_t>(status.st_size);
    void* const at = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
    ::close(fd);
    if (at == MAP_FAILED) refuse(path, std::string("cannot be mapped: ") + std::strerror(errno));
    data_ = static_cast<const std::byte*>(at);
  }
  ~Mapping() { ::munmap(const_cast<std::byte*>(data_), size_); }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  const std::byte* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }

 private:
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

namespace {

constexpr std::uint64_t kMostHeader = 100'000'000;  // the format's own limit

// Bytes of one element of every type that the format knows; 0 for others.
std::size_t stored_bytes(const std::string& type) {
  if (type == "F64" || type == "I64" || type == "U64") return 8;
  if (type == "F32" || type == "I32" || type == "U32") return 4;
  if (type == "F16" || type == "BF16" || type == "I16" || type == "U16") return 2;
  if (type == "I8" || type == "U8" || type == "BOOL" || type.starts_with("F8_")) return 1;
  return 0;
}

// The number at `value`, or fails.
std::uint64_t number(const std::string& file, const std::string& tensor, const Json& value) {
  if (!value.is_number_unsigned()) {
    refuse(file, "tensor " + tensor + " has a shape or offset that is not a whole number");
  }
  return value.get<std::uint64_t>();
}

Tensor read_entry(const std::string& file, const std::string& name, const Json& entry,
                  const std::byte* data, std::uint64_t data_size) {
  const auto bad = [&](const std::string& why) { refuse(file, "tensor " + name + " " + why); };
  if (!entry.is_object() || !entry.contains("dtype") || !entry["dtype"].is_string() ||
      !entry.contains("shape") || !entry["shape"].is_array() || !entry.contains("data_offsets") ||
      !entry["data_offsets"].is_array() || entry["data_offsets"].size() != 2) {
    bad("lacks dtype, shape or data_offsets in the header");
  }
  Tensor tensor;
  tensor.name = name;
  tensor.file = file;
  tensor.stored_as = entry["dtype"].get<std::string>();
  if (tensor.stored_as == "F32") tensor.type = DType::kF32;
  if (tensor.stored_as == "F16") tensor.type = DType::kF16;
  if (tensor.stored_as == "BF16") tensor.type = DType::kBF16;
  const auto begin = number(file, name, entry["data_offsets"][0]);
  const auto end = number(file, name, entry["data_offsets"][1]);
  if (begin > end || end > data_size) {
    bad("lies at bytes " + std::to_string(begin) + " to " + std::to_string(end) +
        ", outside the file's " + std::to_string(data_size) + " bytes of data");
  }
  std::uint64_t wanted = stored_bytes(tensor.stored_as);
  if (wanted == 0) bad("has the unknown type " + tensor.stored_as);
  for (const auto& dimension : entry["shape"]) {
    const auto size = number(file, name, dimension);
    if (size > (1ULL << 40) || __builtin_mul_overflow(wanted, size, &wanted)) {
      bad("has a shape that no file can hold");
    }
    tensor.shape.push_back(static_cast<std::int64_t>(size));
  }
  if (wanted != end - begin) {
    bad("has " + std::to_string(end - begin) + " bytes, but " + tensor.stored_as + " " +
        text_of(tensor.shape) + " needs " + std::to_string(wanted));
  }
  tensor.data = data + begin;
  tensor.bytes = static_cast<std::size_t>(wanted);
  return tensor;
}

}  // namespace

const char* name_of(DType type) noexcept {
  switch (type) {
    case DType::kF32: return "F32";
    case DType::kF16: return "F16";
    case DType::kBF16: return "BF16";
    case DType::kOther: break;
  }
  return "another type";
}

std::size_t bytes_of(DType type) noexcept {
  return type == DType::kF32 ? 4 : type == DType::kOther ? 0 : 2;
}

std::string text_of(const Shape& shape) {
  std::string out = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    out += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  }
  return out + "]";
}

void Checkpoint::add(const std::string& file) {
  const auto mapping = std::make_shared<const Mapping>(file);
  std::uint64_t header_size = 0;
  std::memcpy(&header_size, mapping->data(), 8);
  const auto rest = mapping->size() - 8;
  if (header_size > rest || header_size > kMostHeader) {
    refuse(file, "is cut short or no safetensors file: its header should have " +
                     std::to_string(header_size) + " bytes, and " + std::to_string(rest) +
                     " follow");
  }
  const auto* const text = reinterpret_cast<const char*>(mapping->data()) + 8;
  const auto header = Json::parse(text, text + header_size, nullptr, false);
  if (!header.is_object()) refuse(file, "has a header that is not a JSON object");
  const auto* const data = mapping->data() + 8 + header_size;
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") continue;
    auto tensor = read_entry(file, name, entry, data, rest - header_size);
    if (const auto [at, fresh] = tensors_.emplace(name, std::move(tensor)); !fresh) {
      refuse(file, "tensor " + name + " is also in " + at->second.file);
    }
  }
  files_.push_back(mapping);
}

Checkpoint Checkpoint::open_file(const std::string& file) {
  Checkpoint out;
  out.where_ = file;
  out.add(file);
  return out;
}

Checkpoint Checkpoint::open(const std::string& folder) {
  const auto single = folder + "/model.safetensors";
  const auto index = folder + "/model.safetensors.index.json";
  std::error_code ignored;
  if (!std::filesystem::exists(index, ignored)) {
    if (!std::filesystem::exists(single, ignored)) {
      refuse(folder, "has neither model.safetensors nor model.safetensors.index.json");
    }
    return open_file(single);
  }
  const auto json = Json::parse(read_text(index, kMostHeader), nullptr, false);
  if (!json.is_object() || !json.contains("weight_map") || !json["weight_map"].is_object()) {
    refuse(index, "has no weight_map");
  }
  Checkpoint out;
  out.where_ = index;
  std::set<std::string> shards;
  for (const auto& [tensor, shard] : json["weight_map"].items()) {
    if (!shard.is_string() || shard.get<std::string>().find('/') != std::string::npos) {
      refuse(index, "tensor " + tensor + " is mapped to something that is no file name");
    }
    shards.insert(shard.get<std::string>());
  }
  for (const auto& shard : shards) out.add(folder + "/" + shard);
  for (const auto& [tensor, shard] : json["weight_map"].items()) {
    if (out.find(tensor) == nullptr) {
      refuse(index, "tensor " + tensor + " is not in " + shard.get<std::string>());
    }
  }
  return out;
}

const Tensor* Checkpoint::find(const std::string& name) const {
  const auto at = tensors_.find(name);
  return at == tensors_.end() ? nullptr : &at->second;
}

}  // namespace sr::hybrid
