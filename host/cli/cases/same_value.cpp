#include "host/cli/cases/same_value.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <string>
#include <string_view>

namespace sr::host {
namespace {

constexpr double kTolerance = 1e-6;  // databases and orders of addition differ

// As many digits and marks as the pattern has, where 0 stands for any digit.
bool like(std::string_view text, std::string_view pattern) {
  return text.size() == pattern.size() &&
         std::equal(text.begin(), text.end(), pattern.begin(), [](char c, char p) {
           return p == '0' ? std::isdigit(static_cast<unsigned char>(c)) != 0 : c == p;
         });
}

// Without seconds that are none, and a day without a midnight; other texts as they are.
std::string moment(const Json& value) {
  auto text = value.get<std::string>();
  constexpr std::size_t kDay = 10;
  if (text.size() > kDay && text[kDay] == 'T') text[kDay] = ' ';
  const auto time = like(text.substr(0, kDay), "0000-00-00") ? kDay : 0;
  for (const std::string_view pattern : {" 00:00:00", "00:00:00"}) {
    if (like(std::string_view(text).substr(time), pattern) && text.ends_with(":00")) {
      text.resize(text.size() - 3);
    }
  }
  if (time != 0 && text.substr(time) == " 00:00") text.resize(time);
  return text;
}

bool close(double a, double b) {
  return std::abs(a - b) <= kTolerance * std::max({1.0, std::abs(a), std::abs(b)});
}

// Digits behind the point that it takes to write the number; 7 for more.
int places_of(double number) {
  for (int places = 0; places < 7; ++places) {
    const double scaled = number * std::pow(10.0, places);
    if (std::abs(scaled - std::round(scaled)) < 1e-6 * std::max(1.0, std::abs(scaled)))
      return places;
  }
  return 7;
}

bool rounded(double a, double b) {
  const int few = std::min(places_of(a), places_of(b)), many = std::max(places_of(a), places_of(b));
  return few >= 1 && many >= 4 && std::abs(a - b) <= 0.5 * std::pow(10.0, -few) + 1e-9;
}

}  // namespace

std::optional<double> number_of(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (value.is_boolean()) return value.get<bool>() ? 1.0 : 0.0;
  return std::nullopt;
}

bool same_value(const Json& a, const Json& b) {
  const auto x = number_of(a), y = number_of(b);
  if (x && y) return close(*x, *y);
  if (a.is_string() && b.is_string()) return a == b || moment(a) == moment(b);
  return a == b;
}

bool reads_as(const Json& wanted, const Json& shown) {
  const auto x = number_of(wanted), y = number_of(shown);
  return same_value(wanted, shown) || (x && y && rounded(*x, *y));
}

}  // namespace sr::host
