#include "dot_vnni.h"
#include "table.h"
#include "targets.h"

namespace sr::cpu {

const Kernels kAvxVnni = table("AVX-VNNI");

}  // namespace sr::cpu
