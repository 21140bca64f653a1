// safetensors.h - the tensors of a Hugging Face folder, mapped into memory and never copied.
//
// model.safetensors, or the shards that model.safetensors.index.json names. Format: 8 bytes with
// the header's length, the header as JSON, the data. Every offset, shape and length is checked when
// a file is opened, so that what find() returns can be read. Immutable after open(); any thread.
// Errors: BadOption("model", "[file] what is wrong").
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace sr::hybrid {

enum class DType { kF32, kF16, kBF16, kOther };
const char* name_of(DType type) noexcept;
std::size_t bytes_of(DType type) noexcept;  // of one element; 0 for kOther

using Shape = std::vector<std::int64_t>;
std::string text_of(const Shape& shape);  // "[96, 32]"

struct Tensor {
  std::string name, file, stored_as;  // stored_as: "F32", as the file says it
  DType type = DType::kOther;
  Shape shape;
  const std::byte* data = nullptr;  // little-endian, row-major, as aligned as the file has it
  std::size_t bytes = 0;
};

class Mapping;  // one file in memory

class Checkpoint {
 public:
  static Checkpoint open(const std::string& folder);
  static Checkpoint open_file(const std::string& file);

  const Tensor* find(const std::string& name) const;  // nullptr when there is none
  const std::map<std::string, Tensor>& tensors() const noexcept { return tensors_; }
  const std::string& where() const noexcept { return where_; }  // the file, or the index

 private:
  void add(const std::string& file);

  std::vector<std::shared_ptr<const Mapping>> files_;
  std::map<std::string, Tensor> tensors_;
  std::string where_;
};

}  // namespace sr::hybrid
