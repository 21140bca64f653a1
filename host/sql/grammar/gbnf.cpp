#include "host/sql/grammar/gbnf.h"

#include <stdexcept>

#include "host/sql/grammar/names.h"

namespace sr::host::sql {
namespace {

struct Common {
  std::string_view name, body;
  std::vector<std::string> uses;
};

// What is the same in every table. Texts hold no control byte: the guard refuses them. Numbers that
// JSON does not hold exactly reach the model as texts (docs/protocol.md), so they may be written so.
const std::vector<Common>& commons() {
  static const std::vector<Common> all = {
      {"whole", R"("0" | "-"? count64 | "'" "-"? ([1-9] [0-9]{15,17} | top64) "'" | "'-9223372036854775808'")",
       {"count64", "top64"}},
      {"step", R"([1-9] [0-9]{0,8})", {}},
      {"decimal",
       R"("-"? ("0" | [1-9] [0-9]{0,17}) ("." [0-9]{1,17})? | "-"? scientific | "'" "-"? long-decimal "'")",
       {"scientific", "long-decimal"}},
      {"scientific",
       R"([1-9] ("." [0-9]{1,16})? [eE] ("+"? (power | "30" [0-7]) | )"
       R"("-" (power | "3" ([01] [0-9] | "2" [0-3]))) | "1.7976931348623157e" "+"? "308" | "5e-324")",
       {"power"}},
      {"power", R"("0"? [1-9] | [1-9] [0-9] | [12] [0-9]{2})", {}},
      {"long-decimal",
       R"([1-9] [0-9]{6,17} ("." [0-9]{1,19})? | "0." [0-9]{15,30})", {}},
      {"part", R"(("0" | [1-9] [0-9]{0,8}) ("." [0-9]{1,6})?)", {}},
      {"boolean", R"("TRUE" | "FALSE")", {}},
      {"letter", R"([^'\x00-\x1F\x7F] | "''")", {}},
      {"worded",
       R"("''" | "'" [0-9.eE+ \x2D]{0,40} ([^'0-9.eE+ \x2D\x00-\x1F\x7F] | "''") letter{0,80} "'")",
       {"letter"}},
      {"text", R"("'" letter{0,80} "'")", {"letter"}},
      {"like", R"("'%" ([^%'\x00-\x1F\x7F] | "''"){1,60} "%'")", {}},
      {"day",
       R"([12] [0-9]{3} "-" (("01" | "03" | "05" | "07" | "08" | "10" | "12") "-" )"
       R"(("0" [1-9] | [12] [0-9] | "3" [01]) | ("04" | "06" | "09" | "11") "-" )"
       R"(("0" [1-9] | [12] [0-9] | "30") | "02-" ("0" [1-9] | "1" [0-9] | "2" [0-8])) | )"
       R"(leap "-02-29")",
       {"leap"}},
      {"leap",
       R"([12] [0-9] ("0" [48] | [2468] [048] | [13579] [26]) | )"
       R"(("12" | "16" | "20" | "24" | "28") "00")",
       {}},
      {"hours", R"(([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9] (":" [0-5] [0-9] ("." [0-9]{1,6})?)?)", {}},
      {"date", R"("'" day "'")", {"day"}},
      {"time", R"("'" hours "'")", {"hours"}},
      {"moment", R"("'" day ([ T] hours "Z"?)? "'")", {"day", "hours"}},
      {"uuid", R"("'" [0-9a-f]{8} ("-" [0-9a-f]{4}){3} "-" [0-9a-f]{12} "'")", {}},
      {"limit", R"(" LIMIT " [1-9] [0-9]{0,3})", {}},
      {"down", R"(" DESC"?)", {}},
  };
  return all;
}

}  // namespace

std::string literal(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\t') {
      out += "\\t";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string one_of(const std::vector<std::string>& alternatives) {
  if (alternatives.size() == 1) return alternatives[0];
  std::string out = "(";
  for (const auto& a : alternatives) out += (out.size() > 1 ? " | " : "") + a;
  return out + ")";
}

std::string times(int least, int most) {
  return "{" + std::to_string(least) + "," + std::to_string(most) + "}";
}

std::string counts_to(std::string_view most) {
  // As many digits as `most`: a smaller first digit and anything behind it, or the same one and no
  // more than the rest.
  std::string same, close;
  for (std::size_t i = 0; i < most.size(); ++i) {
    const auto left = std::to_string(most.size() - i - 1);
    const char least = i == 0 ? '1' : '0', digit = most[i];
    const bool last = i + 1 == most.size();
    if (last) {
      same += std::string("[") + least + "-" + digit + "]";
      break;
    }
    if (digit > least) {
      same += std::string("([") + least + "-" + static_cast<char>(digit - 1) + "] [0-9]{" + left +
              "} | ";
      close += ")";
    }
    same += std::string("\"") + digit + "\" ";
  }
  return "[1-9] [0-9]{0," + std::to_string(most.size() - 2) + "} | " + same + close;
}

std::string Gbnf::shared(const std::string& name, const std::string& body) {
  used_.try_emplace(name, name + " ::= " + body + "\n");
  return name;
}

std::string Gbnf::rule(std::string name, const std::string& body) {
  rules_ += name + " ::= " + body + "\n";
  return name;
}

std::string Gbnf::common(const std::string& name) {
  if (used_.contains(name)) return name;
  if (name == "name") {
    used_[name] = name_rules();
    return name;
  }
  if (name == "count64") return shared(name, counts_to("9223372036854775807"));
  if (name == "top64") {
    const auto all = counts_to("9223372036854775807");
    return shared(name, all.substr(all.find('|') + 2));
  }
  for (const auto& c : commons()) {
    if (c.name != name) continue;
    used_[name] = name + " ::= " + std::string(c.body) + "\n";
    for (const auto& other : c.uses) common(other);
    return name;
  }
  throw std::logic_error("no common rule " + name);
}

std::string Gbnf::text(const std::string& root) const {
  std::string out = "root ::= " + root + "\n" + rules_;
  for (const auto& [name, rules] : used_) out += rules;
  return out;
}

}  // namespace sr::host::sql
