#include "tests/host/sql/growing.h"

#include <fstream>

#include "tests/host/sql/world.h"

namespace sr::host::sql::testing {

std::string Growing::of_repetitions(std::size_t count) const {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '{') {
      out += text[at++];
      continue;
    }
    const std::size_t bar = text.find('|', at), end = text.find('}', at);
    // || inside of what repeats is SQL's own; the first bar divides.
    out += text.substr(at + 1, bar - at - 1);
    const std::string again = text.substr(bar + 1, end - bar - 1);
    for (std::size_t i = 1; i <= count; ++i) {
      for (const char c : again) c == '#' ? out += std::to_string(i) : out += c;
    }
    at = end + 1;
  }
  return out;
}

std::string Growing::of_bytes(std::size_t bytes) const {
  std::size_t low = 0, high = bytes;  // every repetition takes a byte at least
  while (low < high) {
    const std::size_t middle = (low + high + 1) / 2;
    of_repetitions(middle).size() <= bytes ? low = middle : high = middle - 1;
  }
  return of_repetitions(low);
}

std::vector<Growing> growing_statements() {
  std::ifstream file(cases() / "growing.txt");
  std::vector<Growing> out;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (!line.empty() && !line.starts_with("--")) out.push_back({number, line});
  }
  return out;
}

}  // namespace sr::host::sql::testing
