#include "host/sql/grammar/value_slots.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <set>

#include "host/sql/parameters.h"
#include "host/sql/scope.h"

namespace sr::host::sql {
namespace {

// Slots, and the column whose values they hold.
struct SlotKind {
  const char* name;
  const char* declared;
  sr_value_type type;
};
constexpr SlotKind kSlots[] = {
    {"event-whole", "BIGINT", SR_INTEGER},    {"event-number", "REAL", SR_REAL},
    {"event-boolean", "BOOLEAN", SR_BOOLEAN}, {"event-day", "DATE", SR_TEXT},
    {"event-moment", "TIMESTAMP", SR_TEXT},   {"event-text", "TEXT", SR_TEXT}};
constexpr const char* kWordsSlot = "event-words";  // of the texts those that JSON holds as texts
constexpr const char* kNamesSlot = "event-names";
constexpr const char* kNullSlot = "event-null";

// A column with a list of values takes words only; empty when nothing can be given to the column.
std::string slot_of(const GrammarColumn& column) {
  switch (column.kind) {
    case Kind::kWhole:
      return slot("event-whole");
    case Kind::kReal:
      return slot("event-number");
    case Kind::kBoolean:
      return slot("event-boolean");
    case Kind::kDate:
      return slot("event-day");
    case Kind::kMoment:
      return slot("event-moment");
    case Kind::kText:
      return slot(column.choices.empty() ? "event-text" : kWordsSlot);
    case Kind::kTime:
    case Kind::kUuid:
    case Kind::kOther:
    case Kind::kLoose:
      return slot("event-text");
    case Kind::kOpaque:
      break;
  }
  return "";
}

// Numbers that an app's own rules may hold: one more, half of it.
std::string small(const GrammarColumn& column, Gbnf& gbnf) {
  const auto whole = gbnf.shared("small", R"("0" | [1-9] [0-9]{0,2})");
  if (column.kind == Kind::kWhole) return whole;
  return gbnf.shared("small-part", R"(small ("." [0-9]{1,2})?)");
}

// Digits of a number that every reader of JSON keeps; longer ones may also stand in quotes.
constexpr std::size_t kExactDigits = 15;

bool is_whole_within(const std::string& number, std::int64_t least, std::int64_t most) {
  std::int64_t value = 0;
  const auto* end = number.data() + number.size();
  const auto read = std::from_chars(number.data(), end, value);
  return read.ec == std::errc() && read.ptr == end && value >= least && value <= most;
}

// A whole number of more than 64 bits is a real one.
std::string written(const std::string& number) {
  const bool real =
      number.find('.') == number.npos && !is_whole_within(number, INT64_MIN, INT64_MAX);
  return real ? number + ".0" : number;
}

void add_number(SlotTexts& slot, const std::string& number) {
  slot.texts.push_back(written(number));
  if (number.size() > kExactDigits) slot.texts.push_back("'" + number + "'");
}

SlotTexts whole_numbers(const char* name, const Sources& sources, std::int64_t least,
                        std::int64_t most) {
  SlotTexts out{name, {}};
  for (const auto& number : sources.numbers()) {
    if (is_whole_within(number, least, most)) add_number(out, number);
  }
  return out;
}

SlotTexts days(const char* name, const std::set<words::Day>& all) {
  SlotTexts out{name, {}};
  for (const auto day : all) out.texts.push_back(words::written(day));
  return out;
}

// What is added to a column.
SlotTexts steps(const char* name, const Sources& sources, bool whole) {
  SlotTexts out{name, {}};
  for (const auto& number : sources.numbers()) {
    const bool fits = whole ? is_whole_within(number, 1, INT64_MAX)
                            : is_exact_number(number) && !number.starts_with('-') && number != "0";
    if (fits) out.texts.push_back(written(number));
  }
  return out;
}

template <class Wanted>
SlotTexts numbers(const std::string& name, const Sources& sources, Wanted wanted) {
  SlotTexts out{name, {}};
  for (const auto& number : sources.numbers()) {
    if (is_exact_number(number) && wanted(number)) add_number(out, number);
  }
  return out;
}

// 8-4-4-4-12 digits of base 16, as databases write them.
bool is_uuid(std::string_view text) {
  constexpr std::size_t kLength = 36;
  if (text.size() != kLength) return false;
  for (std::size_t i = 0; i < kLength; ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool digit = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');
    if (dash ? text[i] != '-' : !digit) return false;
  }
  return true;
}

SlotTexts uuids(const Sources& sources) {
  SlotTexts out{"uuid", {}};
  std::set<std::string> found;
  for (const auto& text : sources.said().texts()) {
    for (std::size_t at = 0; at + 36 <= text.size(); ++at) {
      auto part = text.substr(at, 36);
      if (is_uuid(part) && sources.said().holds(part)) found.insert(std::move(part));
    }
  }
  for (const auto& text : sources.shown()) {
    if (is_uuid(text)) found.insert(text);
  }
  out.texts.assign(found.begin(), found.end());
  return out;
}

}  // namespace

std::string slot(const std::string& name, const char* options) {
  return "<values:" + name + options + ">";
}

std::string known_slot(std::size_t place) { return "known-" + std::to_string(place); }

std::string shared_slot(std::size_t place) { return "shared-" + std::to_string(place); }

std::string decimal_slot(const Decimal& decimal) {
  return "number-" + std::to_string(decimal.digits) + "-" + std::to_string(decimal.places);
}

std::string told_text(int most) {
  const auto options = " max=" + std::to_string(most) + " quote='";
  return "\"''\" | <span:said" + options + "> | " + slot("shown", options.c_str());
}

std::string told_pattern(int most) {
  const auto options = " max=" + std::to_string(most) + " quote='";
  std::string out = slot("shown", (options + " pad=%").c_str());
  for (const char* side : {" pad=%", " before=%", " behind=%"})
    out += " | <span:said" + options + side + ">";
  return out;
}

std::string with_known(const GrammarColumn& column, const std::string& text, const char* options) {
  if (column.known.empty()) return text;
  return "(" + text + " | " + slot(column.known, options) + ")";
}

std::string event_value(const GrammarColumn& column, Gbnf& gbnf, bool written) {
  std::vector<std::string> out;
  if (auto named = slot_of(column); !named.empty()) out.push_back(std::move(named));
  for (const auto& choice : column.choices) out.push_back(literal(choice));
  if (column.kind == Kind::kText && column.column->choices.empty() && !column.known.empty()) {
    out.push_back(slot(column.shared, " quote='"));
  }
  if (column.kind == Kind::kBoolean) out.push_back(gbnf.common("boolean"));
  if (written && column.is_number() && column.choices.empty()) out.push_back(small(column, gbnf));
  return out.empty() ? "" : one_of(out);
}

std::string event_key(const GrammarColumn& column, Gbnf& gbnf) {
  if (!column.column->key()) return event_value(column, gbnf, /*written=*/false);
  auto named = slot_of(column);
  if (column.kind != Kind::kText || !column.choices.empty()) return named;
  return one_of({named, "<values:" + std::string(kNamesSlot) + " quote='>"});
}

std::string event_step(const GrammarColumn& column, Gbnf& gbnf) {
  return one_of({slot_of(column), small(column, gbnf)});
}

std::string event_null() { return slot(kNullSlot); }

std::vector<SlotTexts> told_slots(const Sources& sources, const std::vector<Column>& catalog) {
  std::vector<SlotTexts> out;
  out.push_back({"said", sources.said().texts()});
  out.push_back({"shown", {sources.shown().begin(), sources.shown().end()}});
  out.push_back(days("day", sources.days()));
  out.push_back(days("new-day", sources.new_days()));
  out.push_back(whole_numbers("whole", sources, INT64_MIN, INT64_MAX));
  out.push_back(whole_numbers("whole-16", sources, INT16_MIN, INT16_MAX));
  out.push_back(whole_numbers("whole-32", sources, INT32_MIN, INT32_MAX));
  out.push_back(steps("step", sources, /*whole=*/true));
  out.push_back(steps("part", sources, /*whole=*/false));
  out.push_back(numbers("number", sources, [](const std::string&) { return true; }));
  std::set<std::string> decimals;
  for (const auto& column : catalog) {
    const auto decimal = column.type == SR_REAL ? decimal_of(column.declared_type) : std::nullopt;
    if (!decimal || !decimals.insert(decimal_slot(*decimal)).second) continue;
    out.push_back(numbers(decimal_slot(*decimal), sources,
                          [&](const std::string& n) { return fits(*decimal, n); }));
  }
  out.push_back(uuids(sources));
  for (const auto& known : sources.known().columns()) {
    out.push_back({known_slot(known.place), known.values});
    if (known.repeated) out.push_back({shared_slot(known.place), known.values});
  }
  return out;
}

std::vector<SlotTexts> event_slots(const Json& values, bool form) {
  std::vector<SlotTexts> out;
  SlotTexts words{kWordsSlot, {}}, names{kNamesSlot, {}};
  for (const auto& kind : kSlots) {
    const Column column{"", kind.name, kind.declared, kind.type, 0, {}, 0};
    SlotTexts slot{kind.name, {}};
    for (const auto& [name, value] : values.items()) {
      const auto fits = value_for(column, ParameterUse::kAssigned, name, value);
      if (std::holds_alternative<Value>(fits)) slot.texts.push_back(written_parameter(name));
    }
    out.push_back(std::move(slot));
  }
  for (const auto& [name, value] : values.items()) {
    if (value.is_string()) words.texts.push_back(written_parameter(name));
    if (form) names.texts.push_back(name);
  }
  out.push_back(std::move(words));
  out.push_back(std::move(names));
  out.push_back({kNullSlot, form ? std::vector<std::string>{} : std::vector<std::string>{"NULL"}});
  return out;
}

}  // namespace sr::host::sql
