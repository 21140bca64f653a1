#include "model_tools.h"

#include <filesystem>

#include "config_file.h"
#include "model_folder.h"
#include "random_model.h"
#include "tokenizer/byte_tokenizer.h"

namespace sr::hybrid {

namespace {

using OrderedJson = nlohmann::ordered_json;

const char* kind(const Attention&) { return "attention"; }
const char* kind(const Mamba1&) { return "mamba1"; }
const char* kind(const Mamba2&) { return "mamba2"; }
const char* kind(const GatedDelta&) { return "gated_delta"; }
const char* kind(const ShortConv&) { return "short_conv"; }
const char* kind(const Mlp&) { return "mlp"; }
const char* kind(const Moe&) { return "moe"; }
const char* kind(std::monostate) { return nullptr; }

OrderedJson group_norm_of(const Description& description) {
  const auto& norm = description.group_norm;
  if (!norm) return nullptr;
  return {{"groups", norm->groups},
          {"by_group", norm->by_group},
          {"known", norm->known},
          {"why", norm->why}};
}

void count(OrderedJson& kinds, const char* name) {
  if (name != nullptr) kinds[name] = kinds.value(name, 0) + 1;
}

OrderedJson layers_of(const Description& description) {
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

void write_inspection(const Loaded& model, const Config& options, const Output& to) {
  const auto& description = model.description;
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
                           {"group_norm", group_norm_of(description)},
                           {"parameters", parameters(description)},
                           {"weights", options.string("weights")},
                           {"weight_bytes", model.weight_bytes},
                           {"session_bytes", model.layout.fixed_floats * sizeof(float)},
                           {"token_bytes", model.layout.token_bytes()},
                           {"fingerprint", model.fingerprint},
                           {"tokenizer", std::move(tokenizer)}};
  to.write(out.dump());
}

void check_ids(std::span<const std::int32_t> ids, int vocabulary) {
  for (const auto id : ids) {
    if (id >= 0 && id < vocabulary) continue;
    throw Failure(SR_INVALID_ARGUMENT, "token " + std::to_string(id) +
                                           " is not in the vocabulary of " +
                                           std::to_string(vocabulary) + " tokens");
  }
}

void write_random(const Progress::Say& say, const sr_random_model& asked, const Output& to) {
  RandomModel model{.config = std::string(view(asked.config)),
                    .folder = std::string(view(asked.folder)),
                    .seed = asked.seed};
  if (view(asked.type) == "f32") {
    model.type = DType::kF32;
  } else if (view(asked.type) != "bf16") {
    throw Failure(SR_INVALID_ARGUMENT, "the type of the tensors can be bf16 or f32, not \"" +
                                           std::string(view(asked.type)) + "\"");
  }
  const auto plan = hybrid::plan(model.config);
  if (asked.tokenizer.len > 0) {
    model.tokenizer = read_text(std::string(view(asked.tokenizer)), 256U << 20);
  } else if (plan.description.vocabulary >= kByteTokens) {
    model.tokenizer = byte_tokenizer();
  }
  OrderedJson tokens;
  if (!model.tokenizer.empty()) {
    const auto name = asked.tokenizer.len > 0 ? std::string(view(asked.tokenizer)) : "tokenizer";
    const auto tokenizer = Tokenizer::parse(model.tokenizer, name);
    check_fits(*tokenizer, name, plan.description);
    tokens = tokenizer->size();
  }
  const auto files = write_random_model(model, say);
  const OrderedJson out = {{"family", plan.description.family},
                           {"parameters", files.parameters},
                           {"bytes", files.bytes},
                           {"files", files.shards},
                           {"tokenizer", std::move(tokens)}};
  to.write(out.dump());
}

}  // namespace sr::hybrid
