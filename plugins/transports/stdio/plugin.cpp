#include "transport.h"

SR_PLUGIN("stdio", "0.1.0", "Apache-2.0", &sr::component<sr::stdio::StdioTransport>)
