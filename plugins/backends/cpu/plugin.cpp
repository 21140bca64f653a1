#include "backend.h"

SR_PLUGIN("cpu", "0.1.0", "Apache-2.0", &sr::component<sr::cpu::CpuBackend>)
