// A second implementation of slots, which lists every text: grammars of literals, slots, choices
// and sequences, whose texts are few enough to be written down. Shares no code with the engine.
#pragma once

#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "support.h"

namespace sr::testing {

// The spans of a text: from one word edge to another, not longer than `max` characters.
std::set<std::string> spans_of(const std::string& text, bool trim, std::size_t max);

// A random grammar: its text for the plugin, and all of its texts.
struct RandomSlots {
  std::string grammar;
  SlotGiven slots;
  std::set<std::string> language;
};
RandomSlots random_slots(std::mt19937& dice);
// Words, quotes, backslashes, emoji, both directions, combining marks, CR LF, NUL.
std::string random_text(std::mt19937& dice, int most);

// The bytes, and pieces of the texts and of what stands around them.
TestVocabulary vocabulary_for(const std::set<std::string>& language, std::mt19937& dice);

// Walks at random through the grammar, and holds masks, ends and forced runs against the list at
// every step, also behind forks and when tokens were taken back.
void walk_against(Plugin& plugin, sr_grammar* grammar, const SlotGiven& slots,
                  const TestVocabulary& vocabulary, const std::set<std::string>& language,
                  std::mt19937& dice);

}  // namespace sr::testing
