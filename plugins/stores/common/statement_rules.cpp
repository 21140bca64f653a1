#include "common/statement_rules.h"

namespace sr::stores {
namespace {

constexpr std::size_t kLongestModelStatement = 64 << 10;

[[noreturn]] void stopped() {
  throw Failure(SR_EXHAUSTED, "the receiver of the rows stopped the statement");
}

}  // namespace

bool only_reads(const sr_statement& s) {
  return s.role == SR_ROLE_BINDING ||
         (s.role == SR_ROLE_ACTION && view(s.sql).starts_with("SELECT "));
}

void check_statement(const sr_statement& s) {
  if (s.role != SR_ROLE_OWNER && s.role != SR_ROLE_ACTION && s.role != SR_ROLE_BINDING) {
    throw Failure(SR_INVALID_ARGUMENT, "the statement's role is not one of owner, action, binding");
  }
  if (s.role != SR_ROLE_OWNER && s.grants == nullptr) {
    throw Failure(SR_INVALID_ARGUMENT, "the statement needs grants; only the owner goes without");
  }
  if (s.role != SR_ROLE_OWNER && s.sql.len > kLongestModelStatement) {
    throw Failure(SR_EXHAUSTED, "the statement has " + std::to_string(s.sql.len) +
                                    " bytes; at most " + std::to_string(kLongestModelStatement) +
                                    " are allowed");
  }
  if (view(s.sql).find('\0') != std::string_view::npos) {
    throw Failure(SR_INVALID_ARGUMENT, "the statement holds a NUL byte");
  }
}

void check_rows(const sr_statement& s, std::uint64_t rows) {
  if (s.max_rows == 0 || rows <= s.max_rows) return;
  throw Failure(SR_EXHAUSTED, "the statement returns more than " + std::to_string(s.max_rows) +
                                  " rows; ask for fewer with WHERE or LIMIT");
}

void check_bytes(const sr_statement& s, std::uint64_t bytes) {
  if (s.max_bytes == 0 || bytes <= s.max_bytes) return;
  throw Failure(SR_EXHAUSTED, "the statement returns more than " + std::to_string(s.max_bytes) +
                                  " bytes; ask for fewer rows or columns");
}

void check_changed(const sr_statement& s, std::uint64_t changed) {
  if (s.max_rows == 0 || changed <= s.max_rows) return;
  throw Failure(SR_EXHAUSTED, "the statement changes " + std::to_string(changed) +
                                  " rows; at most " + std::to_string(s.max_rows) + " are allowed");
}

void deliver_columns(const sr_rows* rows, const sr_str* names, std::size_t count) {
  if (count > 0 && rows != nullptr && rows->columns != nullptr &&
      rows->columns(rows->context, names, count) != 0) {
    stopped();
  }
}

void deliver_row(const sr_rows* rows, const sr_value* values, std::size_t count) {
  if (rows != nullptr && rows->row != nullptr && rows->row(rows->context, values, count) != 0) {
    stopped();
  }
}

}  // namespace sr::stores
