#include "numbers.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>

#include "tokens.h"

namespace sr::sqlite {
namespace {

__extension__ using Int128 = __int128;  // not ISO C++, but of every compiler that builds this

constexpr int kMostPlaces = 30;
constexpr double kNoFraction = 4503599627370496.0;  // from here on doubles have none

}  // namespace

std::string rounded_text(std::string text, std::size_t places) {
  const auto point = text.find('.');
  if (point == std::string::npos || text.size() - point - 1 <= places) return text;
  const bool up = text[point + 1 + places] >= '5';
  text.resize(point + 1 + places);
  for (auto i = text.size(); up && i-- > 0;) {
    if (text[i] == '.' || text[i] == '-') continue;
    if (text[i] != '9') {
      ++text[i];
      return text;
    }
    text[i] = '0';
  }
  if (up) text.insert(text.starts_with('-') ? 1 : 0, 1, '1');
  return text;
}

namespace {

void round_places(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (sqlite3_value_type(arguments[0]) == SQLITE_NULL ||
      sqlite3_value_type(arguments[1]) == SQLITE_NULL) {
    return;
  }
  const double value = sqlite3_value_double(arguments[0]);
  const auto places = std::clamp(sqlite3_value_int(arguments[1]), 0, kMostPlaces);
  if (!(std::fabs(value) < kNoFraction)) return sqlite3_result_double(context, value);
  char text[512];  // the smallest double has 343 characters
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed).ptr;
  const auto written = rounded_text(std::string(text, end), static_cast<std::size_t>(places));
  double out = 0;
  std::from_chars(written.data(), written.data() + written.size(), out);
  sqlite3_result_double(context, out + 0.0);
}

void int8(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (sqlite3_value_type(arguments[0]) != SQLITE_FLOAT) {
    return sqlite3_result_value(context, arguments[0]);
  }
  const double value = sqlite3_value_double(arguments[0]);
  if (value == std::floor(value) && std::fabs(value) < kNoFraction) {
    return sqlite3_result_int64(context, static_cast<sqlite3_int64>(value));
  }
  sqlite3_result_error(context, "the result is no whole number of 64 bits", -1);
}

// What sum() has seen. Whole numbers are added exactly, doubles with what each addition lost
// (Neumaier 1974), so that a sum of decimals is right to its last place in any order. SQLite's memory
// is aligned to 8 bytes.
struct [[gnu::packed, gnu::aligned(8)]] Sum {
  Int128 whole = 0;
  double real = 0, lost = 0;
  std::int64_t reals = 0, count = 0;

  void add(double x) {
    const double next = real + x;
    lost += std::fabs(real) >= std::fabs(x) ? (real - next) + x : (x - next) + real;
    real = next;
  }
};

Sum* sum_of(sqlite3_context* context, bool make) {
  return static_cast<Sum*>(sqlite3_aggregate_context(context, make ? sizeof(Sum) : 0));
}

// SQLite clears the memory of a Sum to zero, which is its beginning.
void change(sqlite3_context* context, sqlite3_value* value, int sign) {
  const int type = sqlite3_value_numeric_type(value);
  if (type == SQLITE_NULL) return;
  auto* sum = sum_of(context, true);
  if (sum == nullptr) return sqlite3_result_error_nomem(context);
  sum->count += sign;
  if (type == SQLITE_INTEGER) {
    sum->whole += sign * static_cast<Int128>(sqlite3_value_int64(value));
    return;
  }
  sum->reals += sign;
  sum->add(sign * sqlite3_value_double(value));
}

void sum_step(sqlite3_context* context, int, sqlite3_value** arguments) {
  change(context, arguments[0], 1);
}
void sum_inverse(sqlite3_context* context, int, sqlite3_value** arguments) {
  change(context, arguments[0], -1);
}

void sum_value(sqlite3_context* context) {
  const auto* sum = sum_of(context, false);
  if (sum == nullptr || sum->count == 0) return;  // NULL
  if (sum->reals == 0) {
    if (sum->whole > std::numeric_limits<std::int64_t>::max() ||
        sum->whole < std::numeric_limits<std::int64_t>::min()) {
      return sqlite3_result_error(context, "the sum has more than 64 bits", -1);
    }
    return sqlite3_result_int64(context, static_cast<sqlite3_int64>(sum->whole));
  }
  Sum all = *sum;
  all.add(static_cast<double>(sum->whole));
  sqlite3_result_double(context, std::isfinite(all.real) ? all.real + all.lost : all.real);
}

bool is_real(const Token& token) {
  return token.kind == TokenKind::kNumber &&
         token.text.find_first_of("xX") == std::string_view::npos &&
         token.text.find_first_of(".eE") != std::string_view::npos;
}

}  // namespace

int add_number_functions(sqlite3* db) {
  constexpr int kSame = SQLITE_UTF8 | SQLITE_INNOCUOUS | SQLITE_DETERMINISTIC;
  int rc = sqlite3_create_function_v2(db, "round", 2, kSame, nullptr, round_places, nullptr,
                                      nullptr, nullptr);
  if (rc == SQLITE_OK) {
    rc = sqlite3_create_function_v2(db, "int8", 1, kSame, nullptr, int8, nullptr, nullptr, nullptr);
  }
  if (rc == SQLITE_OK) {
    rc = sqlite3_create_window_function(db, "sum", 1, kSame, nullptr, sum_step, sum_value,
                                        sum_value, sum_inverse, nullptr);
  }
  return rc;
}

BoundReals bind_reals(std::string_view sql, std::size_t first) {
  BoundReals out;
  std::map<std::string_view, std::size_t> known;
  std::size_t copied = 0;
  for (const auto& token : tokenize(sql)) {
    if (!is_real(token)) continue;
    double value = 0;
    const auto* end = token.text.data() + token.text.size();
    const auto read = std::from_chars(token.text.data(), end, value);
    if (read.ec != std::errc() || read.ptr != end) continue;
    const auto [at, fresh] = known.try_emplace(token.text, first + out.values.size());
    if (fresh) out.values.push_back(value);
    out.sql.append(sql.substr(copied, token.at - copied));
    out.sql += "$" + std::to_string(at->second);
    copied = token.at + token.text.size();
  }
  out.sql.append(sql.substr(copied));
  return out;
}

}  // namespace sr::sqlite
