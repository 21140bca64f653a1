// execute.h - one statement from outside, within its rights and limits. The thread of the
// connection.
#pragma once

#include "connection.h"

namespace sr::sqlite {

// Returns the rows that it inserted, updated or deleted itself, not those that triggers and
// foreign keys changed in turn. Throws Failure: SR_DENIED beyond the grants, SR_EXHAUSTED beyond
// max_rows or max_bytes, SR_DEADLINE, SR_INVALID_ARGUMENT for bad SQL, wrong parameters or a
// broken constraint. `patience` counts when the statement has no timeout of its own.
std::uint64_t execute(Connection&, const sr_statement&, const sr_rows*, bool may_write,
                      std::chrono::milliseconds patience);

}  // namespace sr::sqlite
