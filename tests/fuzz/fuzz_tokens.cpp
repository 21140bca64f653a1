// Any bytes as what is done with matchers of real schemas: tokens, forks, taking back.
#include <fstream>
#include <sstream>
#include <vector>

#include "walk.h"

namespace {

using namespace sr::testing;

std::string schema(const std::string& name) {
  std::ifstream file(SR_SOURCE_DIR "/bench/data/constrain/schemas/" + name + ".json");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// Compiled once: matchers of one grammar share what has been worked out about it.
struct Grammars {
  Plugin plugin;
  std::vector<GrammarText> texts;
  Grammars() {
    for (const char* name : {"sql", "ui", "patch", "patchptr", "union", "uibound", "sqlbound"}) {
      texts.push_back({"json_schema", schema(name), {}});
    }
    texts.push_back({"json_schema", R"({"type":"array","items":{"type":"string","x-grammar":"g"}})",
                     {{"g", "grammar", "root ::= \"a\" root? \"b\" | \"'\" [^']{0,20} \"'\""}}});
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Grammars grammars;
  if (size == 0) return 0;
  const auto& vocabulary = TestVocabulary::mixed();
  auto m = grammars.plugin.open(grammars.texts[data[0] % grammars.texts.size()], vocabulary);
  std::vector<std::vector<std::uint32_t>> masks{m.mask()};
  for (std::size_t at = 1; at + 1 < size; at += 2) {
    const auto what = data[at] % 8;
    if (what == 0) {  // a fork goes its own way and changes nothing here
      auto fork = m.fork();
      fork.rollback(masks.size() / 2);
      require(fork.mask() == masks[masks.size() - 1 - masks.size() / 2], "a fork's past differs");
    } else if (what == 1) {
      const auto count = data[at + 1] % masks.size();
      m.rollback(count);
      masks.resize(masks.size() - count);
      require(m.mask() == masks.back(), "what was taken back is not where it was");
    } else {
      // Mostly one of the tokens that may come, so that texts get long.
      const auto wanted = (data[at] / 8 * 256 + data[at + 1]) % vocabulary.size();
      auto token = wanted;
      for (int i = 0; what > 2 && i < vocabulary.size() && !m.allows(masks.back(), token); ++i) {
        token = (token + 1) % vocabulary.size();
      }
      const bool accepted = m.accept(token).empty();
      require(accepted == m.allows(masks.back(), token), "mask and accept differ");
      if (accepted) masks.push_back(m.mask());
    }
  }
  return 0;
}
