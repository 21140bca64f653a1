// token_bytes.h - token ids as LEB128: seven bits a byte, low bits first, the high bit says that
// more follow. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sr::stores {

std::string pack_tokens(const std::int32_t* tokens, std::size_t count);

// False when the bytes are no whole number of tokens.
bool unpack_tokens(std::string_view bytes, std::vector<std::int32_t>& out);

}  // namespace sr::stores
