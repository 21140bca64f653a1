#include "engine/bytes/decimal.h"

#include <cstdlib>

namespace sr::constrain {

Decimal Decimal::parse(std::string_view text) {
  Decimal d;
  if (!text.empty() && text[0] == '-') d.negative = true, text.remove_prefix(1);
  const auto e = text.find_first_of("eE");
  long shift = e == std::string_view::npos ? 0 : std::atol(std::string(text.substr(e + 1)).c_str());
  text = text.substr(0, e);
  const auto point = text.find('.');
  d.whole = std::string(text.substr(0, point));
  if (point != std::string_view::npos) d.fraction = std::string(text.substr(point + 1));
  for (; shift > 0; --shift) {
    d.whole += d.fraction.empty() ? '0' : d.fraction[0];
    if (!d.fraction.empty()) d.fraction.erase(0, 1);
  }
  for (; shift < 0; ++shift) {
    d.fraction.insert(0, 1, d.whole.empty() ? '0' : d.whole.back());
    if (!d.whole.empty()) d.whole.pop_back();
  }
  d.whole.erase(0, std::min(d.whole.find_first_not_of('0'), d.whole.size()));
  if (d.whole.empty()) d.whole = "0";
  const auto last = d.fraction.find_last_not_of('0');
  d.fraction.resize(last == std::string::npos ? 0 : last + 1);
  if (d.zero()) d.negative = false;
  return d;
}

std::string Decimal::text() const {
  return (negative ? "-" : "") + whole + (fraction.empty() ? "" : "." + fraction);
}

bool less(const Decimal& a, const Decimal& b) {
  if (a.negative != b.negative) return a.negative;
  const auto smaller = [](const Decimal& x, const Decimal& y) {
    if (x.whole.size() != y.whole.size()) return x.whole.size() < y.whole.size();
    if (x.whole != y.whole) return x.whole < y.whole;
    return x.fraction < y.fraction;  // without trailing zeros, text order is the order
  };
  return a.negative ? smaller(b, a) : smaller(a, b);
}

}  // namespace sr::constrain
