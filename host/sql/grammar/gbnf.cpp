#include "host/sql/grammar/gbnf.h"

#include <stdexcept>

#include "host/sql/grammar/names.h"
#include "host/sql/grammar/value_slots.h"

namespace sr::host::sql {
namespace {

struct Common {
  std::string_view name;
  std::string body;
  std::vector<std::string> uses;
};

// What is the same in every table.
const std::vector<Common>& commons() {
  static const std::vector<Common> all = {
      {"few", R"([1-9] [0-9]? | "100")", {}},  // kSmallNumber
      {"whole", R"("0" | "-"? few | )" + slot("whole"), {"few"}},
      {"decimal", R"("0" | "-"? few | )" + slot("number"), {"few"}},
      {"step", "few | " + slot("step"), {"few"}},
      {"part", "few | " + slot("part"), {"few"}},
      {"same", R"(" = " | " <> ")", {}},
      {"sized", R"(" <" "="? " " | " >" "="? " ")", {}},
      {"width", R"([1-9] [0-9]{0,8})", {}},
      {"boolean", R"("TRUE" | "FALSE")", {}},
      {"text", told_text(80), {}},
      {"like", told_pattern(60), {}},
      {"uuid", slot("uuid", " quote='"), {}},
      {"day", slot("day"), {}},
      {"hours",
       R"(([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9] (":" [0-5] [0-9] ("." [0-9]{1,6})?)?)",
       {}},
      {"new-day", slot("new-day"), {}},
      {"date", R"("'" day "'")", {"day"}},
      {"new-date", R"("'" new-day "'")", {"new-day"}},
      {"time", R"("'" hours "'")", {"hours"}},
      {"moment", R"("'" day ([ T] hours "Z"?)? "'")", {"day", "hours"}},
      {"new-moment", R"("'" new-day ([ T] hours "Z"?)? "'")", {"new-day", "hours"}},
      {"days", R"(" " ("day" | "week" | "month" | "year") "s"?)", {}},
      {"times", R"(days | " " ("minute" | "hour") "s"?)", {"days"}},
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
  for (const auto& c : commons()) {
    if (c.name != name) continue;
    used_[name] = name + " ::= " + c.body + "\n";
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
