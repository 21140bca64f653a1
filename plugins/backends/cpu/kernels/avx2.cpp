#include "dot_avx2.h"
#include "table.h"
#include "targets.h"

namespace sr::cpu {

const Kernels kAvx2 = table("AVX2");

}  // namespace sr::cpu
