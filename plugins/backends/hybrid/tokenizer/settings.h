// tokenizer/settings.h - the small parts of tokenizer.json: added tokens, ends, fingerprint.
//
// Pure functions. Throws Failure for what contradicts itself or is not known.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "tokenizer/added_tokens.h"
#include "tokenizer/names.h"

namespace sr::hybrid {

// What "post_processor" puts around a text; -1: nothing.
struct Ends {
  std::int32_t begin = -1;
  std::int32_t end = -1;
};
Ends read_ends(const nlohmann::json& post_processor);

// "added_tokens", in order of the file. What one entry calls special is so in all with its id.
std::vector<AddedToken> read_added_tokens(const nlohmann::json& list, const Names& names,
                                          const Ends& ends);

// Of each id up to the largest that is one: whether it is a special or control token's.
std::vector<bool> special_ids(const std::vector<AddedToken>& added, const Ends& ends);

// "tokenizer-" and 16 hexadecimal digits.
std::string fingerprint_of(std::string_view file);

}  // namespace sr::hybrid
