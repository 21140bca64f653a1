#include "tools.h"

#include <filesystem>

#include "config_file.h"
#include "loading.h"
#include "random_model.h"
#include "tokenizer/byte_tokenizer.h"

namespace sr::cpu {

namespace {

using OrderedJson = nlohmann::ordered_json;

const char* kind(const hybrid::Attention&) { return "attention"; }
const char* kind(const hybrid::Mamba1&) { return "mamba1"; }
const char* kind(const hybrid::Mamba2&) { return "mamba2"; }
const char* kind(const hybrid::GatedDelta&) { return "gated_delta"; }
const char* kind(const hybrid::ShortConv&) { return "short_conv"; }
const char* kind(const hybrid::Mlp&) { return "mlp"; }
const char* kind(const hybrid::Moe&) { return "moe"; }
const char* kind(std::monostate) { return nullptr; }

void count(OrderedJson& kinds, const char* name) {
  if (name != nullptr) kinds[name] = kinds.value(name, 0) + 1;
}

OrderedJson layers_of(const hybrid::Description& description) {
  OrderedJson mixers = OrderedJson::object(), feed_forward = OrderedJson::object();
  const auto name = [](const auto& part) { return kind(part); };
  for (const auto& layer : description.layers) {
    for (const auto& branch : layer.branches) count(mixers, std::visit(name, branch.mixer));
    count(feed_forward, std::visit(name, layer.feed_forward));
  }
  return {{"count", description.layers.size()},
          {"mixers", std::move(mixers)},
          {"feed_forward", std::move(feed_forward)}};
}

}  // namespace

void ModelTools::inspect(Host host, const Config& options, const Output& to) {
  const auto model = load_model(host, options);
  const auto& description = model->description();
  OrderedJson tokenizer;
  const auto folder = options.string("model");
  if (std::filesystem::exists(folder + "/tokenizer.json")) {
    const auto loaded = load_tokenizer(folder, description);
    tokenizer = {{"tokens", loaded->size()}, {"fingerprint", loaded->fingerprint()}};
  }
  const OrderedJson out = {{"family", description.family},
                           {"hidden", description.hidden},
                           {"vocabulary", description.vocabulary},
                           {"context", description.context},
                           {"layers", layers_of(description)},
                           {"parameters", hybrid::parameters(description)},
                           {"weights", options.string("weights")},
                           {"weight_bytes", model->weight_bytes()},
                           {"session_bytes", model->layout().fixed_floats * sizeof(float)},
                           {"token_bytes", model->layout().token_bytes()},
                           {"fingerprint", model->fingerprint()},
                           {"tokenizer", std::move(tokenizer)}};
  to.write(out.dump());
}

void ModelTools::logits(Host host, const Config& options, std::span<const std::int32_t> ids,
                        const Output& to) {
  const auto model = load_model(host, options);
  const auto vocabulary = model->description().vocabulary;
  for (const auto id : ids) {
    if (id >= 0 && id < vocabulary) continue;
    throw Failure(SR_INVALID_ARGUMENT, "token " + std::to_string(id) +
                                           " is not in the vocabulary of " +
                                           std::to_string(vocabulary) + " tokens");
  }
  constexpr std::size_t kChunk = 128;
  State state(model->layout());
  const std::atomic<bool> never = false;
  for (; !ids.empty(); ids = ids.subspan(std::min(kChunk, ids.size()))) {
    Run run{&state, ids.first(std::min(kChunk, ids.size())), Logits::kAll, {}};
    model->forward({&run, 1}, never);
    to.write(run.logits.data(), run.logits.size() * sizeof(float));
  }
}

void ModelTools::random(Host host, const sr_random_model& asked, const Output& to) {
  hybrid::RandomModel model{.config = std::string(view(asked.config)),
                            .folder = std::string(view(asked.folder)),
                            .seed = asked.seed};
  if (view(asked.type) == "f32") {
    model.type = hybrid::DType::kF32;
  } else if (view(asked.type) != "bf16") {
    throw Failure(SR_INVALID_ARGUMENT, "the type of the tensors can be bf16 or f32, not \"" +
                                           std::string(view(asked.type)) + "\"");
  }
  const auto plan = hybrid::plan(model.config);
  if (asked.tokenizer.len > 0) {
    model.tokenizer = hybrid::read_text(std::string(view(asked.tokenizer)), 256U << 20);
  } else if (plan.description.vocabulary >= hybrid::kByteTokens) {
    model.tokenizer = hybrid::byte_tokenizer();
  }
  OrderedJson tokens;
  if (!model.tokenizer.empty()) {
    const auto name = asked.tokenizer.len > 0 ? std::string(view(asked.tokenizer)) : "tokenizer";
    const auto tokenizer = hybrid::Tokenizer::parse(model.tokenizer, name);
    check_fits(*tokenizer, name, plan.description);
    tokens = tokenizer->size();
  }
  const auto files = hybrid::write_random_model(model, logger(host));
  const OrderedJson out = {{"family", plan.description.family},
                           {"parameters", files.parameters},
                           {"bytes", files.bytes},
                           {"files", files.shards},
                           {"tokenizer", std::move(tokens)}};
  to.write(out.dump());
}

}  // namespace sr::cpu
