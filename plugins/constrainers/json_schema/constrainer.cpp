#include "json_schema/constrainer.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace sr::json_schema {

namespace {

constexpr const char* kWhitespaceChoices[] = {"compact", "flexible", nullptr};
constexpr auto kWhitespace = option({.name = "whitespace",
                                     .type = SR_ENUM,
                                     .fallback = "compact",
                                     .choices = kWhitespaceChoices,
                                     .doc = "compact: no white space between values; flexible: as "
                                            "the model likes, up to 64 bytes at a time."});
constexpr const char* kOrderChoices[] = {"declared", "any", nullptr};
constexpr auto kOrder = option({.name = "order",
                                .type = SR_ENUM,
                                .fallback = "declared",
                                .choices = kOrderChoices,
                                .doc = "declared: members come as the schema lists them; any: in "
                                       "any order, in objects of at most 32 declared members."});
constexpr auto kWarn = option(
    {.name = "warn",
     .type = SR_LIST,
     .fallback = "",
     .doc = "Keywords that are left out with a warning when they cannot be enforced, instead of "
            "refusing the schema; * for all of them.",
     .example = "[format, not]"});
constexpr auto kMaxStates =
    option({.name = "max_states",
            .type = SR_INT,
            .flags = SR_ADVANCED,
            .fallback = "20000",
            .min = "100",
            .max = "1000000",
            .doc = "The size that a compiled schema may have; bounds compile time."});
constexpr auto kMemory =
    option({.name = "memory",
            .type = SR_SIZE,
            .flags = SR_ADVANCED,
            .fallback = "64MiB",
            .min = "1MiB",
            .doc = "What one schema may remember of masks and positions before it starts afresh."});
constexpr auto kGrammars = option({.name = "grammars",
                                   .type = SR_INT,
                                   .flags = SR_ADVANCED,
                                   .fallback = "64",
                                   .min = "1",
                                   .doc = "Compiled schemas that are kept for the next use."});

// What identifies a vocabulary: its fingerprint, or all its bytes when it has none.
std::string key_of(const sr_vocabulary& v) {
  std::string key(view(v.fingerprint));
  if (key.empty()) {
    const auto size = static_cast<std::size_t>(v.size);
    key.assign(reinterpret_cast<const char*>(v.offsets), (size + 1) * sizeof(v.offsets[0]));
    key.append(reinterpret_cast<const char*>(v.bytes), v.offsets[size]);
  }
  return std::to_string(v.size) + ":" + std::to_string(v.end_token) + ":" + key;
}

Text text_of(const sr_named_grammar& grammar) {
  return {std::string(view(grammar.name)), std::string(view(grammar.kind)),
          std::string(view(grammar.text))};
}

Source source_of(const sr_grammar_source& source) {
  Source out;
  out.main = text_of({{}, source.kind, source.text});
  for (std::size_t i = 0; i < source.named_count; ++i) {
    out.named.push_back(text_of(source.named[i]));
  }
  return out;
}

// All texts, each with its length, so that no two lists have one key.
void add_to_key(std::string& key, const Text& text) {
  for (const auto* part : {&text.name, &text.kind, &text.text}) {
    key += std::to_string(part->size()) + ":";
    key += *part;
  }
}
std::string key_of(const std::vector<Text>& named) {
  std::string key;
  for (const auto& text : named) add_to_key(key, text);
  return key;
}
std::string key_of(const Source& source) {
  auto key = key_of(source.named);
  add_to_key(key, source.main);
  return key;
}

std::string cannot_spell(std::uint32_t code, const std::string& place) {
  char number[16];
  std::snprintf(number, sizeof number, "U+%04X", code);
  return place + ": the vocabulary has no tokens for the character " + number +
         ", without which this cannot be written";
}

}  // namespace

const sr_option* const EngineConstrainer::kOptions[] = {
    &kWhitespace, &kOrder, &kWarn, &kMaxStates, &kMemory, &kGrammars, nullptr};

EngineConstrainer::EngineConstrainer(Host host, const Config& config)
    : host_(host),
      memory_(static_cast<std::size_t>(config.integer("memory"))),
      grammars_(static_cast<std::size_t>(config.integer("grammars"))) {
  options_.flexible = config.string("whitespace") == "flexible";
  options_.any_order = config.string("order") == "any";
  options_.warn = config.list("warn");
  options_.max_states = static_cast<std::size_t>(config.integer("max_states"));
}

