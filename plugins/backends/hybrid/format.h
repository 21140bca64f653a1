// format.h - what matrices are held in. Pure; any thread.
#pragma once

#include <string_view>

namespace sr::hybrid {

enum class Format { kF32, kBF16, kInt8, kInt4 };

// As the option `weights` says it.
const char* name_of(Format format) noexcept;
Format format_named(std::string_view name) noexcept;  // kF32 for what is none of them

}  // namespace sr::hybrid
