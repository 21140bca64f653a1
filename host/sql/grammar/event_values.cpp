#include "host/sql/grammar/event_values.h"

#include "host/sql/parameters.h"

namespace sr::host::sql {
namespace {

// Slots, and the column whose values they hold.
struct SlotKind {
  const char* name;
  const char* declared;
  sr_value_type type;
};
constexpr SlotKind kSlots[] = {
    {"event-whole", "BIGINT", SR_INTEGER},   {"event-number", "REAL", SR_REAL},
    {"event-boolean", "BOOLEAN", SR_BOOLEAN}, {"event-day", "DATE", SR_TEXT},
    {"event-moment", "TIMESTAMP", SR_TEXT},  {"event-text", "TEXT", SR_TEXT}};
constexpr const char* kWords = "event-words";  // of the texts those that JSON holds as texts
constexpr const char* kNames = "event-names";
constexpr const char* kNull = "event-null";

std::string slot(const char* name) { return "<values:" + std::string(name) + ">"; }

// A column with a list of values takes words only; empty when nothing can be given to the column.
std::string slot_of(const GrammarColumn& column) {
  switch (column.kind) {
    case Kind::kWhole: return slot("event-whole");
    case Kind::kReal: return slot("event-number");
    case Kind::kBoolean: return slot("event-boolean");
    case Kind::kDate: return slot("event-day");
    case Kind::kMoment: return slot("event-moment");
    case Kind::kText: return slot(column.choices.empty() ? "event-text" : kWords);
    case Kind::kTime:
    case Kind::kUuid:
    case Kind::kOther:
    case Kind::kLoose: return slot("event-text");
    case Kind::kOpaque: break;
  }
  return "";
}

// Numbers that an app's own rules may hold: one more, half of it.
std::string small(const GrammarColumn& column, Gbnf& gbnf) {
  const auto whole = gbnf.shared("small", R"("0" | [1-9] [0-9]{0,2})");
  if (column.kind == Kind::kWhole) return whole;
  return gbnf.shared("small-part", R"(small ("." [0-9]{1,2})?)");
}

}  // namespace

std::string event_value(const GrammarColumn& column, Gbnf& gbnf, bool written) {
  std::vector<std::string> out;
  if (auto named = slot_of(column); !named.empty()) out.push_back(std::move(named));
  for (const auto& choice : column.choices) out.push_back(literal(choice));
  if (column.kind == Kind::kBoolean) out.push_back(gbnf.common("boolean"));
  if (written && column.is_number() && column.choices.empty()) out.push_back(small(column, gbnf));
  return out.empty() ? "" : one_of(out);
}

std::string event_key(const GrammarColumn& column, Gbnf& gbnf) {
  if (!column.column->key()) return event_value(column, gbnf, /*written=*/false);
  auto named = slot_of(column);
  if (column.kind != Kind::kText || !column.choices.empty()) return named;
  return one_of({named, "<values:" + std::string(kNames) + " quote='>"});
}

std::string event_step(const GrammarColumn& column, Gbnf& gbnf) {
  return one_of({slot_of(column), small(column, gbnf)});
}

std::string event_null() { return slot(kNull); }

std::vector<SlotTexts> slots_of(const Json& values, bool form) {
  std::vector<SlotTexts> out;
  SlotTexts words{kWords, {}}, names{kNames, {}};
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
  out.push_back({kNull, form ? std::vector<std::string>{} : std::vector<std::string>{"NULL"}});
  return out;
}

}  // namespace sr::host::sql
