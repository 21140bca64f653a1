// A slow matcher to hold the engine against: it reads a text by recursive descent straight from
// the schema, knows no automaton and no state, and answers for one whole text at a time.
//
// It expects schemas without dead ends: an optional property that can have no value is offered.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace sr::testing {

enum class Verdict { kRefused, kPrefix, kComplete };

// kPrefix: not a document, but some document begins with it.
Verdict judge(const nlohmann::ordered_json& schema, std::string_view text, bool flexible = false);

}  // namespace sr::testing
