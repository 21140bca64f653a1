#include "host/sql/functions.h"

#include <algorithm>
#include <iterator>

namespace sr::host::sql {
namespace {

constexpr auto kScalar = FunctionKind::kScalar;
constexpr auto kAggregate = FunctionKind::kAggregate;
constexpr auto kWindow = FunctionKind::kWindow;

constexpr Function kFunctions[] = {
    {"abs", kScalar, 1, 1, "n", '1'},
    {"ceil", kScalar, 1, 1, "n", 'r'},
    {"floor", kScalar, 1, 1, "n", 'r'},
    {"int8", kScalar, 1, 1, "i", 'i'},
    {"round", kScalar, 1, 2, "ni", 'r'},
    {"sqrt", kScalar, 1, 1, "n", 'r'},
    {"power", kScalar, 2, 2, "n", 'r'},
    {"ln", kScalar, 1, 1, "n", 'r'},
    {"exp", kScalar, 1, 1, "n", 'r'},
    {"sign", kScalar, 1, 1, "n", 'n'},
    {"bucket", kScalar, 2, 2, "ii", 'i'},
    {"now", kScalar, 0, 0, "", 'm'},
    {"date", kScalar, 1, 1, "m", 'd'},
    {"date_trunc", kScalar, 2, 2, "tm", 'm'},
    {"date_part", kScalar, 2, 2, "tm", 'r'},
    {"extract", kScalar, 2, 2, "tm", 'i'},
    {"epoch", kScalar, 1, 1, "m", 'i'},
    {"to_timestamp", kScalar, 1, 1, "n", 'm'},
    {"timestamptz_pl_interval", kScalar, 2, 2, "mt", 'm'},
    {"lower", kScalar, 1, 1, "t", 't'},
    {"upper", kScalar, 1, 1, "t", 't'},
    {"length", kScalar, 1, 1, "t", 'i'},
    {"trim", kScalar, 1, 2, "t", 't'},
    {"ltrim", kScalar, 1, 2, "t", 't'},
    {"rtrim", kScalar, 1, 2, "t", 't'},
    {"replace", kScalar, 3, 3, "t", 't'},
    {"substr", kScalar, 2, 3, "ti", 't'},
    {"left", kScalar, 2, 2, "ti", 't'},
    {"right", kScalar, 2, 2, "ti", 't'},
    {"concat", kScalar, 1, 100, "a", 't'},
    {"concat_ws", kScalar, 2, 100, "ta", 't'},
    {"coalesce", kScalar, 2, 100, "s", 's'},
    {"nullif", kScalar, 2, 2, "s", 's'},
    {"greatest", kScalar, 2, 4, "s", 's'},
    {"least", kScalar, 2, 4, "s", 's'},
    {"count", kAggregate, 1, 1, "a", 'i'},
    {"sum", kAggregate, 1, 1, "n", '1'},
    {"avg", kAggregate, 1, 1, "n", 'r'},
    {"min", kAggregate, 1, 1, "s", 's'},
    {"max", kAggregate, 1, 1, "s", 's'},
    {"to_char", kScalar, 2, 2, "at", 't'},
    {"string_agg", kAggregate, 2, 2, "t", 't'},
    {"row_number", kWindow, 0, 0, "", 'i'},
    {"rank", kWindow, 0, 0, "", 'i'},
    {"dense_rank", kWindow, 0, 0, "", 'i'},
    {"percent_rank", kWindow, 0, 0, "", 'r'},
    {"cume_dist", kWindow, 0, 0, "", 'r'},
    {"ntile", kWindow, 1, 1, "i", 'i'},
    {"lag", kWindow, 1, 3, "sis", 's'},
    {"lead", kWindow, 1, 3, "sis", 's'},
    {"first_value", kWindow, 1, 1, "s", 's'},
    {"last_value", kWindow, 1, 1, "s", 's'},
    {"nth_value", kWindow, 2, 2, "si", 's'},
};

}  // namespace

const Function* find_function(std::string_view name) {
  const auto* found = std::find_if(std::begin(kFunctions), std::end(kFunctions),
                                   [&](const Function& f) { return f.name == name; });
  return found == std::end(kFunctions) ? nullptr : found;
}

}  // namespace sr::host::sql
