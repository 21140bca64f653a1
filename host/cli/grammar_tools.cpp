#include "host/cli/grammar_tools.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "host/base/start_error.h"

namespace sr::host {

const sr_vocabulary& byte_vocabulary() {
  static const auto bytes = [] {
    std::array<std::uint8_t, 256> out{};
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(i);
    return out;
  }();
  static const auto offsets = [] {
    std::array<std::uint32_t, 258> out{};
    for (std::uint32_t i = 0; i < out.size(); ++i) out[i] = std::min(i, 256U);
    return out;
  }();
  static const sr_vocabulary vocabulary = [] {
    sr_vocabulary out{};
    out.struct_size = sizeof out;
    out.size = 257;
    out.bytes = bytes.data();
    out.offsets = offsets.data();
    out.end_token = 256;
    out.fingerprint = str("bytes");
    return out;
  }();
  return vocabulary;
}

GrammarTools::GrammarTools(const Setup& setup) {
  registry_.load_directories(plugin_search_path({setup.search.begin(), setup.search.end()}));
  if (!setup.tokenizer.empty()) {
    OptionInput file;
    file.name = "file";
    file.text = setup.tokenizer;
    tokenizer_.emplace(create(registry_, "backend", "tokenizer", {file}));
  }
  constrainer_.emplace(create(registry_, "constrainer", "json_schema", setup.options));
}

std::shared_ptr<Instance> GrammarTools::create(const Registry& registry, const char* interface,
                                               const char* type,
                                               const std::vector<OptionInput>& options) {
  const auto* found = registry.find(interface, type);
  if (found == nullptr) throw StartError(registry.missing(interface, type));
  std::vector<OptionProblem> problems;
  const auto checked = Options::check(*found->component, options,
                                      std::filesystem::current_path(), problems);
  const std::string label = std::string(interface) + " " + type;
  if (!problems.empty()) {
    throw StartError(label + ": " + problems.front().option + ": " + problems.front().what);
  }
  return or_start_error(Instance::create(*found->component, checked, services_.api(), label));
}

std::size_t chosen_tokens(const GrammarRef& grammar, ForcedRuns& runs,
                          const std::vector<std::int32_t>& tokens,
                          std::span<const SlotTexts> slots) {
  auto matcher = or_start_error(grammar.open(slots));
  std::size_t chosen = 0;
  for (std::size_t at = 0; at < tokens.size();) {
    auto ahead = or_start_error(matcher.fork());
    const auto run = or_start_error(runs.take(ahead));
    const bool same = !run.empty() && run.size() <= tokens.size() - at &&
                      std::equal(run.begin(), run.end(), tokens.begin() + at);
    if (same) {
      matcher = std::move(ahead);
      at += run.size();
      continue;
    }
    or_start_error(matcher.accept(tokens[at++]));
    ++chosen;
  }
  return chosen;
}

}  // namespace sr::host
