#include "host/sql/parameters.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>

#include "host/sql/moment.h"
#include "host/sql/names.h"
#include "host/sql/number.h"
#include "host/sql/refuse.h"
#include "host/sql/scope.h"
#include "host/sql/term.h"

namespace sr::host::sql {
namespace {

constexpr std::size_t kMost = 99;  // names in one statement; `$99` has room in `:xy`

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Behind the quote that ends what begins at `at`; doubled quotes are part of it.
std::size_t behind_quotes(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (++at; at < text.size(); ++at) {
    if (text[at] != quote) continue;
    if (at + 1 < text.size() && text[at + 1] == quote) {
      ++at;
    } else {
      break;
    }
  }
  return at + 1;
}

std::string name_in(std::string_view written) {
  if (!written.starts_with('"')) return std::string(written);
  std::string out;
  for (std::size_t i = 1; i + 1 < written.size(); ++i) {
    out += written[i];
    if (written[i] == '"') ++i;
  }
  return out;
}

// A value that is bound, while it is held against its column.
class Bound {
 public:
  Bound(const Column& column, ParameterUse use, const std::string& name, const Json& value)
      : column_(column), use_(use), name_(name), value_(value) {}

  Value take() const {
    if (value_.is_null()) return null();
    if (value_.is_structured())
      no("is a list or an object; a value is a text, a number, true or false");
    switch (type_of(column_)) {
      case Type::kInteger:
        return whole();
      case Type::kReal:
        return real();
      case Type::kBoolean:
        return boolean();
      case Type::kText:
        return text();
      case Type::kMoment:
      case Type::kDay:
        return moment();
      case Type::kAny:
        break;
    }
    return any();
  }

 private:
  [[noreturn]] void no(const std::string& why) const { refuse("value", name_ + " " + why); }
  [[noreturn]] void unfit(const std::string& takes) const {
    no("is " + shown() + "; " + column_.name + " takes " + takes);
  }

  // As people see it, and not too much of it.
  std::string shown() const {
    constexpr std::size_t kMostShown = 60;
    auto text = value_.is_string() ? value_.get<std::string>() : value_.dump();
    if (text.size() > kMostShown) {
      auto end = kMostShown;
      while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
      text = text.substr(0, end) + "…";
    }
    return value_.is_string() ? quote_string(text) : text;
  }

  std::string digits() const {
    return value_.is_string() ? value_.get<std::string>() : value_.dump();
  }

  Value null() const {
    if (use_ != ParameterUse::kAssigned) no("is empty; a row is told by a value");
    if (column_.flags & (SR_COLUMN_NOT_NULL | SR_COLUMN_KEY)) {
      no("is empty, and " + column_.name + " cannot be");
    }
    return std::monostate();
  }

  Value whole() const {
    const auto number = exact_whole();
    const auto range = range_of(column_);
    if (!number || *number < range.least || *number > range.most) {
      unfit("whole numbers from " + std::to_string(range.least) + " to " +
            std::to_string(range.most));
    }
    return *number;
  }

