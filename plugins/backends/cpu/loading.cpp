#include "loading.h"

#include "config_file.h"

namespace sr::cpu {

Format format_of(const Config& options) {
  return format_named(options.string("weights"));
}

Window window_of(const Config& options) {
  const Window window{static_cast<std::uint64_t>(options.integer("attention_window")),
                      static_cast<std::uint64_t>(options.integer("attention_pinned"))};
  if (window.pinned > 0 && window.size == 0) {
    throw BadOption("attention_pinned", "means nothing without attention_window");
  }
  return window;
}

hybrid::Progress::Say logger(Host host) {
  const auto level = host.logs(SR_LOG_INFO) ? SR_LOG_INFO : SR_LOG_WARN;
  return [host, level](const std::string& line) { host.log(level, "[cpu] " + line); };
}

std::unique_ptr<const Model> load_model(Host host, const Config& options) {
  Machine machine;
  machine.threads = threads_for(options.integer("threads"));
  const auto folder = options.string("model");
  try {
    return Model::load(folder, format_of(options), window_of(options), machine, logger(host));
  } catch (const std::bad_alloc&) {
    throw Failure(SR_EXHAUSTED,
                  "[" + folder + "] does not fit into the memory that is left, with weights: " +
                      options.string("weights") + "; int8 and int4 take less",
                  "model");
  }
}

std::unique_ptr<const hybrid::Tokenizer> load_tokenizer(const std::string& folder,
                                                        const hybrid::Description& description) {
  const auto file = folder + "/tokenizer.json";
  std::unique_ptr<const hybrid::Tokenizer> tokenizer;
  try {
    tokenizer = hybrid::Tokenizer::load(file);
  } catch (const Failure& e) {
    throw BadOption("model", e.what());
  }
  check_fits(*tokenizer, file, description);
  return tokenizer;
}

void check_fits(const hybrid::Tokenizer& tokenizer, const std::string& file,
                const hybrid::Description& description) {
  if (tokenizer.size() <= description.vocabulary) return;
  hybrid::refuse(file, "has " + std::to_string(tokenizer.size()) +
                           " tokens, but the embedding has " +
                           std::to_string(description.vocabulary) +
                           "; it belongs to another model");
}

}  // namespace sr::cpu
