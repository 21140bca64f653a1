// host/cli/sql_command.h - `state-runtime sql check`: says of each statement whether the app's
// policy allows it, and if not, by which rule and at which place. One thread, no side effects.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "host/sql/guard.h"

namespace sr::host {

enum class SqlUse { kAction, kBinding };

// Reads statements from `in`, one a line, when `statements` is empty. Without `use`, a SELECT is
// checked as a binding and everything else as an action. Returns 0 when all are allowed, else 1.
int sql_check(const sql::Guard&, const std::vector<std::string>& statements,
              std::optional<SqlUse> use, std::istream& in, std::ostream& out);

}  // namespace sr::host
