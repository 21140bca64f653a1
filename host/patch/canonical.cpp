// Canonical JSON and its hash. The canvas computes the same text in JavaScript, so strings and
// numbers follow ECMA-262: JSON.stringify (25.5.2) and Number::toString (6.1.6.1.20).
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "host/patch/patch.h"

namespace sr::host::patch {
namespace {

constexpr char kHex[] = "0123456789abcdef";
constexpr std::int64_t kExact = std::int64_t{1} << 53;  // integers up to here are exact doubles

void write_string(std::string& out, const std::string& text) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += "\\u00";
          out += kHex[c >> 4];
          out += kHex[c & 15];
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

// `digits` are the k digits of s, the value is s × 10^(n - k): the names of ECMA-262.
void write_digits(std::string& out, std::string_view digits, int n) {
  const int k = static_cast<int>(digits.size());
  if (k <= n && n <= 21) {
    out.append(digits).append(n - k, '0');
  } else if (0 < n && n <= 21) {
    out.append(digits.substr(0, n)).append(1, '.').append(digits.substr(n));
  } else if (-6 < n && n <= 0) {
    out.append("0.").append(-n, '0').append(digits);
  } else {
    out += digits[0];
    if (k > 1) out.append(1, '.').append(digits.substr(1));
    out += 'e';
    out += n > 0 ? '+' : '-';
    out += std::to_string(std::abs(n - 1));
  }
}

void write_double(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  if (value == 0) {  // also -0
    out += '0';
    return;
  }
  if (value < 0) out += '-';
  // Scientific form without a precision has the fewest digits that read back the same.
  char text[32];
  const auto end =
      std::to_chars(text, text + sizeof text, std::fabs(value), std::chars_format::scientific).ptr;
  const auto e = std::find(text, end, 'e');
  std::string digits(1, text[0]);
  if (e - text > 2) digits.append(text + 2, e);
  int exponent = 0;
  std::from_chars(e[1] == '+' ? e + 2 : e + 1, end, exponent);
  write_digits(out, digits, exponent + 1);
}

void write_number(std::string& out, const Json& number) {
  if (number.is_number_float()) {
    write_double(out, number.get<double>());
  } else if (number.is_number_unsigned()) {
    const auto value = number.get<std::uint64_t>();
    if (value <= static_cast<std::uint64_t>(kExact)) {
      out += std::to_string(value);
    } else {
      write_double(out, static_cast<double>(value));
    }
  } else {
    const auto value = number.get<std::int64_t>();
    if (value >= -kExact && value <= kExact) {
      out += std::to_string(value);
    } else {
      write_double(out, static_cast<double>(value));
    }
  }
}

void write(std::string& out, const Json& value);

void write_object(std::string& out, const Json& object) {
  const auto& members = object.get_ref<const Json::object_t&>();
  std::vector<const Json::object_t::value_type*> sorted;
  sorted.reserve(members.size());
  for (const auto& member : members) sorted.push_back(&member);
  std::sort(sorted.begin(), sorted.end(),
            [](const auto* a, const auto* b) { return a->first < b->first; });
  out += '{';
  for (const auto* member : sorted) {
    if (out.back() != '{') out += ',';
    write_string(out, member->first);
    out += ':';
    write(out, member->second);
  }
  out += '}';
}

void write(std::string& out, const Json& value) {
  switch (value.type()) {
    case Json::value_t::object:
      write_object(out, value);
      break;
    case Json::value_t::array:
      out += '[';
      for (std::size_t i = 0; i < value.size(); ++i) {
        if (i > 0) out += ',';
        write(out, value[i]);
      }
      out += ']';
      break;
    case Json::value_t::string:
      write_string(out, value.get_ref<const std::string&>());
      break;
    case Json::value_t::boolean:
      out += value.get<bool>() ? "true" : "false";
      break;
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
    case Json::value_t::number_float:
      write_number(out, value);
      break;
    default:
      out += "null";
      break;
  }
}

}  // namespace

std::string canonical(const Json& document) {
  std::string out;
  write(out, document);
  return out;
}

std::string view_hash(const Json& view) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : canonical(view)) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  }
  std::string out(16, '0');
  for (int i = 15; i >= 0; --i, hash >>= 4) out[i] = kHex[hash & 15];
  return out;
}

}  // namespace sr::host::patch
