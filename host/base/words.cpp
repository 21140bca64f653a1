#include "host/base/words.h"

#include <cctype>
#include <string_view>

namespace sr::host {
namespace {

bool is_upper(char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; }
bool is_lower(char c) { return std::islower(static_cast<unsigned char>(c)) != 0; }

}  // namespace

std::string in_words(const std::string& name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (c == '_' || c == ' ') {
      if (!out.empty() && out.back() != ' ') out += ' ';
      continue;
    }
    if (i > 0 && is_upper(c) && is_lower(name[i - 1])) out += ' ';
    out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

std::string capitalised(std::string words) {
  if (!words.empty())
    words[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(words[0])));
  return words;
}

std::string singular(const std::string& words) {
  const auto ends = [&](std::string_view with) { return words.ends_with(with); };
  const auto without = [&](std::size_t bytes) { return words.substr(0, words.size() - bytes); };
  if (words.size() < 4 || !ends("s") || ends("ss") || ends("us") || ends("is")) return words;
  if (ends("ies")) return without(3) + "y";
  const bool hissing = ends("sses") || ends("xes") || ends("ches") || ends("shes");
  return without(hissing ? 2 : 1);
}

std::string shortened(const std::string& text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  auto end = bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

}  // namespace sr::host
