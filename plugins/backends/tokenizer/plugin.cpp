#include "backend.h"

SR_PLUGIN("tokenizer", "0.1.0", "Apache-2.0", &sr::component<sr::tokenizer_only::TokenizerBackend>)
