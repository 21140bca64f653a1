#include "dot_vnni.h"
#include "table.h"
#include "targets.h"

namespace sr::cpu {

const Kernels kAvx512 = table("AVX-512-VNNI");

}  // namespace sr::cpu
