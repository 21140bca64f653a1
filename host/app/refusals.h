// host/app/refusals.h - why an event is refused, and what the person is told.
//
// The model picks a reason and the app has the words, so that they are right and can be of any
// language. Pure; any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/json.h"
#include "host/config/diagnostics.h"
#include "host/config/node.h"

namespace sr::host {

enum class Reason { kNotAllowed, kUnknown, kAmbiguous, kNothingToDo, kNotUnderstood };

// In the order in which they are documented: "not_allowed", "unknown", …
const std::vector<std::string>& reason_names();
const char* to_string(Reason);
std::optional<Reason> reason(std::string_view name);

// The app's own sentences; what it leaves out is said in English.
using Refusals = std::map<Reason, std::string>;

std::string in_words(const Refusals&, Reason);
// Of what the model wrote, {"kind":"refuse","reason":…}.
std::string in_words(const Refusals&, const Json& refusal);

// `refusals:` of app.yaml.
Refusals read_refusals(const config::Node&, config::Diagnostics&);

}  // namespace sr::host
