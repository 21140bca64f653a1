#include "sentence.h"

#include <vector>

#include "error.h"

namespace sr::postgres {
namespace {

// The part that begins with this word; the first one, the message itself, has none.
std::string part(std::string_view message, std::string_view word) {
  std::string out;
  bool inside = word.empty();
  for (std::size_t at = 0; at < message.size();) {
    const auto end = std::min(message.find('\n', at), message.size());
    auto line = message.substr(at, end - at);
    at = end + 1;
    for (const std::string_view other : {"LINE ", "DETAIL: ", "HINT: ", "CONTEXT: ", "QUERY: "}) {
      if (!line.starts_with(other)) continue;
      inside = other == word;
      if (inside) line.remove_prefix(other.size());
    }
    if (inside) out += std::string(line) + ' ';
  }
  return one_line(out);
}

// What stands in the n-th pair of quotes.
std::string quoted(std::string_view text, int n) {
  std::size_t at = 0;
  for (; n > 0; --n) {
    at = text.find('"', text.find('"', at) + 1) + 1;
    if (at == 0) return {};
  }
  const auto begin = text.find('"', at);
  const auto end = begin == text.npos ? text.npos : text.find('"', begin + 1);
  return end == text.npos ? std::string() : std::string(text.substr(begin + 1, end - begin - 1));
}

// What stands in the last pair: of a detail the table, behind values that may hold quotes.
std::string last_quoted(std::string_view text) {
  const auto end = text.rfind('"');
  const auto begin = end == text.npos || end == 0 ? text.npos : text.rfind('"', end - 1);
  return begin == text.npos ? std::string() : std::string(text.substr(begin + 1, end - begin - 1));
}

// "Key (login, day)=(ann, 1) already exists." → "login, day" and "ann, 1".
bool key_of(const std::string& detail, std::string& columns, std::string& values) {
  const auto middle = detail.find(")=(");
  if (!detail.starts_with("Key (") || middle == detail.npos) return false;
  std::size_t end = detail.npos;
  for (const std::string_view word : {") already exists", ") is not present", ") is still"}) {
    end = std::min(end, detail.rfind(word));
  }
  if (end == detail.npos || end < middle + 3) return false;
  columns = detail.substr(5, middle - 5);
  values = detail.substr(middle + 3, end - middle - 3);
  return true;
}

}  // namespace

std::string sentence(std::string_view state, std::string_view message) {
  const auto said = part(message, "");
  const auto detail = part(message, "DETAIL: ");
  std::string columns, values;
  const bool key = key_of(detail, columns, values);
  // The server keeps values to itself that the role may not read.
  if (state == "23505") {
    return key ? "there is a row with " + columns + " " + values + " already"
               : "there is such a row already (its rule " + last_quoted(said) + ")";
  }
  if (state == "23503" && !detail.empty()) {
    const auto of_key = key ? " with " + columns + " " + values : std::string();
    if (detail.find("is not present in table") == detail.npos) {
      return "the row" + of_key + " is still used in " + last_quoted(detail);
    }
    return "there is no row" + of_key + " in " + last_quoted(detail);
  }
  if (state == "23502") return quoted(said, 0) + " of " + quoted(said, 1) + " must have a value";
  if (state == "23514") {
    return "a value is not one that " + quoted(said, 0) + " takes (its rule " + quoted(said, 1) + ")";
  }
  return said;
}

}  // namespace sr::postgres
