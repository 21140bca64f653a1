#include "formats_reference.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace sr::testing {

namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool hex(char c) { return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool among(char c, const std::string& set) { return set.find(c) != std::string::npos; }

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> out(1);
  for (const char c : text) {
    if (c == at) {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

template <class Test>
bool all(const std::string& text, Test test) {
  return std::all_of(text.begin(), text.end(), test);
}

// A number of exactly so many digits.
std::optional<int> number(const std::string& text, std::size_t digits) {
  if (text.size() != digits || !all(text, digit)) return std::nullopt;
  return std::stoi(text);
}

bool is_date(const std::string& text) {
  const auto parts = split(text, '-');
  if (parts.size() != 3) return false;
  const auto year = number(parts[0], 4), month = number(parts[1], 2), day = number(parts[2], 2);
  if (!year || !month || !day || *month < 1 || *month > 12) return false;
  const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (*year % 4 == 0 && *year % 100 != 0) || *year % 400 == 0;
  return *day >= 1 && *day <= days[*month - 1] + (leap && *month == 2 ? 1 : 0);
}

// Minutes after midnight of "HH:MM".
std::optional<int> minutes(const std::string& text) {
  const auto parts = split(text, ':');
  if (parts.size() != 2) return std::nullopt;
  const auto hour = number(parts[0], 2), minute = number(parts[1], 2);
  if (!hour || !minute || *hour > 23 || *minute > 59) return std::nullopt;
  return *hour * 60 + *minute;
}

bool is_time(const std::string& text) {
  if (text.size() < 9 || text[5] != ':') return false;
  const auto start = minutes(text.substr(0, 5));
  const auto second = number(text.substr(6, 2), 2);
  if (!start || !second || *second > 60) return false;
  auto rest = text.substr(8);
  if (rest[0] == '.') {
    std::size_t end = 1;
    while (end < rest.size() && digit(rest[end])) ++end;
    if (end == 1) return false;
    rest.erase(0, end);
  }
  int offset = 0;
  if (rest != "Z" && rest != "z") {
    if (rest.empty() || !among(rest[0], "+-")) return false;
    const auto shift = minutes(rest.substr(1));
    if (!shift) return false;
    offset = rest[0] == '+' ? *shift : -*shift;
  }
  // A leap second is the last one of a day in UTC.
  return *second < 60 || (*start - offset + 2880) % 1440 == 1439;
}

bool is_date_time(const std::string& text) {
  return text.size() > 11 && is_date(text.substr(0, 10)) && among(text[10], "Tt") &&
         is_time(text.substr(11));
}

bool is_uuid(const std::string& text) {
  const auto parts = split(text, '-');
  const std::size_t sizes[] = {8, 4, 4, 4, 12};
  if (parts.size() != 5) return false;
  for (std::size_t i = 0; i < 5; ++i) {
    if (parts[i].size() != sizes[i] || !all(parts[i], hex)) return false;
  }
  return true;
}

bool is_hostname(const std::string& text) {
  if (text.size() > 253) return false;
  for (const auto& label : split(text, '.')) {
    const auto inside = [](char c) { return letter(c) || digit(c) || c == '-'; };
    if (label.empty() || label.size() > 63 || !all(label, inside)) return false;
    if (label.front() == '-' || label.back() == '-') return false;
  }
  return true;
}

bool is_email(const std::string& text) {
  const auto at = text.rfind('@');
  if (at == std::string::npos || text.size() > 254) return false;
  const auto local = text.substr(0, at);
  if (local.size() > 64 || !is_hostname(text.substr(at + 1))) return false;
  for (const auto& atom : split(local, '.')) {
    const auto inside = [](char c) { return letter(c) || digit(c) || among(c, "!#$%&'*+-/=?^_`{|}~"); };
    if (atom.empty() || !all(atom, inside)) return false;
  }
  return true;
}

bool is_ipv4(const std::string& text) {
  const auto parts = split(text, '.');
  return parts.size() == 4 && std::all_of(parts.begin(), parts.end(), [](const std::string& part) {
    const bool few = !part.empty() && part.size() <= 3 && all(part, digit);
    return few && (part.size() == 1 || part[0] != '0') && std::stoi(part) <= 255;
  });
}

// How many groups of 16 bits stand there; nothing when it is none of those, "" are none.
std::optional<int> groups(const std::string& text, bool ipv4_may_end_it) {
  if (text.empty()) return 0;
  const auto parts = split(text, ':');
  int count = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (ipv4_may_end_it && i + 1 == parts.size() && is_ipv4(parts[i])) {
      count += 2;
    } else if (!parts[i].empty() && parts[i].size() <= 4 && all(parts[i], hex)) {
      ++count;
    } else {
      return std::nullopt;
    }
  }
  return count;
}

bool is_ipv6(const std::string& text) {
  const auto gap = text.find("::");
  if (gap == std::string::npos) return groups(text, true) == 8;
  const auto before = groups(text.substr(0, gap), false), after = groups(text.substr(gap + 2), true);
  return before && after && *before + *after <= 7;
}

// Characters of these and %XX.
bool coded(const std::string& text, const std::string& also) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size() || !hex(text[i + 1]) || !hex(text[i + 2])) return false;
      i += 2;
    } else if (!letter(text[i]) && !digit(text[i]) && !among(text[i], "-._~!$&'()*+,;=" + also)) {
      return false;
    }
  }
  return true;
}

