#include "host/cli/cases/kinds.h"

#include <algorithm>

namespace sr::host {

const std::vector<KindGroup>& kind_groups() {
  static const std::vector<KindGroup> kGroups = {
      {"clicks", {"click"}},
      {"submits", {"submit"}},
      {"looks, filters, sorts, edits of the screen",
       {"look", "filter", "range", "negation in a filter", "top n", "sort", "search", "date",
        "empty value", "join", "edit of the screen", "form"}},
      {"numbers, groups, charts", {"count", "sum", "group", "chart"}},
      {"a row by description, position, reference",
       {"change by description", "change by position", "change by reference"}},
      {"a row by its key, columns, arithmetic", {"change by key", "several columns", "arithmetic"}},
      {"several rows, inserts, deletes", {"several rows", "insert", "delete", "several things"}},
      {"corrections, undo", {"correction", "undo"}},
      {"questions about the data", {"question about a row", "open question"}},
      {"asking, not telling; do not", {"asking, not telling", "do not"}},
      {"forbidden, unknown, nothing to do",
       {"forbidden", "unknown thing", "another world", "nothing to do"}},
      {"chatter, not understood", {"chatter", "not understood"}},
      {"ambiguous", {"ambiguous"}},
      {"injections", {"injection"}}};
  return kGroups;
}

const std::vector<std::string>& all_kinds() {
  static const std::vector<std::string> kAll = [] {
    std::vector<std::string> out;
    for (const auto& group : kind_groups()) {
      out.insert(out.end(), group.kinds.begin(), group.kinds.end());
    }
    return out;
  }();
  return kAll;
}

std::string_view group_of(std::string_view kind) {
  for (const auto& group : kind_groups()) {
    if (std::find(group.kinds.begin(), group.kinds.end(), kind) != group.kinds.end()) {
      return group.name;
    }
  }
  return {};
}

}  // namespace sr::host
