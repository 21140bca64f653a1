#include "execute.h"

#include <algorithm>
#include <charconv>
#include <deque>
#include <vector>

#include "catalog.h"
#include "common/records.h"
#include "common/statement_rules.h"
#include "common/utf8.h"
#include "error.h"
#include "joining.h"
#include "numbers.h"

namespace sr::sqlite {
namespace {

// One run of a prepared statement.
class Execution {
 public:
  Execution(Connection& c, Prepared& prepared, const sr_statement& s, const sr_rows* rows)
      : connection_(c), prepared_(prepared), statement_(s), rows_(rows),
        handle_(prepared.handle.get()) {}
  ~Execution() {
    sqlite3_reset(handle_);
    sqlite3_clear_bindings(handle_);
  }
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;

  std::uint64_t run(std::chrono::milliseconds time) {
    bind_all();
    const Connection::Acting acting(connection_, &prepared_.authorization, Clock::now() + time);
    const auto before = sqlite3_total_changes64(connection_.handle());
    bool described = false;
    for (int rc = sqlite3_step(handle_);; rc = sqlite3_step(handle_)) {
      if (rc != SQLITE_ROW && rc != SQLITE_DONE) fail(rc, time);
      if (prepared_.returns_count) {
        if (rc == SQLITE_DONE) break;
        ++returned_;
        continue;
      }
      if (!described) describe();
      described = true;
      if (rc == SQLITE_DONE) break;
      take_row();
    }
    // SQLite remembers the count of an earlier statement when this one changed nothing.
    if (sqlite3_total_changes64(connection_.handle()) == before) return 0;
    const auto counted = static_cast<std::uint64_t>(sqlite3_changes64(connection_.handle()));
    const auto changed = prepared_.of_view ? returned_ : counted;
    stores::check_changed(statement_, changed);
    return std::max<std::uint64_t>(changed, 1);  // the owner's of a view are not counted
  }

 private:
  void bind_all() {
    const int wanted = sqlite3_bind_parameter_count(handle_);
    std::vector<bool> used(statement_.parameter_count);
    for (int i = 1; i <= wanted; ++i) {
      const char* name = sqlite3_bind_parameter_name(handle_, i);
      const std::string_view text = name == nullptr ? "?" : name;
      std::size_t number = 0;
      const auto digits = text.substr(1);
      const auto [end, error] =
          std::from_chars(digits.data(), digits.data() + digits.size(), number);
      if (text[0] != '$' || error != std::errc() || end != digits.data() + digits.size() ||
          number == 0 || digits[0] == '0') {
        throw Failure(SR_INVALID_ARGUMENT, "the statement has the parameter " + std::string(text) +
                                               "; parameters are $1, $2, …");
      }
      if (number > statement_.parameter_count) {
        throw Failure(SR_INVALID_ARGUMENT, "the statement uses " + std::string(text) + ", but " +
                                               std::to_string(statement_.parameter_count) +
                                               " parameters were given");
      }
      used[number - 1] = true;
      connection_.check(bind(i, statement_.parameters[number - 1]), "a parameter");
    }
    for (std::size_t i = 0; i < used.size(); ++i) {
      if (used[i]) continue;
      throw Failure(SR_INVALID_ARGUMENT, "the statement does not use parameter $" +
                                             std::to_string(i + 1) + " that was given");
    }
  }

  int bind(int at, const sr_value& v) {
    const auto bytes = view(v.text);
    const char* data = bytes.empty() ? "" : bytes.data();
    switch (v.type) {
      case SR_NULL: return sqlite3_bind_null(handle_, at);
      case SR_BOOLEAN: return sqlite3_bind_int64(handle_, at, v.integer != 0 ? 1 : 0);
      case SR_INTEGER: return sqlite3_bind_int64(handle_, at, v.integer);
      case SR_REAL: return sqlite3_bind_double(handle_, at, v.real);
      case SR_TEXT:
        return sqlite3_bind_text64(handle_, at, data, bytes.size(), SQLITE_STATIC, SQLITE_UTF8);
      case SR_BLOB: return sqlite3_bind_blob64(handle_, at, data, bytes.size(), SQLITE_STATIC);
    }
    throw Failure(SR_INVALID_ARGUMENT, "parameter " + std::to_string(at) + " has no known type");
  }

