// host/cli/grammar_tools.h - a constrainer and a vocabulary without a deployment: what looking at
// grammars needs. Start-up only, one thread. Errors: StartError.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/decode/forced_run.h"
#include "host/plugins/backend.h"
#include "host/plugins/constrainer.h"
#include "host/plugins/options.h"
#include "host/plugins/registry.h"
#include "host/runtime/services.h"

namespace sr::host {

// Every byte is a token, and there is one that ends a text.
const sr_vocabulary& byte_vocabulary();

class GrammarTools {
 public:
  struct Setup {
    std::string tokenizer;             // a tokenizer.json, or empty
    std::vector<OptionInput> options;  // of the constrainer
    std::vector<std::string> search;   // further directories with plugins
  };
  explicit GrammarTools(const Setup& setup);

  LoadedConstrainer& constrainer() { return *constrainer_; }
  // nullptr when none was given.
  const LoadedBackend* tokenizer() const { return tokenizer_ ? &*tokenizer_ : nullptr; }
  // What the constrainer has said since the last time.
  std::vector<std::string> take_log() { return services_.take_said(); }

 private:
  std::shared_ptr<Instance> create(const Registry& registry, const char* interface,
                                   const char* type, const std::vector<OptionInput>& options);

  Registry registry_;
  boost::asio::io_context io_;
  Services services_{io_, Services::Say::kKeep};
  std::optional<LoadedBackend> tokenizer_;
  std::optional<LoadedConstrainer> constrainer_;
};

// How many of a text's tokens a model has to choose; the grammar forces the others.
std::size_t chosen_tokens(const GrammarRef& grammar, ForcedRuns& runs,
                          const std::vector<std::int32_t>& tokens,
                          std::span<const SlotTexts> slots = {});

}  // namespace sr::host
