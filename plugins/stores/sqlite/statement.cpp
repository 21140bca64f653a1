#include "statement.h"

namespace sr::sqlite {

Query::Query(Connection& connection, const char* sql)
    : connection_(connection),
      acting_(connection, nullptr, Clock::time_point::max()),
      statement_(connection.own_statement(sql)) {
  if (statement_ == nullptr) {
    extra_ = connection.prepare_own(sql);
    statement_ = extra_.get();
  }
}

Query::~Query() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Query& Query::bind(std::int64_t value) {
  connection_.check(sqlite3_bind_int64(statement_, ++bound_, value), "the store");
  return *this;
}

// An empty string is a value, not NULL, whatever its pointer.
Query& Query::bind(std::string_view text) {
  connection_.check(sqlite3_bind_text64(statement_, ++bound_, text.empty() ? "" : text.data(),
                                        text.size(), SQLITE_STATIC, SQLITE_UTF8),
                    "the store");
  return *this;
}

Query& Query::bind_blob(std::string_view bytes) {
  connection_.check(sqlite3_bind_blob64(statement_, ++bound_, bytes.empty() ? "" : bytes.data(),
                                        bytes.size(), SQLITE_STATIC),
                    "the store");
  return *this;
}

Query& Query::bind_null() {
  connection_.check(sqlite3_bind_null(statement_, ++bound_), "the store");
  return *this;
}

bool Query::step() {
  const int rc = sqlite3_step(statement_);
  connection_.check(rc, "the store");
  return rc == SQLITE_ROW;
}

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string_view Query::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::string_view Query::blob(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

}  // namespace sr::sqlite
