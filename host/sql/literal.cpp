// Values that a statement writes out: noted, and held to where they may come from (sources.h).
#include <algorithm>

#include "host/sql/names.h"
#include "host/sql/refuse.h"
#include "host/sql/writer.h"

namespace sr::host::sql {
namespace {

// As people see it, and not too much of it.
std::string shown(const Term& literal) {
  constexpr std::size_t kMostShown = 60;
  if (!literal.string) return literal.sql;
  auto text = *literal.string;
  if (text.size() > kMostShown) {
    auto end = kMostShown;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text = text.substr(0, end) + "…";
  }
  return quote_string(text);
}

[[noreturn]] void refuse_source(const Column* column, const Term& literal) {
  const auto place =
      column == nullptr ? std::string() : " for " + column->name + " of " + column->table;
  refuse(
      "source",
      shown(literal) + place + " was not said and does not stand on screen" +
          (literal.string && column != nullptr ? ", nor is it a known value of that column" : "") +
          "; copy it from there",
      literal.at);
}

// A time of day in a column of such: a form of its own, as days have.
bool is_time_of_day(const Column* column, const std::string& text) {
  return column != nullptr && type_of(*column) == Type::kAny &&
         lower_ascii(column->declared_type).starts_with("time") && text.size() >= 5 &&
         text.find_first_not_of("0123456789:.") == std::string::npos;
}

// Without the sign that escapes others.
std::string unescaped(std::string_view pattern, char escape) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (escape != '\0' && pattern[i] == escape && i + 1 < pattern.size()) ++i;
    out += pattern[i];
  }
  return out;
}

}  // namespace

// `beside`: the type of what the literal stands beside. Points in time and days have a form of
// their own and are told by words such as "last week"; they are free.
void Writer::check_source(const Column* column, Type beside, Term& literal, Sources::Use use) {
  if (!literal.constant || literal.null || literal.parameter > 0 || literal.type == Type::kBoolean)
    return;
  if (literal.string) judged_.insert(literal.at);
  if (is_moment(beside) || beside == Type::kBoolean) return;
  if (literal.string && is_time_of_day(column, *literal.string)) return;
  const bool number = !literal.string || is_number(beside);
  if (!literal.string && column == nullptr) return;
  literals_.push_back({literal.string.value_or(literal.sql), number});
  if (sources_ == nullptr) return;
  const bool chosen = column != nullptr && !column->choices.empty();
  if (number) {
    const auto written = literal.string.value_or(literal.sql);
    if (chosen && std::find(column->choices.begin(), column->choices.end(), written) !=
                      column->choices.end()) {
      return;
    }
    // What points at a row is known, not counted.
    const bool row =
        column != nullptr && !column->references.empty() && use == Sources::Use::kWritten;
    if (!(row ? sources_->row_number(written) : sources_->number(written)))
      refuse_source(column, literal);
    return;
  }
  if (chosen) return;  // check_choice()
  // What stands beside no column, such as lower(c), may have been made small or capital.
  if (column == nullptr &&
      (sources_->pattern(*literal.string, nullptr) || is_choice(*literal.string)))
    return;
  const auto text = sources_->text(*literal.string, column, use);
  if (!text) refuse_source(column, literal);
  if (*text == *literal.string) return;
  literal.string = *text;
  literal.sql = quote_string(*text);
}

// What groups must come to is said like what columns are compared with.
void Writer::check_total_source(const Term& literal, const Term& total) {
  const bool number = literal.constant && !literal.string && is_number(literal.type);
  if (!number || total.constant || total.column != nullptr) return;
  literals_.push_back({literal.sql, true});
  if (sources_ != nullptr && !sources_->number(literal.sql)) refuse_source(nullptr, literal);
}

// Which row is changed says a number that was said or shown, and no small one that a model counts
// with.
void Writer::check_row_source(const Column& column, const Term& literal) {
  if (sources_ == nullptr || !column.key() || !is_number(type_of(column)) || !literal.constant)
    return;
  const auto written = literal.string.value_or(literal.sql);
  const auto& choices = column.choices;
  if (std::find(choices.begin(), choices.end(), written) != choices.end()) return;
  if (!sources_->row_number(written)) refuse_source(&column, literal);
}

// Of a column of the statement's tables, whatever the case.
bool Writer::is_choice(const std::string& text) const {
  const auto low = lower_ascii(text);
  for (const auto& table : tables_) {
    const auto& fields = known_.find(table)->fields;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (fields[i].column == nullptr) continue;
      const auto& choices = fields[i].column->choices;
      if (std::any_of(choices.begin(), choices.end(),
                      [&](const auto& c) { return lower_ascii(c) == low; })) {
        return true;
      }
    }
  }
  return false;
}

void Writer::check_pattern_source(const Column* column, const Term& pattern, char escape) {
  if (!pattern.string) return;
  judged_.insert(pattern.at);
  const auto inner = unescaped(inside(*pattern.string), escape);
  literals_.push_back({inner, false});
  if (sources_ == nullptr || sources_->pattern(inner, column)) return;
  // A % may be the beginning or the end of what was said.
  const auto first = inner.find_first_not_of("% ");
  if (first == std::string::npos) return;
  const auto plain = inner.substr(first, inner.find_last_not_of("% ") - first + 1);
  if (!sources_->pattern(plain, column)) refuse_source(column, pattern);
}

// What an action would write by way of an expression. Signs and blanks alone say nothing.
void Writer::check_other_texts() {
  if (sources_ == nullptr) return;
  for (const auto& [at, text] : texts_) {
    const bool says = std::any_of(text.begin(), text.end(), [](unsigned char c) {
      return c >= 0x80 || std::isalnum(c) != 0;
    });
    if (!says || judged_.contains(at)) continue;
    if (sources_->text(text, nullptr, Sources::Use::kWritten)) continue;
    Term literal{.at = at};
    literal.string = text;
    refuse_source(nullptr, literal);
  }
}

}  // namespace sr::host::sql
