#include "host/app/refusals.h"

#include "host/config/read.h"

namespace sr::host {
namespace {

struct Told {
  Reason reason;
  const char* name;
  const char* sentence;
};

constexpr Told kTold[] = {
    {Reason::kNotAllowed, "not_allowed", "That cannot be done here."},
    {Reason::kUnknown, "unknown", "There is nothing like that here."},
    {Reason::kAmbiguous, "ambiguous", "That could mean more than one thing. Say which."},
    {Reason::kNothingToDo, "nothing_to_do", "Nothing to do: it is so already."},
    {Reason::kNotUnderstood, "not_understood", "That was not understood. Say it in other words."},
};

const Told& told(Reason reason) { return kTold[static_cast<int>(reason)]; }

}  // namespace

const std::vector<std::string>& reason_names() {
  static const auto names = [] {
    std::vector<std::string> out;
    for (const auto& t : kTold) out.push_back(t.name);
    return out;
  }();
  return names;
}

const char* to_string(Reason reason) { return told(reason).name; }

std::optional<Reason> reason(std::string_view name) {
  for (const auto& t : kTold) {
    if (name == t.name) return t.reason;
  }
  return std::nullopt;
}

std::string in_words(const Refusals& refusals, Reason reason) {
  const auto own = refusals.find(reason);
  return own != refusals.end() ? own->second : told(reason).sentence;
}

std::string in_words(const Refusals& refusals, const Json& refusal) {
  const auto name = refusal.find("reason");
  const bool named = name != refusal.end() && name->is_string();
  const auto known = named ? reason(name->get<std::string>()) : std::nullopt;
  return in_words(refusals, known.value_or(Reason::kNotUnderstood));
}

Refusals read_refusals(const config::Node& node, config::Diagnostics& diagnostics) {
  Refusals out;
  config::MapReader map(node, diagnostics, "refusals");
  for (const auto& t : kTold) {
    const auto* sentence = map.optional(t.name);
    if (sentence == nullptr) continue;
    const auto text = config::read_string(*sentence, diagnostics);
    if (!text) continue;
    out[t.reason] = *text;
  }
  map.finish();
  return out;
}

}  // namespace sr::host
