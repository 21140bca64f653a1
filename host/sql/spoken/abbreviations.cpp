#include "host/sql/spoken/abbreviations.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sr::host::sql {
namespace {

// Sorted. Not here is what has two readings (cat, cond, inv, ord, prod, ref, stat, ttl) and what
// people say as it is written (id, no, max, min, pax, tel).
constexpr std::pair<std::string_view, std::string_view> kSpelt[] = {
    {"acct", "account"},     {"addr", "address"},      {"amt", "amount"},
    {"appt", "appointment"}, {"bal", "balance"},       {"ccy", "currency"},
    {"cntry", "country"},    {"ctry", "country"},      {"cust", "customer"},
    {"dept", "department"},  {"descr", "description"}, {"dob", "date_of_birth"},
    {"dt", "date"},          {"emp", "employee"},      {"fname", "first_name"},
    {"hrs", "hours"},        {"lang", "language"},     {"lname", "last_name"},
    {"loc", "location"},     {"lvl", "level"},         {"mfr", "manufacturer"},
    {"mgr", "manager"},      {"mins", "minutes"},      {"msg", "message"},
    {"nbr", "number"},       {"num", "number"},        {"pct", "percent"},
    {"pmt", "payment"},      {"prio", "priority"},     {"qty", "quantity"},
    {"rcvd", "received"},    {"recd", "received"},     {"rmk", "remark"},
    {"rmks", "remarks"},     {"rsn", "reason"},        {"sev", "severity"},
    {"src", "source"},       {"sts", "status"},        {"svc", "service"},
    {"tkt", "ticket"},       {"txn", "transaction"},   {"typ", "type"},
    {"wt", "weight"},        {"yr", "year"},
};

constexpr std::pair<std::string_view, std::string_view> kSpeltOfTexts[] = {
    {"desc", "description"},
    {"nm", "name"},
};

}  // namespace

std::string_view spelt_out(std::string_view word, bool text) {
  const auto before = [](const auto& entry, std::string_view w) { return entry.first < w; };
  const auto found = std::lower_bound(std::begin(kSpelt), std::end(kSpelt), word, before);
  if (found != std::end(kSpelt) && found->first == word) return found->second;
  for (const auto& [short_word, whole] : kSpeltOfTexts) {
    if (text && short_word == word) return whole;
  }
  return word;
}

}  // namespace sr::host::sql