  std::optional<std::int64_t> exact_whole() const {
    if (value_.is_number_unsigned()) {
      const auto number = value_.get<std::uint64_t>();
      if (number > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
      return static_cast<std::int64_t>(number);
    }
    if (value_.is_number_integer()) return value_.get<std::int64_t>();
    if (value_.is_number_float()) {
      constexpr double kExact = 9007199254740992.0;  // 2^53
      const auto number = value_.get<double>();
      if (std::trunc(number) != number || std::abs(number) > kExact) return std::nullopt;
      return static_cast<std::int64_t>(number);
    }
    if (!value_.is_string()) return std::nullopt;
    const auto& text = value_.get_ref<const std::string&>();
    std::int64_t number = 0;
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
    return number;
  }

  Value real() const {
    const auto decimal = decimal_of(column_.declared_type);
    const auto text = digits();
    if (value_.is_boolean() || text.empty() || text.size() > 400 ||
        text.find_first_not_of("0123456789.eE+-") != std::string::npos || !is_exact_number(text)) {
      unfit("numbers");
    }
    if (decimal && use_ == ParameterUse::kAssigned && !fits(*decimal, text)) {
      unfit("numbers of " + std::to_string(decimal->digits - decimal->places) +
            " digits before the point and " + std::to_string(decimal->places) + " behind it");
    }
    double number = 0;
    const auto* from = text.data() + (text.starts_with('+') ? 1 : 0);
    std::from_chars(from, text.data() + text.size(), number);
    // More digits than a double has: the store keeps those that it can.
    constexpr std::ptrdiff_t kExactDigits = 15;
    const auto count =
        std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (decimal && count > kExactDigits) return text;
    return number;
  }

  Value boolean() const {
    if (value_.is_boolean()) return value_.get<bool>();
    const auto text = digits();
    if (text == "true" || text == "1") return true;
    if (text == "false" || text == "0") return false;
    unfit("true or false");
  }

  Value text() const {
    auto text = digits();
    if ((column_.flags & SR_COLUMN_COERCES) && reads_as_number(text)) {
      no("is " + shown() + ", which this database keeps as a number in a column of type " +
         column_.declared_type + "; declare " + column_.name + " as TEXT");
    }
    check_choice(text);
    return text;
  }

  Value any() const {
    if (column_.type == SR_BLOB) no("cannot be written: " + column_.name + " holds bytes");
    if (value_.is_number_integer()) {
      if (auto number = exact_whole()) return *number;
    }
    if (value_.is_number_float()) return value_.get<double>();
    return text();
  }

  Value moment() const {
    const bool day = type_of(column_) == Type::kDay;
    std::optional<std::string> read;
    if (value_.is_string()) {
      const auto& text = value_.get_ref<const std::string&>();
      read = day ? as_day(text) : as_moment(text);
    }
    if (!read)
      unfit(day ? "days such as 2024-02-29" : "points in time such as 2024-02-29 09:30:00");
    return *read;
  }

  void check_choice(const std::string& text) const {
    const auto& choices = column_.choices;
    if (choices.empty() || std::find(choices.begin(), choices.end(), text) != choices.end()) return;
    std::vector<std::string> quoted;
    for (const auto& choice : choices) quoted.push_back(quote_string(choice));
    unfit(list_of(quoted, "or"));
  }

  const Column& column_;
  const ParameterUse use_;
  const std::string& name_;
  const Json& value_;
};

}  // namespace

Numbered number_parameters(std::string_view statement) {
  Numbered out{std::string(statement), {}};
  for (std::size_t at = 0; at < statement.size();) {
    const char c = statement[at];
    if (c == '\'' || c == '"') {
      at = behind_quotes(statement, at);
      continue;
    }
    if (c != ':') {
      ++at;
      continue;
    }
    if (statement.substr(at, 2) == "::") {
      at += 2;
      continue;
    }
    auto end = at + 1;
    if (statement[end] == '"') {
      end = behind_quotes(statement, end);
    } else {
      while (end < statement.size() && is_name_character(statement[end])) ++end;
    }
    const auto name = name_in(statement.substr(at + 1, end - at - 1));
    const auto known = std::find(out.names.begin(), out.names.end(), name);
    const auto number = static_cast<std::size_t>(known - out.names.begin()) + 1;
    if (known == out.names.end()) out.names.push_back(name);
    auto dollar = "$" + std::to_string(number);
    if (number > kMost || dollar.size() > end - at) {
      refuse("parameter", "the statement names too many values", static_cast<int>(at));
    }
    dollar.resize(end - at, ' ');
    out.text.replace(at, end - at, dollar);
    at = end;
  }
  return out;
}

std::string written_parameter(std::string_view name) {
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), is_name_character) &&
                     !(name[0] >= '0' && name[0] <= '9');
  if (plain) return ":" + std::string(name);
  std::string out = ":\"";
  for (const char c : name) {
    out += c;
    if (c == '"') out += c;
  }
  return out + "\"";
}

std::variant<Value, Refusal> value_for(const Column& column, ParameterUse use,
                                       const std::string& name, const Json& value) {
  try {
    return Bound(column, use, name, value).take();
  } catch (const Refused& refused) {
    return refused.refusal;
  }
}

std::variant<std::vector<Value>, Refusal> bind_values(const Plan& plan, const Json& values) {
  std::vector<Value> out;
  for (const auto& parameter : plan.parameters) {
    const auto given = values.is_object() ? values.find(parameter.name) : values.end();
    if (given == values.end()) {
      std::vector<std::string> names;
      if (values.is_object()) {
        for (const auto& [name, value] : values.items()) names.push_back(written_parameter(name));
      }
      return Refusal{
          "parameter",
          "there is no value " + written_parameter(parameter.name) +
              (names.empty() ? "; the event has none" : "; the event has " + list_of(names, "and")),
          parameter.at};
    }
    auto value = value_for(parameter.column, parameter.use, parameter.name, *given);
    if (auto* refusal = std::get_if<Refusal>(&value)) {
      refusal->at = parameter.at;
      return std::move(*refusal);
    }
    out.push_back(std::get<Value>(std::move(value)));
  }
  return out;
}

}  // namespace sr::host::sql
