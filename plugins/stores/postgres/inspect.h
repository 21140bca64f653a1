// inspect.h - what a statement is, read from its text: its verb, the table it changes, and whether
// it has anything in it that PostgreSQL's rights do not cover.
//
// Rights on tables and columns are the server's to enforce. But every role may call the built-in
// functions and read the server's own tables, so those are looked for here, in a text that must be
// plain: no comments, no odd quotes, nothing that could be read in two ways. Any thread.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "state_runtime/store.h"

namespace sr::postgres {

enum class Verb { kSelect, kInsert, kUpdate, kDelete, kOther };

struct Inspected {
  Verb verb = Verb::kOther;
  std::string target;  // the table that INSERT, UPDATE or DELETE names; empty when there is none
};

// The owner's statement: nothing is refused but a text without a statement in it.
Inspected inspect_owner(std::string_view sql);

// A model's statement. Throws Failure(SR_DENIED) that names what is not covered, and
// SR_INVALID_ARGUMENT for a text without a statement.
Inspected inspect(std::string_view sql, const std::set<std::string, std::less<>>& functions);

}  // namespace sr::postgres
