// fingerprint.h - what ties a saved sequence to the model that read it: its configuration, weights,
// what these are held in, and the window. Equal for all backends that run it. Any thread.
#pragma once

#include "format.h"
#include "layout.h"
#include "progress.h"

namespace sr::hybrid {

// Reads all weights. Errors: BadOption("model", "[file] what").
std::string fingerprint_of(const std::string& folder, const Description& description,
                           Format format, const Window& window, const Progress::Say& say);

}  // namespace sr::hybrid
