#include "error.h"

#include <pqxx/pqxx>
#include <typeinfo>

#include "sentence.h"

namespace sr::postgres {
namespace {

// SQLSTATE classes and codes: PostgreSQL's documentation, appendix A.
Failure failure_of(const std::string& state, const std::string& what, const std::string& message) {
  const auto is = [&](std::string_view start) { return state.starts_with(start); };
  if (state == "42501") return {SR_DENIED, what + " is not allowed: " + message};
  if (state == "25006") {
    return {SR_DENIED, what + " is not allowed: it may only read here (" + message + ")"};
  }
  if (state == "57014") return {SR_DEADLINE, what + " ran out of time"};
  if (state == "55P03") return {SR_UNAVAILABLE, what + " waited too long for another transaction"};
  if (state == "40P01" || is("40")) {
    return {SR_UNAVAILABLE, what + " was in the way of another transaction; try again"};
  }
  if (state == "53100") {
    return {SR_UNAVAILABLE,
            what + " found no space on the database server; free some and try again"};
  }
  if (is("53") || is("54")) return {SR_EXHAUSTED, what + " needs more than there is: " + message};
  if (is("23")) return {SR_INVALID_ARGUMENT, what + " breaks a rule of the table: " + message};
  if (is("XX")) {
    return {SR_CORRUPT, what + " found the database damaged: " + message +
                            "; look into the server's log and restore it from a backup"};
  }
  if (is("57") || is("58") || is("08006") || is("25P0")) {
    return {SR_UNAVAILABLE, what + " was cut off by the database server: " + message};
  }
  return {SR_INVALID_ARGUMENT, what + " is wrong: " + message};
}

}  // namespace

std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == '\n' || c == '\r' || c == '\t' || c == ' ';
    if (!blank) out += c;
    else if (!out.empty() && out.back() != ' ') out += ' ';
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  for (const std::string_view start : {"ERROR: ", "FATAL: "}) {
    if (out.starts_with(start)) out.erase(0, start.size());
  }
  return out;
}

// Some of libpqxx's exceptions do not say their SQLSTATE, in some versions: their type does.
void rethrow(std::string_view doing, bool open) {
  const std::string what(doing);
  // A statement's fault is read by people; trouble of the store's own by who looks after it.
  const auto said = [&](std::string_view state, const std::exception& e) {
    return doing == kStatement || doing == kCommit ? sentence(state, e.what()) : one_line(e.what());
  };
  const auto lost = [&](const std::exception& e, bool surely = false) {
    if (open && !surely) return;
    throw Lost(SR_UNAVAILABLE, what + " lost the connection to the database (" +
                                   one_line(e.what()) + "); try again");
  };
  try {
    throw;
  } catch (const pqxx::insufficient_privilege& e) {
    throw failure_of("42501", what, said("42501", e));
  } catch (const pqxx::transaction_rollback& e) {
    lost(e);
    throw failure_of("40000", what, said("40000", e));
  } catch (const pqxx::disk_full& e) {
    throw failure_of("53100", what, said("53100", e));
  } catch (const pqxx::sql_error& e) {
    const std::string state(e.sqlstate());
    // The server ends a connection with a message of its own before it hangs up; when it did not,
    // libpq has no SQLSTATE to give.
    const bool silent = state.empty() && typeid(e) == typeid(pqxx::sql_error);
    lost(e, silent || state == "57P01" || state == "57P02" || state == "57P03" || state == "25P03");
    throw failure_of(state, what, said(state, e));
  } catch (const pqxx::broken_connection& e) {
    // A wrong number of parameters has the SQLSTATE of a broken protocol.
    const auto message = one_line(e.what());
    lost(e, message.find("bind message") == std::string::npos);
    throw Failure(SR_INVALID_ARGUMENT, what + " is wrong: " + message);
  } catch (const pqxx::failure& e) {
    lost(e);
    throw Failure(SR_INTERNAL, what + " failed: " + one_line(e.what()));
  } catch (const pqxx::usage_error& e) {
    lost(e);
    throw Failure(SR_INTERNAL, what + " failed: " + one_line(e.what()));
  } catch (const pqxx::internal_error& e) {
    lost(e);
    throw Failure(SR_INTERNAL, what + " failed: " + one_line(e.what()));
  }
}

}  // namespace sr::postgres
