#include "backend.h"

namespace sr::tokenizer_only {

namespace {

constexpr auto kFile = option({.name = "file", .type = SR_PATH, .flags = SR_REQUIRED,
    .doc = "The tokenizer.json.", .example = "../models/alerts/tokenizer.json"});

// What ends a text, by the names that models use.
std::int32_t end_of(const hybrid::Tokenizer& tokenizer) {
  for (const char* name : {"<|im_end|>", "<|eot_id|>", "<|end_of_text|>", "<|endoftext|>", "</s>"}) {
    if (const auto token = tokenizer.find(name); token >= 0) return token;
  }
  return tokenizer.end_token();
}

}  // namespace

const sr_option* const TokenizerBackend::kOptions[] = {&kFile, nullptr};

TokenizerBackend::TokenizerBackend(Host, const Config& config)
    : tokenizer_(hybrid::Tokenizer::load(config.string("file"))),
      vocabulary_(tokenizer_->vocabulary(end_of(*tokenizer_))) {}

sr_backend_info TokenizerBackend::describe() const noexcept {
  sr_backend_info info{};
  info.struct_size = sizeof info;
  info.family = {"tokenizer", 9};
  info.fingerprint = vocabulary_.fingerprint;
  return info;
}

std::vector<std::int32_t> TokenizerBackend::tokenize(std::string_view text, bool specials) const {
  return tokenizer_->encode(text, {.specials = specials, .continues = true});
}

std::unique_ptr<Sequence> TokenizerBackend::open() {
  unsupported("a tokenizer without a model cannot read or write texts; use another backend");
}

}  // namespace sr::tokenizer_only