std::unique_ptr<Grammar> EngineConstrainer::compile(const sr_grammar_source& source,
                                                    const sr_vocabulary& vocabulary) {
  const auto texts = source_of(source);
  const Key key{key_of(vocabulary), key_of(texts)};
  auto grammar = find(key);
  if (grammar == nullptr) {
    const auto known = named(texts);
    auto compiled = json_schema::compile(texts, options_, known.get());
    for (const auto& warning : compiled.warnings) host_.log(SR_LOG_WARN, warning);
    auto arranged = arrange(key.first, vocabulary);
    if (!arranged->defect().empty()) {
      throw Failure(SR_INVALID_ARGUMENT, "the vocabulary " + arranged->defect() +
                                             ": not every JSON text can be spelt with it");
    }
    for (const auto& [code, place] : compiled.program->needed()) {
      if (!arranged->spells(code)) throw Failure(SR_INVALID_ARGUMENT, cannot_spell(code, place));
    }
    auto texts_of_slots = slots(key.first, arranged);
    grammar = std::make_shared<constrain::CompiledGrammar>(
        std::move(compiled.program), std::move(arranged), memory_, std::move(texts_of_slots));
    keep(key, grammar);
  }
  return std::make_unique<constrain::SharedGrammar>(std::move(grammar));
}

// What only schemas refer to is compiled once for all schemas; nullptr when there is nothing.
std::shared_ptr<const NamedGrammars> EngineConstrainer::named(const Source& source) {
  if (source.main.kind != "json_schema" || source.named.empty()) return nullptr;
  const auto key = key_of(source.named);
  {
    const std::lock_guard lock(mutex_);
    const auto at = std::find_if(named_.begin(), named_.end(),
                                 [&](const auto& entry) { return entry.first == key; });
    if (at != named_.end()) {
      named_.splice(named_.begin(), named_, at);
      return at->second;
    }
  }
  auto made = std::make_shared<const NamedGrammars>(compile_named(source.named, options_));
  const std::lock_guard lock(mutex_);
  named_.emplace_front(key, made);
  if (named_.size() > kNamedKept) named_.pop_back();
  return made;
}

std::shared_ptr<constrain::CompiledGrammar> EngineConstrainer::find(const Key& key) {
  const std::lock_guard lock(mutex_);
  const auto at = known_.find(key);
  if (at == known_.end()) return nullptr;
  recent_.splice(recent_.begin(), recent_, at->second);
  return at->second->grammar;
}

void EngineConstrainer::keep(const Key& key,
                                 std::shared_ptr<constrain::CompiledGrammar> grammar) {
  const std::lock_guard lock(mutex_);
  if (known_.count(key) > 0) return;  // another thread compiled it too
  recent_.push_front({key, std::move(grammar)});
  known_[key] = recent_.begin();
  while (recent_.size() > grammars_) {
    known_.erase(recent_.back().key);
    recent_.pop_back();
  }
}

std::shared_ptr<const constrain::Vocabulary> EngineConstrainer::arrange(
    const std::string& key, const sr_vocabulary& vocabulary) {
  const std::lock_guard lock(mutex_);
  auto& known = vocabularies_[key];
  auto arranged = known.lock();
  if (arranged == nullptr) {
    arranged = std::make_shared<const constrain::Vocabulary>(vocabulary);
    known = arranged;
  }
  std::erase_if(vocabularies_, [](const auto& entry) { return entry.second.expired(); });
  return arranged;
}

std::shared_ptr<constrain::SlotCache> EngineConstrainer::slots(
    const std::string& key, const std::shared_ptr<const constrain::Vocabulary>& arranged) {
  const std::lock_guard lock(mutex_);
  auto& known = slots_[key];
  auto slots = known.lock();
  if (slots == nullptr) known = slots = std::make_shared<constrain::SlotCache>(arranged);
  std::erase_if(slots_, [](const auto& entry) { return entry.second.expired(); });
  return slots;
}

}  // namespace sr::json_schema
