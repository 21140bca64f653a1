// host/cli/cases/query_text.h - the parts of a query's text that stand in no brackets. Pure; any
// thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sr::host {

struct QueryText {
  std::string items;               // between SELECT and FROM
  std::string rest;                // from FROM on, up to ORDER BY
  std::vector<std::string> order;  // without ASC and DESC
  std::string order_by;            // as written, with ORDER BY
  bool limited = false;            // a LIMIT follows
  bool plain = false;              // no DISTINCT, no UNION: more may be selected beside
};

// Nothing when it is not one SELECT … FROM ….
std::optional<QueryText> parts_of_query(std::string_view sql);

// The texts in quotes in it: 'a''b' is a'b.
std::vector<std::string> texts_in(std::string_view sql);

}  // namespace sr::host
