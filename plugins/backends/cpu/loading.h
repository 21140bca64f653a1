// loading.h - a model and its tokenizer, as a component's options say. [control]. Errors:
// BadOption(option, "[file] what"), Failure(SR_EXHAUSTED) when memory runs out.
#pragma once

#include "model.h"
#include "state_runtime/plugin.hpp"
#include "tokenizer/tokenizer.h"

namespace sr::cpu {

Format format_of(const Config& options);
Window window_of(const Config& options);
// Logs how far it is when it takes longer than a second. Whoever starts a large model should see it
// without asking: where information is not logged, it is a warning.
std::unique_ptr<const Model> load_model(Host host, const Config& options);
hybrid::Progress::Say logger(Host host);

// tokenizer.json of the model's folder, refused when it does not fit the embedding.
std::unique_ptr<const hybrid::Tokenizer> load_tokenizer(const std::string& folder,
                                                        const hybrid::Description& description);
// Refuses a tokenizer that has tokens without a row in the embedding. `file` is its name.
void check_fits(const hybrid::Tokenizer& tokenizer, const std::string& file,
                const hybrid::Description& description);

}  // namespace sr::cpu
