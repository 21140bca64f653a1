#include "random_model.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "config_file.h"
#include "random_fill.h"

namespace sr::hybrid {

namespace {

namespace fs = std::filesystem;
using OrderedJson = nlohmann::ordered_json;

std::uint16_t to_bf16(float value) noexcept {  // nearest, ties to even
  const auto bits = std::bit_cast<std::uint32_t>(value);
  return static_cast<std::uint16_t>((bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16);
}

// A file that is written from start to end; every failure names it.
class Writer {
 public:
  explicit Writer(std::string path) : path_(std::move(path)), file_(path_, std::ios::binary) {
    if (!file_) fail();
  }
  void put(const void* data, std::size_t size) {
    if (!file_.write(static_cast<const char*>(data), static_cast<std::streamsize>(size))) fail();
  }
  void put(const std::string& text) { put(text.data(), text.size()); }
  void close() {
    file_.close();
    if (!file_) fail();
  }

 private:
  [[noreturn]] void fail() const {
    refuse(path_, std::string("cannot be written: ") + std::strerror(errno));
  }
  std::string path_;
  std::ofstream file_;
};

std::uint64_t count_of(const Tensor& tensor) {
  std::uint64_t out = 1;
  for (const auto size : tensor.shape) out *= static_cast<std::uint64_t>(size);
  return out;
}

// The same for every build: std::hash need not be.
std::uint64_t seed_of(const std::string& name, std::uint64_t seed) {
  std::uint64_t out = 0xCBF29CE484222325U ^ seed * 0x9E3779B97F4A7C15U;
  for (const char c : name) out = (out ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return out;
}

class Shard {
 public:
  Shard(std::span<const Tensor> tensors, DType type) : tensors_(tensors), type_(type) {}

  void write(const std::string& path, const std::map<std::string, Fill>& fills, std::uint64_t seed,
             Progress& progress) const {
    Writer out(path);
    const auto header = this->header();
    const std::uint64_t size = header.size();
    out.put(&size, sizeof size);
    out.put(header);
    std::vector<float> numbers;
    std::vector<std::uint16_t> halves;
    for (const auto& tensor : tensors_) {
      const auto count = count_of(tensor);
      for (std::uint64_t first = 0; first < count; first += numbers.size()) {
        numbers.resize(static_cast<std::size_t>(std::min<std::uint64_t>(1 << 18, count - first)));
        fill(fills.at(tensor.name), seed_of(tensor.name, seed), first, numbers);
        if (type_ == DType::kBF16) {
          halves.resize(numbers.size());
          std::ranges::transform(numbers, halves.begin(), to_bf16);
          out.put(halves.data(), halves.size() * 2);
        } else {
          out.put(numbers.data(), numbers.size() * 4);
        }
        progress.add(numbers.size() * bytes_of(type_));
      }
    }
    out.close();
  }

 private:
  // With spaces behind it, so that the data begin where any processor likes to read.
  std::string header() const {
    OrderedJson json;
    json["__metadata__"] = {{"format", "pt"}};
    std::uint64_t at = 0;
    for (const auto& tensor : tensors_) {
      const auto end = at + count_of(tensor) * bytes_of(type_);
      json[tensor.name] = {
          {"dtype", name_of(type_)}, {"shape", tensor.shape}, {"data_offsets", {at, end}}};
      at = end;
    }
    auto text = json.dump();
    text.resize((text.size() + 8 + 63) / 64 * 64 - 8, ' ');
    return text;
  }

  std::span<const Tensor> tensors_;
  DType type_;
};

void make_folder(const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) refuse(folder, "cannot be made: " + error.message());
  if (!fs::is_empty(folder, error) || error) {
    refuse(folder, "is not an empty folder; choose another");
  }
}

}  // namespace

RandomFiles write_random_model(const RandomModel& model, const Progress::Say& say) {
  const auto plan = hybrid::plan(model.config);
  const auto fills = fills_of(plan.description);
  std::vector<std::span<const Tensor>> parts;
  RandomFiles out;
  std::uint64_t bytes = 0;
  std::size_t first = 0;
  for (std::size_t i = 0; i < plan.tensors.size(); ++i) {
    const auto count = count_of(plan.tensors[i]);
    const auto more = count * bytes_of(model.type);
    if (bytes > 0 && bytes + more > model.shard_bytes) {
      parts.emplace_back(plan.tensors.data() + first, i - first);
      first = i;
      bytes = 0;
    }
    bytes += more;
    out.parameters += count;
    out.bytes += more;
  }
  parts.emplace_back(plan.tensors.data() + first, plan.tensors.size() - first);
  out.shards = parts.size();

  make_folder(model.folder);
  Progress progress("writing " + model.folder, out.bytes, say);
  OrderedJson weight_map;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    char name[64] = "model.safetensors";
    if (parts.size() > 1) {
      std::snprintf(name, sizeof name, "model-%05zu-of-%05zu.safetensors", i + 1, parts.size());
    }
    Shard(parts[i], model.type).write(model.folder + "/" + name, fills, model.seed, progress);
    for (const auto& tensor : parts[i]) weight_map[tensor.name] = name;
  }
  const auto put = [&](const char* name, const std::string& text) {
    Writer file(model.folder + "/" + name);
    file.put(text);
    file.close();
  };
  if (parts.size() > 1) {
    const OrderedJson index = {{"metadata", {{"total_size", out.bytes}}},
                               {"weight_map", std::move(weight_map)}};
    put("model.safetensors.index.json", index.dump(2) + "\n");
  }
  if (!model.tokenizer.empty()) put("tokenizer.json", model.tokenizer);
  put("config.json", read_text(model.config, 16U << 20));
  return out;
}

}  // namespace sr::hybrid
