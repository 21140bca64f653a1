// host/app/words.h - names as people read them. Pure; any thread.
#pragma once

#include <algorithm>
#include <cctype>
#include <string>

namespace sr::host {

// "open_orders": "Open orders".
inline std::string in_words(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  if (!name.empty()) name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
  return name;
}

}  // namespace sr::host
