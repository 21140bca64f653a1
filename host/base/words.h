// host/base/words.h - names and texts as people read them. English where it matters, harmless
// elsewhere. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>

namespace sr::host {

// "openedAt", "opened_at": "opened at".
std::string in_words(const std::string& name);
// "open orders": "Open orders".
std::string capitalised(std::string words);
// "order entries": "order entry"; a word without an s stays.
std::string singular(const std::string& words);
// Up to so many bytes, cut between characters, with "…" behind what was cut.
std::string shortened(const std::string& text, std::size_t bytes);

}  // namespace sr::host
