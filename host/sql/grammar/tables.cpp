#include "host/sql/grammar/tables.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "host/sql/grammar/names.h"
#include "host/sql/grammar/value_slots.h"
#include "host/sql/names.h"
#include "host/sql/number.h"
#include "host/sql/refuse.h"
#include "host/sql/scanner.h"
#include "host/sql/scope.h"
#include "host/sql/writer.h"

namespace sr::host::sql {
namespace {

constexpr int kMostInList = 16;

Kind kind_of(const Column& column) {
  switch (type_of(column)) {
    case Type::kBoolean:
      return Kind::kBoolean;
    case Type::kInteger:
      return Kind::kWhole;
    case Type::kReal:
      return Kind::kReal;
    case Type::kText:
      return Kind::kText;
    case Type::kMoment:
    case Type::kDay:
    case Type::kAny:
      break;
  }
  const auto declared = lower_ascii(column.declared_type);
  const auto begins = [&](std::string_view with) { return declared.starts_with(with); };
  if (column.type == SR_BLOB || column.type == SR_NULL || declared == "json" || declared == "xml") {
    return Kind::kOpaque;
  }
  if (declared.empty() || declared == "any") return Kind::kLoose;
  if (begins("timestamp") || begins("datetime")) return Kind::kMoment;
  if (begins("date")) return Kind::kDate;
  if (begins("time")) return Kind::kTime;
  if (begins("uuid")) return Kind::kUuid;
  return Kind::kOther;
}

bool can_be_read(const std::string& text) {
  try {
    scan(text);
    return true;
  } catch (const Refused&) {
    return false;
  }
}

bool is_whole(const std::string& text) {
  std::int64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  return read.ec == std::errc() && read.ptr == end && text == std::to_string(value);
}

// The choices as SQL text, as far as they can be written. Texts must be one of them; of numbers a
// list that is not made of whole numbers says nothing.
std::vector<std::string> choices_of(const Column& column, Kind kind) {
  std::vector<std::string> out;
  if (kind == Kind::kWhole && std::all_of(column.choices.begin(), column.choices.end(), is_whole)) {
    return column.choices;
  }
  if (kind == Kind::kWhole || kind == Kind::kReal || kind == Kind::kBoolean) return out;
  for (const auto& choice : column.choices) {
    auto written = quote_string(choice);
    if (can_be_read(written)) out.push_back(std::move(written));
  }
  return out;
}

// Columns that may hold few values, as far as their type goes.
bool is_known(Kind kind) {
  return kind == Kind::kText || kind == Kind::kOther || kind == Kind::kLoose;
}

bool can_be_spelt(const std::string& name) {
  // Also in the guard's own spelling, which quotes more words.
  return !name.empty() && name.size() <= kMaxNameBytes && can_be_read(written_name(name)) &&
         can_be_read(quote_name(name));
}

}  // namespace

bool GrammarColumn::has_order() const {
  switch (kind) {
    case Kind::kWhole:
    case Kind::kReal:
    case Kind::kDate:
    case Kind::kTime:
    case Kind::kMoment:
      return true;
    case Kind::kText:
      return choices.empty();
    default:
      return false;
  }
}

std::vector<GrammarTable> grammar_tables(const Policy& policy, const std::vector<Column>& catalog,
                                         Values values) {
  std::map<std::string, std::string> tables;  // lower case → as in the catalog
  std::map<std::string, int> table_twins;     // names of tables that differ in case only
  std::map<std::string, int> column_twins;    // table, NUL, column
  for (const auto& c : catalog) {
    const auto low = lower_ascii(c.table);
    const auto [at, fresh] = tables.emplace(low, c.table);
    if (!fresh && at->second != c.table) ++table_twins[low];
    ++column_twins[c.table + '\0' + lower_ascii(c.name)];
  }
  std::vector<GrammarTable> out;
  for (const auto& [name, rules] : policy.tables) {
    if (is_system_name(name) || table_twins.contains(lower_ascii(name)) || !can_be_spelt(name)) {
      continue;
    }
    GrammarTable table{written_name(name), "t" + std::to_string(out.size()), &rules, {}};
    for (std::size_t place = 0; place < catalog.size(); ++place) {
      const auto& c = catalog[place];
      if (c.table != name || !can_be_spelt(c.name) ||
          column_twins[c.table + '\0' + lower_ascii(c.name)] > 1) {
        continue;
      }
      const auto kind = kind_of(c);
      const bool readable = rules.select && allows(*rules.select, c.name);
      const bool nullable = (c.flags & (SR_COLUMN_NOT_NULL | SR_COLUMN_KEY)) == 0;
      const bool known = is_known(kind) && readable && !allows(rules.unknown, c.name);
      table.columns.push_back({&c, written_name(c.name),
                               table.id + "-c" + std::to_string(table.columns.size()), kind,
                               choices_of(c, kind), readable, nullable, values,
                               known ? known_slot(place) : "", known ? shared_slot(place) : ""});
    }
    if (!table.columns.empty()) out.push_back(std::move(table));
  }
  return out;
}

bool JointKey::contains(const GrammarColumn& column) const {
  return std::find(columns.begin(), columns.end(), &column) != columns.end();
}

std::vector<const Column*> key_columns(const std::vector<Column>& catalog,
                                       const GrammarTable& table) {
  std::vector<const Column*> out;
  for (const Column& column : catalog) {
    if (column.table == table.columns.front().column->table && column.key()) out.push_back(&column);
  }
  return out;
}

JointKey joint_key(const GrammarTable& table, const WriteRule& rule,
                   const std::vector<Column>& catalog) {
  JointKey out;
  if (table.columns.empty()) return out;
  for (const Column* column : joint_key(key_columns(catalog, table), rule)) {
    const auto at = std::find_if(table.columns.begin(), table.columns.end(),
                                 [&](const GrammarColumn& c) { return c.column == column; });
    if (at == table.columns.end()) {
      out.spelt = false;
    } else {
      out.columns.push_back(&*at);
    }
  }
  return out;
}

bool listed(const std::vector<std::string>& names, const GrammarColumn& column) {
  return allows({false, names}, column.column->name);
}

bool says_which_row(const GrammarColumn& column) {
  return column.values == Values::kTold &&
         (column.column->key() || !column.column->references.empty());
}

std::string compared_value(const GrammarColumn& column, Gbnf& gbnf) {
  if (column.values == Values::kOfTheEvent) return event_value(column, gbnf, /*written=*/false);
  if (!column.choices.empty()) {
    std::vector<std::string> out;
    for (const auto& c : column.choices) out.push_back(literal(c));
    return one_of(out);
  }
  switch (column.kind) {
    case Kind::kWhole:
      return gbnf.common("whole");
    case Kind::kReal:
      return gbnf.common("decimal");
    case Kind::kBoolean:
      return gbnf.common("boolean");
    default:
      break;
  }
  if (!column.column->choices.empty()) return "";  // none of which can be written
  switch (column.kind) {
    case Kind::kDate:
      return gbnf.common("date");
    case Kind::kTime:
      return gbnf.common("time");
    case Kind::kMoment:
      return gbnf.common("moment");
    case Kind::kUuid:
      return gbnf.common("uuid");
    case Kind::kText:
    case Kind::kOther:
      return with_known(column, gbnf.common("text"));
    case Kind::kLoose:
      return "(" + gbnf.common("whole") + " | " + gbnf.common("decimal") + " | " +
             with_known(column, gbnf.common("text")) + ")";
    default:
      return "";
  }
}

namespace {

// Numbers that a column of fewer bits or of so many digits keeps as they are.
std::string bounded_number(const GrammarColumn& column, Gbnf& gbnf) {
  const auto bits = column.column->bits;
  if (column.kind == Kind::kWhole && (bits == 16 || bits == 32)) {
    const auto name = "whole-" + std::to_string(bits);
    if (!column.column->references.empty()) return slot(name);
    return gbnf.shared(name, R"("0" | "-"? )" + gbnf.common("few") + " | " + slot(name));
  }
  const auto decimal = decimal_of(column.column->declared_type);
  if (column.kind != Kind::kReal || !decimal) return "";
  const auto name = decimal_slot(*decimal);
  const int before = decimal->digits - decimal->places;
  std::string body = R"("0")";
  if (before == 1) body += R"( | "-"? [1-9])";
  if (before == 2) body += R"( | "-"? [1-9] [0-9]?)";
  if (before > 2) body += R"( | "-"? )" + gbnf.common("few");
  return gbnf.shared(name, body + " | " + slot(name));
}

}  // namespace

std::string written_value(const GrammarColumn& column, Gbnf& gbnf) {
  if (column.values == Values::kOfTheEvent) return event_value(column, gbnf, /*written=*/true);
  if (writes_long(column)) return with_known(column, "long");
  if (column.choices.empty()) {
    if (auto number = bounded_number(column, gbnf); !number.empty()) return number;
    if (column.kind == Kind::kWhole && !column.column->references.empty()) return slot("whole");
    if (column.column->choices.empty() && column.kind == Kind::kDate)
      return gbnf.common("new-date");
    if (column.column->choices.empty() && column.kind == Kind::kMoment)
      return gbnf.common("new-moment");
  }
  return compared_value(column, gbnf);
}

bool writes_long(const GrammarColumn& column) {
  return column.values == Values::kTold && column.column->choices.empty() &&
         (column.kind == Kind::kText || column.kind == Kind::kOther);
}

namespace {

// What says which row is known, not counted.
std::string same_value(const GrammarColumn& column, Gbnf& gbnf) {
  const bool known = column.values == Values::kTold && column.kind == Kind::kWhole &&
                     column.choices.empty() && column.column->key();
  return known ? slot("whole") : compared_value(column, gbnf);
}

}  // namespace

std::string fixed(const GrammarColumn& column, Gbnf& gbnf) {
  const auto value =
      column.values == Values::kOfTheEvent ? event_key(column, gbnf) : same_value(column, gbnf);
  if (value.empty()) return "";
  return literal(column.name) + " (\" = \" " + value + " | \" IN (\" " + value + " (\", \" " +
         value + ")" + times(0, kMostInList - 1) + " \")\")";
}

std::string condition_rule(const GrammarColumn& column, const std::string& name, Gbnf& gbnf,
                           const std::string& others) {
  const auto or_other = [&](const std::string& value) {
    return others.empty() ? value : "(" + value + " | " + others + ")";
  };
  std::vector<std::string> tests = {"\" IS NOT NULL\""};
  if (column.nullable) tests.push_back("\" IS NULL\"");
  if (const auto value = same_value(column, gbnf); !value.empty()) {
    tests.push_back(gbnf.common("same") + " " + or_other(value));
    if (const auto counted = compared_value(column, gbnf); column.has_order()) {
      // Databases put texts in orders of their own.
      const bool text = column.kind == Kind::kText;
      tests.push_back(gbnf.common("sized") + " " + (text ? counted : or_other(counted)));
    }
    if (column.kind != Kind::kBoolean) {
      tests.push_back("\" IN (\" " + value + " (\", \" " + value + ")" + times(0, kMostInList - 1) +
                      " \")\"");
    }
    if (column.kind == Kind::kText && column.choices.empty() && column.values == Values::kTold) {
      tests.push_back("\" LIKE \" " +
                      with_known(column, gbnf.common("like"), " max=60 quote=' pad=%"));
    }
  }
  return gbnf.rule(name, literal(column.name) + " " + one_of(tests));
}

}  // namespace sr::host::sql
