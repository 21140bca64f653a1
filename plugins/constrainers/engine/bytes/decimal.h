// engine/bytes/decimal.h - exact decimal numbers, for bounds and multiples.
#pragma once

#include <string>
#include <string_view>

namespace sr::constrain {

struct Decimal {
  bool negative = false;   // never for zero
  std::string whole = "0";  // no leading zeros
  std::string fraction;     // no trailing zeros

  // A number as RFC 8259 writes it.
  static Decimal parse(std::string_view text);
  std::string text() const;  // without exponent
  bool zero() const { return whole == "0" && fraction.empty(); }
  bool operator==(const Decimal&) const = default;
};

bool less(const Decimal& a, const Decimal& b);

}  // namespace sr::constrain
