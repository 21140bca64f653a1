// options.h - the options that every backend of hybrid models has. Constants.
#pragma once

#include "state_runtime/plugin.hpp"

namespace sr::hybrid {

inline constexpr const char* kFormats[] = {"f32", "bf16", "int8", "int4", nullptr};

inline constexpr auto kModel = option({.name = "model", .type = SR_PATH, .flags = SR_REQUIRED,
    .doc = "The folder of the model as downloaded: config.json, *.safetensors, tokenizer.json.",
    .example = "../models/alerts"});
inline constexpr auto kWeights = option({.name = "weights", .type = SR_ENUM, .fallback = "bf16",
    .choices = kFormats,
    .doc = "What matrices are held in. Norms, convolutions and the recurrence stay float32."});
inline constexpr auto kContext = option({.name = "max_context", .type = SR_INT, .fallback = "0",
    .min = "0", .doc = "Most tokens in one sequence; 0 for what the model was made for, which is "
    "no limit where nothing but the recurrence carries the past."});
inline constexpr auto kWindow = option({.name = "attention_window", .type = SR_INT,
    .fallback = "0", .min = "0",
    .doc = "Attention sees the last so many tokens and the pinned ones; 0 for all."});
inline constexpr auto kPinned = option({.name = "attention_pinned", .type = SR_INT,
    .fallback = "0", .min = "0",
    .doc = "The first so many tokens of a sequence stay visible to attention whatever "
    "attention_window is: the length of the app's preamble."});

}  // namespace sr::hybrid
