// targets.h - the tables that were compiled; kernels.cpp chooses among them.
#pragma once

#include "kernels.h"

namespace sr::cpu {

extern const Kernels kPortable;
#if defined(__x86_64__)
extern const Kernels kAvx2, kAvxVnni, kAvx512;
#endif

}  // namespace sr::cpu
