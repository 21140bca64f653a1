// json_schema/formats.h - the formats that are enforced, as regular expressions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sr::json_schema {

struct Format {
  std::vector<std::string> patterns;   // all hold
  std::uint32_t longest = UINT32_MAX;  // code points
};

// nullptr for a format that is not known. Some are narrower than their standard, none is wider.
const Format* find_format(const std::string& name);

}  // namespace sr::json_schema
