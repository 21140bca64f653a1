// host/base/ids.h - random identifiers and the hash under which tokens are kept. Any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sr::host {

// `bytes` random bytes from the operating system, in hex.
std::string random_id(std::size_t bytes);

// SHA-256 in hex.
std::string sha256(std::string_view text);

// Compares without telling by its time where the texts differ.
bool same_secret(std::string_view a, std::string_view b);

}  // namespace sr::host
