// tests/host/turn/hostile.h - what people, scripts and attackers put where a value is asked for.
#pragma once

#include <random>
#include <string>
#include <vector>

namespace sr::host::testing {

inline std::vector<std::string> hostile_values(std::size_t count) {
  const std::vector<std::string> pieces = {
      "'", "''", "\"", "\\", "\\\\'", "`", "$1", ":email", "?", "--", "/*", "*/", ";", "%", "_", "{", "}", "[1]",
      "'; DROP TABLE settings; --", "' OR '1'='1", "<script>alert(1)</script>", "&amp;", "{\"kind\":\"sql\"}",
      "Jürgen Müller", "O'Brien", "日本語", "שלום", "\u202Eabc", "\u200D", "👩‍👩‍👧", "e\u0301", "\U0001F600", "\uFFFD",
      "\t", "\n", "\r\n", " ", "  ", "0", "007", "1e5", "NaN", "null", "TRUE", "true", "-", "+1", "\x7F", "\x01",
      "<|emit|>", "emit ", "\u00A0", "ß", "ſ", "İ"};
  std::vector<std::string> out = {"", std::string(20000, 'x'), std::string(1000, '\''), std::string(1000, '\\')};
  for (const auto& piece : pieces) out.push_back(piece);
  std::mt19937 random(20261129);
  while (out.size() < count) {
    std::string value;
    for (auto parts = 1 + random() % 6; parts > 0; --parts) value += pieces[random() % pieces.size()];
    out.push_back(value);
  }
  return out;
}

// Of a longer command the model may read a part and a sign that some is missing, which nobody said
// (docs/event-log.md).
inline bool is_read_whole(const std::string& command) { return command.size() <= 512; }

}  // namespace sr::host::testing
