// families.h - one function a family: config.json and tensor names to a Description.
//
// To add one: write families/<name>.cpp, declare it here, and list it in describe.cpp. Called while
// a model loads, one thread. Errors: BadOption("model", "[file] what").
#pragma once

#include "builder.h"

namespace sr::hybrid {

void describe_bamba(Builder&);
void describe_falcon_h1(Builder&);
void describe_granitemoehybrid(Builder&);
void describe_jamba(Builder&);
void describe_lfm2(Builder&);
void describe_llama(Builder&);
void describe_mamba(Builder&);  // falcon_mamba too
void describe_mamba2(Builder&);
void describe_nemotron_h(Builder&);
void describe_qwen3_next(Builder&);

}  // namespace sr::hybrid
