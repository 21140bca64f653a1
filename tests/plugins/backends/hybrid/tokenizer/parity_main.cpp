// hybrid_tokenizer_parity: real tokenizer.json files against the reference's ids, and how fast.
// Arguments: tokenizer.json expected.json, again and again. Prints one line a file.
#include <chrono>
#include <cstdio>

#include "tests/plugins/backends/hybrid/tokenizer/corpus.h"
#include "tokenizer/tokenizer.h"

namespace {

double seconds(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
}

}  // namespace

int main(int count, char** arguments) try {
  using namespace sr::hybrid;
  const auto texts = read_corpus();
  int wrong = 0;
  for (int i = 1; i + 1 < count; i += 2) {
    const auto begin = std::chrono::steady_clock::now();
    const auto tokenizer = Tokenizer::load(arguments[i]);
    const double load = seconds(begin);
    const auto expected = read_expected(arguments[i + 1]);
    int same = 0;
    for (const auto& [name, text] : texts) {
      if (tokenizer->encode(text) == expected.at(name)) {
        ++same;
      } else {
        ++wrong;
        std::printf("%s: \"%s\" differs from the reference\n", arguments[i], name.c_str());
      }
    }
    std::string long_text;
    while (long_text.size() < (1u << 20)) long_text += texts.back().second;
    const auto from = std::chrono::steady_clock::now();
    const std::size_t ids = tokenizer->encode(long_text).size();
    const double took = seconds(from);
    std::printf("%s: %d tokens, loaded in %.0f ms; %d of %zu texts equal; ", arguments[i],
                tokenizer->size(), load * 1e3, same, texts.size());
    std::printf("the same text again and again: %.1f MB/s, %.2f bytes a token\n",
                static_cast<double>(long_text.size()) / took / 1e6,
                static_cast<double>(long_text.size()) / static_cast<double>(ids));
  }
  return wrong == 0 && count > 1 ? 0 : 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
