#include "backend.h"

SR_PLUGIN("cuda", "0.1.0", "Apache-2.0", &sr::component<sr::cuda::CudaBackend>)
