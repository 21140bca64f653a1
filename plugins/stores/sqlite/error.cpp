#include "error.h"

namespace sr::sqlite {
namespace {

std::string file_of(sqlite3* db) {
  const char* name = db == nullptr ? nullptr : sqlite3_db_filename(db, "main");
  return name == nullptr || *name == '\0' ? "the database" : std::string(name);
}

}  // namespace

Failure failure_of(sqlite3* db, int rc, std::string_view doing) {
  const std::string what(doing);
  const std::string file = file_of(db);
  const std::string detail = db == nullptr ? sqlite3_errstr(rc) : sqlite3_errmsg(db);
  switch (rc & 0xff) {
    case SQLITE_LOCKED:
      return {SR_UNAVAILABLE, what + " found the table in use by another statement of this process; "
                              "try again"};
    case SQLITE_BUSY:
      return {SR_UNAVAILABLE, what + " found " + file + " locked by another process; try again"};
    case SQLITE_READONLY:
      return {SR_UNAVAILABLE,
              what + " cannot write to " + file + ", which is read-only; give this user the right "
              "to write to the file and its folder"};
    case SQLITE_FULL:
      return {SR_UNAVAILABLE, what + " found no space for " + file + "; free some and try again"};
    case SQLITE_IOERR:
      return {SR_UNAVAILABLE, what + " failed to read or write " + file + " (" +
                                  sqlite3_errstr(rc) + ", code " + std::to_string(rc) +
                                  "); check the disk"};
    case SQLITE_CANTOPEN:
      return {SR_UNAVAILABLE, what + " cannot open " + file + "; check that it and its folder "
                              "exist and may be read and written"};
    case SQLITE_CORRUPT:
      return {SR_CORRUPT, what + " found " + file + " damaged (" + detail +
                              "); restore it from a backup or recover it with sqlite3"};
    case SQLITE_NOTADB:
      return {SR_CORRUPT, file + " is not a SQLite database; name another file"};
    case SQLITE_CONSTRAINT:
      if (rc == SQLITE_CONSTRAINT_FOREIGNKEY) {
        return {SR_INVALID_ARGUMENT, what + " breaks a rule of the tables: a row would point to one "
                                     "that is not there"};
      }
      return {SR_INVALID_ARGUMENT, what + " breaks a rule of the table: " + detail};
    case SQLITE_AUTH:
      return {SR_DENIED, what + " is not allowed: " + detail};
    case SQLITE_INTERRUPT:
      return {SR_DEADLINE, what + " ran out of time"};
    case SQLITE_TOOBIG:
      return {SR_EXHAUSTED, what + " makes a value that is too big: " + detail};
    case SQLITE_NOMEM:
      return {SR_EXHAUSTED, what + " ran out of memory"};
    case SQLITE_ERROR:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE:
      return {SR_INVALID_ARGUMENT, what + " is wrong: " + detail};
    default:
      return {SR_INTERNAL, what + " failed: " + detail + " (code " + std::to_string(rc) + ")"};
  }
}

void check(sqlite3* db, int rc, std::string_view doing) {
  if (rc != SQLITE_OK && rc != SQLITE_ROW && rc != SQLITE_DONE) throw failure_of(db, rc, doing);
}

}  // namespace sr::sqlite
