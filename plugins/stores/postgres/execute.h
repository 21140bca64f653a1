// execute.h - one statement from outside, as the role that has its rights and within its limits.
// The thread of the connection, inside a transaction.
#pragma once

#include "connection.h"
#include "inspect.h"
#include "rights.h"

namespace sr::postgres {

struct Executed {
  std::uint64_t changed = 0;  // rows that the statement itself inserted, updated or deleted
  Inspected statement;
};

// Throws Failure: SR_DENIED beyond the grants, SR_EXHAUSTED beyond max_rows or max_bytes,
// SR_DEADLINE, SR_INVALID_ARGUMENT for bad SQL, wrong parameters or a broken constraint,
// SR_UNAVAILABLE when another transaction has what it needs.
Executed execute(Connection&, Rights&, const Settings&, const sr_statement&, const sr_rows*,
                 bool may_write);

}  // namespace sr::postgres
