// The one symbol that the host looks for.
#include "echo.h"

SR_PLUGIN("echo", "0.1.0", "Apache-2.0", &sr::component<echo::Echo>)
