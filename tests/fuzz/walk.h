// What the fuzz targets share: a check that ends the program, and a walk through a grammar.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

#include "state_runtime/abi.h"
#include "support.h"

namespace sr::testing {

inline void require(bool holds, const std::string& what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what.c_str());
  std::abort();
}

// Compiles what may be nonsense, and writes a text token by token as the masks allow: there is
// always one until the text is done, what a mask allows is accepted, what it forbids is not.
inline void walk(const GrammarText& source, std::uint32_t seed, const SlotGiven& slots = {}) {
  const auto& vocabulary = TestVocabulary::mixed();
  Plugin plugin(Options{{"max_states", "300"}, {"memory", "1MiB"}});
  std::mt19937 dice(seed);
  std::string text;
  try {
    auto m = plugin.open_with(plugin.compile(source, vocabulary), slots, vocabulary);
    for (int step = 0; step < 60 && m.status() != SR_MATCH_DONE; ++step) {
      const auto mask = m.mask();
      std::int32_t chosen = -1;
      std::uint32_t allowed = 0;
      for (std::int32_t token = 0; token < vocabulary.size(); ++token) {
        if (m.allows(mask, token) && dice() % ++allowed == 0) chosen = token;
      }
      require(chosen >= 0, "nothing may follow: " + text);
      const auto other = static_cast<std::int32_t>(dice() % static_cast<std::uint32_t>(vocabulary.size()));
      auto fork = m.fork();
      require(fork.accept(other).empty() == m.allows(mask, other), "mask and accept differ: " + text);
      require(m.accept(chosen).empty(), "an allowed token was refused: " + text);
      text += vocabulary.text(chosen);
      require(!m.explain().empty(), "no reason: " + text);
    }
  } catch (const Refused& e) {
    require(e.code == SR_INVALID_ARGUMENT || e.code == SR_EXHAUSTED || e.code == SR_UNSUPPORTED,
            std::string("unexpected refusal: ") + e.what());
  }
}

}  // namespace sr::testing
