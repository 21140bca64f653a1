// tests/host/decode/studio.h - a scheduler over the tape, and short ways to ask it for things.
#pragma once

#include "tests/host/decode/linked_plugins.h"
#include "tests/host/decode/tape.h"

namespace sr::host::testing {

inline constexpr const char* kSay =
    R"({"type":"object","properties":{"say":{"type":"string"}},"required":["say"],)"
    R"("additionalProperties":false})";

inline std::string said(const Result<Decoded>& decoded) {
  return decoded ? decoded->text : "failed: " + decoded.error().text();
}

struct Studio {
  // `prepare` sets the deck up before the backend is made.
  explicit Studio(const std::function<void(TapeDeck&)>& prepare = [](TapeDeck&) {}) {
    prepare(deck);
    scheduler.emplace(tape(deck));
  }
  LoadedBackend& backend() { return scheduler->backend(); }
  std::vector<std::int32_t> tokens(const std::string& text) {
    auto out = backend().tokenize(text, false);
    if (!out) throw std::runtime_error(out.error().text());
    return *out;
  }
  std::string text(const std::vector<std::int32_t>& tokens) {
    std::string out;
    for (const auto t : tokens) out += token_bytes(backend().vocabulary(), t);
    return out;
  }
  std::shared_ptr<GrammarRef> grammar(const std::string& schema) {
    auto out = json_schema().compile({"json_schema", schema, {}}, backend().vocabulary());
    if (!out) throw std::runtime_error(out.error().text());
    return *out;
  }
  SharedSequence open() {
    auto out = loop.run(scheduler->open());
    if (!out) throw std::runtime_error(out.error().text());
    return *out;
  }
  // "a>" says the deck's line "a".
  DecodeRequest ask(const std::string& prompt, const std::string& schema = kSay) {
    DecodeRequest out;
    out.sequence = open();
    out.prompt = tokens(prompt);
    out.grammar = grammar(schema);
    return out;
  }
  Result<Decoded> decode(DecodeRequest request) { return loop.run(scheduler->decode(request)); }

  TapeDeck deck;
  Loop loop;
  std::optional<Scheduler> scheduler;
};

}  // namespace sr::host::testing
