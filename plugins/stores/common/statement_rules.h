// statement_rules.h - what holds for a statement from outside in every store: its form, and how
// much it may return or change. Any thread. Throws Failure.
#pragma once

#include "state_runtime/store.hpp"

namespace sr::stores {

// The role is known, grants are there unless it is the owner's, the text has no NUL and, from a
// model, at most 64 KiB.
void check_statement(const sr_statement&);
// Whether it only looks: when it fails for a reason of its own, it leaves the transaction as it was.
bool only_reads(const sr_statement&);

// SR_EXHAUSTED when a statement returned more than it may, changed more, or its receiver had
// enough.
void check_rows(const sr_statement&, std::uint64_t rows);
void check_bytes(const sr_statement&, std::uint64_t bytes);
void check_changed(const sr_statement&, std::uint64_t changed);
void deliver_columns(const sr_rows*, const sr_str* names, std::size_t count);
void deliver_row(const sr_rows*, const sr_value* values, std::size_t count);

}  // namespace sr::stores
