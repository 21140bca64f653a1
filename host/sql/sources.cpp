#include "host/sql/sources.h"

#include <algorithm>

#include "host/sql/names.h"

namespace sr::host::sql {
namespace {

bool is(const KnownColumn& known, std::string_view value) {
  return std::find(known.values.begin(), known.values.end(), value) != known.values.end();
}

bool is_folded(const KnownColumn& known, std::string_view text) {
  const auto low = lower_ascii(text);
  return std::any_of(known.values.begin(), known.values.end(),
                     [&](const std::string& value) { return lower_ascii(value) == low; });
}

// The only value that differs from the text in case alone.
const std::string* folded(const KnownColumn& known, const std::string& text) {
  const auto low = lower_ascii(text);
  const std::string* found = nullptr;
  for (const auto& value : known.values) {
    if (lower_ascii(value) != low) continue;
    if (found != nullptr) return nullptr;
    found = &value;
  }
  return found;
}

}  // namespace

const KnownColumn* KnownValues::of(const Column& column) const {
  const auto known = std::find_if(columns_.begin(), columns_.end(), [&](const KnownColumn& c) {
    return c.name == column.name && c.table == column.table;
  });
  return known == columns_.end() ? nullptr : &*known;
}

Sources::Sources(std::shared_ptr<const KnownValues> known)
    : known_(known ? std::move(known) : std::make_shared<const KnownValues>()) {}

Sources Sources::anywhere(std::shared_ptr<const KnownValues> known) {
  Sources out(std::move(known));
  out.anywhere_ = true;
  return out;
}

void Sources::say(std::string_view text) {
  said_.add(text);
  for (auto& number : said_numbers(text)) numbers_.insert(std::move(number));
}

void Sources::show(std::string_view text) {
  if (text.empty() || !can_stand_in_text(text)) return;
  shown_.emplace(text);
  show_number(text);
  if (const auto day = words::day_at(text)) days_.insert(*day);
}

void Sources::show_day(words::Day day) { show(words::written(day)); }

void Sources::say_days(const std::vector<words::Days>& days) {
  for (const auto& one : days) {
    for (const auto day : {one.first, one.after, one.after - std::chrono::days(1)}) {
      show_day(day);
      said_days_.insert(day);
    }
  }
}

void Sources::show_number(std::string_view text) {
  if (auto number = canonical_number(text)) numbers_.insert(std::move(*number));
}

std::optional<std::string> Sources::text(const std::string& literal, const Column* column,
                                         Use use) const {
  if (literal.empty()) return literal;
  const auto* known = column == nullptr ? nullptr : known_->of(*column);
  if (known != nullptr) {
    if (is(*known, literal)) return literal;
    if (use == Use::kCompared || known->repeated) {
      if (const auto* value = folded(*known, literal)) return *value;
    }
  }
  if (anywhere_ || shown_.contains(literal) || said_.holds(literal)) return literal;
  return std::nullopt;
}

bool Sources::shows_folded(std::string_view text) const {
  const auto low = lower_ascii(text);
  return std::any_of(shown_.begin(), shown_.end(),
                     [&](const std::string& shown) { return lower_ascii(shown) == low; });
}

bool Sources::pattern(std::string_view inner, const Column* column) const {
  if (anywhere_ || inner.empty() || said_.holds_folded(inner) || shows_folded(inner)) return true;
  return std::any_of(known_->columns().begin(), known_->columns().end(), [&](const KnownColumn& known) {
    const bool meant = column == nullptr || (known.name == column->name && known.table == column->table);
    return meant && is_folded(known, inner);
  });
}

bool Sources::number(std::string_view literal) const {
  if (row_number(literal)) return true;
  const auto number = canonical_number(literal);
  if (!number) return false;
  return is_small_number(*number) ||
         (number->starts_with('-') && numbers_.contains(number->substr(1)));
}

bool Sources::row_number(std::string_view literal) const {
  if (anywhere_) return true;
  const auto number = canonical_number(literal);
  return number && numbers_.contains(*number);
}

}  // namespace sr::host::sql
