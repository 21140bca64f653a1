// tokenizer/byte_tokenizer.h - a tokenizer.json in which every byte is a token. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>

namespace sr::hybrid {

// Ids 0 to 255 are the bytes; then come the tags of docs/event-log.md as special tokens
// (<|app|> 256 … <|refused|> 261) and <|end|> 262.
inline constexpr std::int32_t kByteTokens = 263;
std::string byte_tokenizer();

}  // namespace sr::hybrid
