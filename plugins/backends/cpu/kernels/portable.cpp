#include "dot_portable.h"
#include "table.h"
#include "targets.h"

namespace sr::cpu {

const Kernels kPortable = table("portable");

}  // namespace sr::cpu