bool is_future_address(const std::string& text) {
  const auto dot = text.find('.');
  if (text.empty() || !among(text[0], "vV") || dot == std::string::npos) return false;
  const auto version = text.substr(1, dot - 1), rest = text.substr(dot + 1);
  return !version.empty() && all(version, hex) && !rest.empty() && !among('%', rest) &&
         coded(rest, ":");
}

bool is_authority(std::string text) {
  const auto at = text.rfind('@');
  if (at != std::string::npos) {
    if (!coded(text.substr(0, at), ":")) return false;
    text.erase(0, at + 1);
  }
  if (!text.empty() && text[0] == '[') {
    const auto end = text.find(']');
    if (end == std::string::npos) return false;
    const auto address = text.substr(1, end - 1), port = text.substr(end + 1);
    return (is_ipv6(address) || is_future_address(address)) &&
           (port.empty() || (port[0] == ':' && all(port.substr(1), digit)));
  }
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return coded(text, "");
  return coded(text.substr(0, colon), "") && all(text.substr(colon + 1), digit);
}

bool is_uri(std::string text) {
  if (const auto hash = text.find('#'); hash != std::string::npos) {
    if (!coded(text.substr(hash + 1), ":@/?")) return false;
    text.erase(hash);
  }
  if (const auto mark = text.find('?'); mark != std::string::npos) {
    if (!coded(text.substr(mark + 1), ":@/?")) return false;
    text.erase(mark);
  }
  const auto colon = text.find(':');
  if (colon == std::string::npos || colon == 0 || !letter(text[0])) return false;
  const auto in_scheme = [](char c) { return letter(c) || digit(c) || among(c, "+-."); };
  if (!all(text.substr(0, colon), in_scheme)) return false;
  auto path = text.substr(colon + 1);
  if (path.rfind("//", 0) == 0) {
    const auto end = std::min(path.find('/', 2), path.size());
    if (!is_authority(path.substr(2, end - 2))) return false;
    path.erase(0, end);
  }
  return coded(path, ":@/");
}

bool is_json_pointer(const std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '~' && (i + 1 == text.size() || !among(text[i + 1], "01"))) return false;
  }
  return text.empty() || text[0] == '/';
}

}  // namespace

bool has_format(const std::string& format, const std::string& text) {
  static const std::map<std::string, std::function<bool(const std::string&)>> kFormats = {
      {"date", is_date},   {"time", is_time},         {"date-time", is_date_time},
      {"uuid", is_uuid},   {"email", is_email},       {"hostname", is_hostname},
      {"ipv4", is_ipv4},   {"ipv6", is_ipv6},         {"uri", is_uri},
      {"json-pointer", is_json_pointer}};
  return kFormats.at(format)(text);
}

bool left_out(const std::string& format, const std::string& text) {
  if (format == "time") return text.substr(5, 3) == ":60";
  if (format == "date-time") return text.substr(16, 3) == ":60";
  if (format == "uri") return text.find("[v") != std::string::npos || text.find("[V") != std::string::npos;
  return false;
}

}  // namespace sr::testing
