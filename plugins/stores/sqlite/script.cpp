#include "script.h"

#include <algorithm>

#include "error.h"

namespace sr::sqlite {
namespace {

class Script {
 public:
  Script(Connection& c, std::string_view text)
      : connection_(c), text_(text), authorization_(SR_ROLE_OWNER, nullptr, {}) {}

  void run() {
    if (const auto at = text_.find('\0'); at != std::string::npos) {
      throw Failure(SR_INVALID_ARGUMENT, "line " + line(at) + ": the script holds a NUL byte");
    }
    const Connection::Acting acting(connection_, &authorization_, Clock::time_point::max());
    for (auto at = skip_blank(text_, 0); at < text_.size(); at = skip_blank(text_, at)) {
      at = run_statement(at);
    }
  }

 private:
  // Returns where the next one starts.
  std::size_t run_statement(std::size_t at) {
    sqlite3_stmt* made = nullptr;
    const char* tail = nullptr;
    int rc = sqlite3_prepare_v2(connection_.handle(), text_.c_str() + at,
                                static_cast<int>(text_.size() - at + 1), &made, &tail);
    const StatementHandle statement(made);
    if (rc == SQLITE_OK && made != nullptr) {
      do {
        rc = sqlite3_step(made);
      } while (rc == SQLITE_ROW);
    }
    if (rc != SQLITE_OK && rc != SQLITE_DONE) fail(at, rc);
    return static_cast<std::size_t>(tail - text_.c_str());
  }

  [[noreturn]] void fail(std::size_t at, int rc) const {
    const int offset = sqlite3_error_offset(connection_.handle());
    const auto place = "line " + line(at + static_cast<std::size_t>(std::max(offset, 0))) + ": ";
    if (!authorization_.denial().empty()) {
      throw Failure(SR_DENIED, place + "the statement is not allowed: " + authorization_.denial());
    }
    const auto failure = failure_of(connection_.handle(), rc, "the statement");
    throw Failure(failure.code(), place + failure.what());
  }

  std::string line(std::size_t at) const {
    const auto end = text_.begin() + static_cast<std::ptrdiff_t>(std::min(at, text_.size()));
    return std::to_string(1 + std::count(text_.begin(), end, '\n'));
  }

  Connection& connection_;
  std::string text_;
  Authorization authorization_;
};

}  // namespace

void run_statements(Connection& connection, std::string_view script) {
  Script(connection, script).run();
}

}  // namespace sr::sqlite
