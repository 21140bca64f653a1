#include "host/sql/number.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>

#include "host/sql/names.h"

namespace sr::host::sql {
namespace {

constexpr int kExactDigits = 15;  // decimals of so many digits survive a double

// -12.50e3: its parts, without sign, leading and trailing zeros of whole and fraction.
struct Parts {
  std::string whole, fraction;
};
Parts parts_of(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const auto e = std::min(text.find_first_of("eE"), text.size());
  int exponent = 0;
  if (e < text.size()) {
    auto digits = text.substr(e + 1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  }
  const auto mantissa = text.substr(0, e);
  const auto point = std::min(mantissa.find('.'), mantissa.size());
  Parts out{std::string(mantissa.substr(0, point)),
            std::string(mantissa.substr(std::min(point + 1, mantissa.size())))};
  exponent = std::clamp(exponent, -400, 400);
  for (; exponent > 0; --exponent) {
    out.whole += out.fraction.empty() ? '0' : out.fraction[0];
    if (!out.fraction.empty()) out.fraction.erase(0, 1);
  }
  for (; exponent < 0; ++exponent) {
    out.fraction.insert(out.fraction.begin(), out.whole.empty() ? '0' : out.whole.back());
    if (!out.whole.empty()) out.whole.pop_back();
  }
  out.whole.erase(0, out.whole.find_first_not_of('0'));
  while (out.fraction.ends_with('0')) out.fraction.pop_back();
  return out;
}

Number bounded(Number number) {
  if (number.places > kExactDigits) number = {-1, true, number.computed};
  return number;
}

}  // namespace

Number number_of(const Column& column) {
  if (column.type == SR_INTEGER) return {.places = 0};
  if (const auto decimal = decimal_of(column.declared_type)) return {.places = decimal->places};
  const auto declared = lower_ascii(column.declared_type);
  const bool unbounded = declared.starts_with("num") || declared.starts_with("dec");
  return {.approximate = column.type == SR_REAL && !unbounded};
}

Number number_of_literal(std::string_view text) {
  return bounded({.places = static_cast<int>(parts_of(text).fraction.size())});
}

Number added(const Number& a, const Number& b) {
  const bool known = a.places >= 0 && b.places >= 0;
  return {known ? std::max(a.places, b.places) : -1, a.approximate || b.approximate,
          a.computed || b.computed};
}

Number multiplied(const Number& a, const Number& b) {
  auto out = added(a, b);
  if (out.places >= 0) out.places = a.places + b.places;
  return bounded(out);
}

bool reads_as_number(std::string_view text) {
  const auto blank = " \t\n\v\f\r";
  text.remove_prefix(std::min(text.find_first_not_of(blank), text.size()));
  text = text.substr(0, text.find_last_not_of(blank) + 1);
  const auto sign = [&] {
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  };
  const auto digits = [&] {
    const auto count = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(count);
    return count;
  };
  sign();
  auto count = digits();
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    count += digits();
  }
  if (count == 0) return false;
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    sign();
    if (digits() == 0) return false;
  }
  return text.empty();
}

bool is_exact_number(std::string_view text) {
  const std::string copy(text);
  char* stop = nullptr;
  const double value = std::strtod(copy.c_str(), &stop);
  if (copy.empty() || *stop != 0 || !std::isfinite(value)) return false;
  const auto mantissa = text.substr(0, text.find_first_of("eE"));
  const bool zero = mantissa.find_first_of("123456789") == std::string_view::npos;
  return zero || value != 0;
}

std::optional<Decimal> decimal_of(std::string_view declared_type) {
  auto text = lower_ascii(declared_type);
  text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
  const auto open = text.find('(');
  if (open == std::string::npos || !text.ends_with(')')) return std::nullopt;
  const auto name = text.substr(0, open);
  if (name != "decimal" && name != "numeric" && name != "dec" && name != "number") {
    return std::nullopt;
  }
  Decimal out;
  const char* end = text.data() + text.size() - 1;
  const auto digits = std::from_chars(text.data() + open + 1, end, out.digits);
  if (digits.ec != std::errc() || out.digits < 1) return std::nullopt;
  if (digits.ptr == end) return out;
  if (*digits.ptr != ',') return std::nullopt;
  const auto places = std::from_chars(digits.ptr + 1, end, out.places);
  const bool read = places.ec == std::errc() && places.ptr == end;
  if (!read || out.places < 0 || out.places > out.digits) return std::nullopt;
  return out;
}

bool fits(const Decimal& decimal, std::string_view number) {
  const auto parts = parts_of(number);
  return static_cast<int>(parts.whole.size()) <= decimal.digits - decimal.places &&
         static_cast<int>(parts.fraction.size()) <= decimal.places;
}

WholeRange range_of(const Column& column) {
  if (column.bits != 16 && column.bits != 32) return {};
  const std::int64_t half = std::int64_t{1} << (column.bits - 1);
  return {-half, half - 1};
}

}  // namespace sr::host::sql
