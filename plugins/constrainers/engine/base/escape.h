// engine/base/escape.h - how a JSON string spells what it must escape, each in one way.
#pragma once

#include <cstdio>
#include <string>

namespace sr::constrain {

// The byte of a text as it stands inside a JSON string: only ", \ and control characters change.
inline void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  if (static_cast<unsigned char>(c) >= 0x20) {
    out += c;
    return;
  }
  char code[8];
  std::snprintf(code, sizeof code, "\\u%04x", c);
  out += code;
}

}  // namespace sr::constrain
