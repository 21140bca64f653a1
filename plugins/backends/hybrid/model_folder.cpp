#include "model_folder.h"

#include "config_file.h"

namespace sr::hybrid {

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

Progress::Say logger(Host host, const std::string& name) {
  const auto level = host.logs(SR_LOG_INFO) ? SR_LOG_INFO : SR_LOG_WARN;
  return [host, level, name](const std::string& line) {
    host.log(level, "[" + name + "] " + line);
  };
}

std::unique_ptr<const Tokenizer> load_tokenizer(const std::string& folder,
                                                        const Description& description) {
  const auto file = folder + "/tokenizer.json";
  std::unique_ptr<const Tokenizer> tokenizer;
  try {
    tokenizer = Tokenizer::load(file);
  } catch (const Failure& e) {
    throw BadOption("model", e.what());
  }
  check_fits(*tokenizer, file, description);
  return tokenizer;
}

void warn_of_guesses(Host host, const std::string& folder, const Description& description) {
  const auto& norm = description.group_norm;
  if (!norm || norm->known) return;
  host.log(SR_LOG_WARN, "[" + folder + "/config.json] does not say whether Mamba-2's norm goes over "
                        "each of its " + std::to_string(norm->groups) + " groups; one over all is "
                        "taken, as transformers does; a model that mamba_ssm trained needs "
                        "\"norm_by_group\": true");
}

void check_fits(const Tokenizer& tokenizer, const std::string& file,
                const Description& description) {
  if (tokenizer.size() <= description.vocabulary) return;
  refuse(file, "has " + std::to_string(tokenizer.size()) +
                           " tokens, but the embedding has " +
                           std::to_string(description.vocabulary) +
                           "; it belongs to another model");
}

}  // namespace sr::hybrid
