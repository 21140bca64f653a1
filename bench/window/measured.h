// bench/window/measured.h - the large table that windows are measured on. Pure.
#pragma once

#include <cstdint>
#include <string>

namespace sr::bench {

extern const char* const kMeasuredTable;  // its CREATE statements
extern const char* const kMeasuredQuery;  // all of it, as a component shows it
std::string measured_rows(int rows);      // the INSERT that fills it
bool is_open(std::uint64_t id);           // whether the row's state is `open` in it, not `done`

}  // namespace sr::bench
