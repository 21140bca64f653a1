// model_folder.h - what a component's options say about a model, and its tokenizer. [control]. Errors:
// BadOption(option, "[file] what").
#pragma once

#include "format.h"
#include "layout.h"
#include "progress.h"
#include "state_runtime/plugin.hpp"
#include "tokenizer/tokenizer.h"

namespace sr::hybrid {

Format format_of(const Config& options);
Window window_of(const Config& options);
// Says how far a load is, for the backend `name`. Whoever starts a large model should see it
// without asking: where information is not logged, it is a warning.
Progress::Say logger(Host host, const std::string& name);

// A warning for what config.json leaves open and numbers depend on.
void warn_of_guesses(Host host, const std::string& folder, const Description& description);

// tokenizer.json of the model's folder, refused when it does not fit the embedding.
std::unique_ptr<const Tokenizer> load_tokenizer(const std::string& folder,
                                                const Description& description);
// Refuses a tokenizer that has tokens without a row in the embedding. `file` is its name.
void check_fits(const Tokenizer& tokenizer, const std::string& file,
                const Description& description);

}  // namespace sr::hybrid
