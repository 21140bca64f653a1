// memory.h - how much memory the machine has left. Any thread.
#pragma once

#include <cstdint>

namespace sr::hybrid {

// Bytes that can be taken without taking them from somebody else, as Linux estimates it; the
// largest number where it does not say.
std::uint64_t available_memory();

}  // namespace sr::hybrid