  // After the first step: only then is the statement sure to fit the schema.
  void describe() {
    const int count = sqlite3_column_count(handle_);
    values_.resize(static_cast<std::size_t>(count));
    boolean_.resize(static_cast<std::size_t>(count));
    std::vector<sr_str> names;
    for (int i = 0; i < count; ++i) {
      const char* declared = sqlite3_column_decltype(handle_, i);
      boolean_[static_cast<std::size_t>(i)] =
          declared != nullptr && value_type(declared) == SR_BOOLEAN;
      names.push_back(str(sqlite3_column_name(handle_, i)));
    }
    stores::deliver_columns(rows_, names.data(), names.size());
  }

  void take_row() {
    stores::check_rows(statement_, ++returned_);
    mended_.clear();
    for (std::size_t i = 0; i < values_.size(); ++i) values_[i] = value(i);
    stores::check_bytes(statement_, bytes_);
    stores::deliver_row(rows_, values_.data(), values_.size());
  }

  sr_value value(std::size_t i) {
    const int column = static_cast<int>(i);
    sr_value out{};
    bytes_ += sizeof(std::int64_t);
    switch (sqlite3_column_type(handle_, column)) {
      case SQLITE_INTEGER:
        out.type = boolean_[i] ? SR_BOOLEAN : SR_INTEGER;
        out.integer = sqlite3_column_int64(handle_, column);
        if (boolean_[i]) out.integer = out.integer != 0 ? 1 : 0;
        break;
      case SQLITE_FLOAT:
        out.type = SR_REAL;
        out.real = sqlite3_column_double(handle_, column);
        break;
      case SQLITE_NULL:
        break;
      default: {
        const bool blob = sqlite3_column_type(handle_, column) == SQLITE_BLOB;
        out.type = blob ? SR_BLOB : SR_TEXT;
        const void* data = blob ? sqlite3_column_blob(handle_, column)
                                : sqlite3_column_text(handle_, column);
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
        std::string_view bytes(static_cast<const char*>(data), size);
        if (!blob && !stores::is_utf8(bytes)) bytes = mended_.emplace_back(stores::mended_utf8(bytes));
        bytes_ += bytes.size();
        out.text = str(bytes);
      }
    }
    return out;
  }

  [[noreturn]] void fail(int rc, std::chrono::milliseconds time) {
    if ((rc & 0xff) == SQLITE_INTERRUPT) {
      throw Failure(SR_DEADLINE, "the statement ran longer than " + stores::spoken(time) +
                                     "; narrow it with WHERE or LIMIT");
    }
    if (!prepared_.authorization.denial().empty()) {
      throw Failure(SR_DENIED,
                    "the statement is not allowed: " + prepared_.authorization.denial());
    }
    throw failure_of(connection_.handle(), rc, "the statement");
  }

  Connection& connection_;
  Prepared& prepared_;
  const sr_statement& statement_;
  const sr_rows* rows_;
  sqlite3_stmt* handle_;
  std::vector<sr_value> values_;
  std::vector<bool> boolean_;
  std::deque<std::string> mended_;
  std::uint64_t returned_ = 0, bytes_ = 0;
};

std::uint64_t run(Connection& connection, const sr_statement& s, const sr_rows* rows, bool may_write,
                  std::chrono::milliseconds patience) {
  const auto prepared = connection.statement(s.role, s.grants, view(s.sql));
  if (!may_write && sqlite3_stmt_readonly(prepared->handle.get()) == 0) {
    throw Failure(SR_INVALID_ARGUMENT, "this transaction only reads; begin one that writes");
  }
  const auto time = s.timeout_ms == 0 ? patience : std::chrono::milliseconds(s.timeout_ms);
  return Execution(connection, *prepared, s, rows).run(time);
}

}  // namespace

std::uint64_t execute(Connection& connection, const sr_statement& s, const sr_rows* rows,
                      bool may_write, std::chrono::milliseconds patience) {
  stores::check_statement(s);
  if (s.role != SR_ROLE_OWNER) {
    const auto sql = order_as_arguments(view(s.sql));
    const auto reals = bind_reals(sql, s.parameter_count + 1);
    if (!reals.values.empty() || sql != view(s.sql)) {
      std::vector<sr_value> parameters(s.parameters, s.parameters + s.parameter_count);
      for (const double real : reals.values) parameters.push_back({SR_REAL, 0, real, {}});
      auto bound = s;
      bound.sql = str(reals.sql);
      bound.parameters = parameters.data();
      bound.parameter_count = parameters.size();
      return run(connection, bound, rows, may_write, patience);
    }
  }
  return run(connection, s, rows, may_write, patience);
}

}  // namespace sr::sqlite
