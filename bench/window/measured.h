// bench/window/measured.h - the large table that windows are measured on. Pure.
#pragma once

#include <string>

namespace sr::bench {

extern const char* const kMeasuredTable;  // its CREATE statements
extern const char* const kMeasuredQuery;  // all of it, as a component shows it
std::string measured_rows(int rows);      // the INSERT that fills it

}  // namespace sr::bench
