// host/turn/mood.h - whether what a person typed may be meant as a change at all. Pure; any thread.
#pragma once

#include <string_view>

namespace sr::host {

// False for what asks, forbids, or has no word in letters that this code can read: "what is alert 2?",
// "do not resolve alert 2", "2". No such command can become a write, whatever a model makes of it. It
// knows the English words that begin questions and negations, and nothing else: what it does not
// recognise may be a change, and is the model's to judge.
bool may_mean_change(std::string_view command);

}  // namespace sr::host
