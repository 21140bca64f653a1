#include "backend.h"

SR_PLUGIN("scripted", "0.1.0", "Apache-2.0", &sr::component<sr::scripted::ScriptedBackend>)
