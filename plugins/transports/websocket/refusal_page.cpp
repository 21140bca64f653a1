#include "refusal_page.h"

#include <cstdio>

namespace sr::websocket {
namespace {

std::string escaped_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

// What is no plain ASCII came from a client's header and need not be UTF-8.
std::string escaped_json(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte >= 0x7F) {
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", byte);
      out += code;
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string refusal_page(unsigned status, std::string_view why) {
  return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Refused</title>"
         "</head>\n<body><h1>Refused (" + std::to_string(status) + ")</h1>\n<p>" +
         escaped_html(why) + ".</p></body></html>\n";
}

std::string refusal_json(std::string_view why) {
  return R"({"status":"refused","message":")" + escaped_json(why) + "\"}\n";
}

}  // namespace sr::websocket
