// examine.h - what in the database stands in the way of statements although their grants allow
// them: found before the first one runs, and told with what to do.
//
// Statements run as roles that have the rights of their grants and no others (rights.h). Triggers,
// views and defaults that need more than that, and row policies that show nothing to those roles,
// make a statement fail, or change nothing without a word.
#pragma once

#include <functional>
#include <string>

#include "connection.h"
#include "state_runtime/store.hpp"

namespace sr::postgres {

// `role`: one of those that statements run as; they are all alike.
void examine(Connection&, const Settings&, const std::string& role, const sr_grants&,
             const std::function<void(std::string_view)>& found);

}  // namespace sr::postgres
