// snapshot.h - a reading as bytes. [worker].
//
// "SRSCRPT1", the size of the body (8 bytes), its FNV-1a 64 checksum (8), the body: fingerprint,
// length (8), refusals (4), has an event (1), event, line. Texts carry their size (8) in front.
// Numbers are little-endian.
#pragma once

#include <string_view>

#include "reading.h"
#include "state_runtime/backend.h"

namespace sr::scripted {

std::uint64_t checksum(std::string_view bytes) noexcept;  // FNV-1a 64

// Throws Failure(SR_UNAVAILABLE) when the writer fails.
void save(const Reading& reading, std::string_view fingerprint, const sr_writer& to);

// Throws Failure(SR_CORRUPT) for what is damaged, cut short or of another fingerprint.
Reading load(std::string_view fingerprint, const sr_reader& from);

}  // namespace sr::scripted
