// A plain validator of JSON values for the keywords that the seams test uses; it shares no code with
// the engine. Numbers are compared in hundredths, so schemas have at most two decimals.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

namespace sr::testing {

// Reads a document. Of members with one name the first or the last counts.
nlohmann::json read_document(const std::string& text, bool first_counts);

// "" when the value is valid, else the keyword that it breaks and where. `grammar` says of a string
// whether it is a text of the grammar that x-grammar names.
std::string broken_rule(const nlohmann::json& schema, const nlohmann::json& value,
                        const std::function<bool(const std::string&)>& grammar);

}  // namespace sr::testing
