// json_schema/formats.h - the formats that are enforced, as regular expressions.
#pragma once

#include <string>

namespace sr::json_schema {

// nullptr for a format that is not known. Some are narrower than their standard, none is wider.
const char* format_pattern(const std::string& name);

}  // namespace sr::json_schema
