// json_schema/json_text.h - schema texts as JSON values, and JSON's own notion of equality.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace sr::json_schema {

using Json = nlohmann::ordered_json;  // members keep their order: it is the order of generation

// Throws sr::Failure(SR_INVALID_ARGUMENT) with line:column for what is not JSON; else for what
// repeats a member, is nested more than 256 deep, or holds a number that a double would round.
Json parse_json(std::string_view text);

// Members in any order, 1 equal to 1.0.
bool equal(const Json& a, const Json& b);
bool is_integer(const Json& value);     // 2 and 2.0
std::uint32_t length(const Json& text);  // in code points

// "#/a~1b" + "c/d" = "#/a~1b/c~1d"
std::string join(const std::string& pointer, std::string_view key);

}  // namespace sr::json_schema
