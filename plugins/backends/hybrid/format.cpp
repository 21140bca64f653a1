#include "format.h"

namespace sr::hybrid {

const char* name_of(Format format) noexcept {
  switch (format) {
    case Format::kF32: return "f32";
    case Format::kBF16: return "bf16";
    case Format::kInt8: return "int8";
    case Format::kInt4: return "int4";
  }
  return "";
}

Format format_named(std::string_view name) noexcept {
  for (const auto format : {Format::kBF16, Format::kInt8, Format::kInt4}) {
    if (name == name_of(format)) return format;
  }
  return Format::kF32;
}

}  // namespace sr::hybrid
