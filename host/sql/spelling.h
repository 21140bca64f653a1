// host/sql/spelling.h - which names of a catalog can stand in a statement. Pure; any thread.
#pragma once

#include <string_view>

namespace sr::host::sql {

// Why a statement cannot hold the name, such as "is longer than 63 bytes"; empty when it can.
std::string_view why_unspeakable(std::string_view name);

}  // namespace sr::host::sql
