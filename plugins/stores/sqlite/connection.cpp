#include "connection.h"

#include <filesystem>
#include <thread>

#include "error.h"
#include "files.h"
#include "formats.h"
#include "joining.h"
#include "numbers.h"
#include "texts.h"
#include "times.h"

namespace sr::sqlite {
namespace {

constexpr std::size_t kCachedStatements = 128;
constexpr int kStepsBetweenChecks = 1000;  // of SQLite's virtual machine
constexpr int kLongestModelValue = 16 << 20;
constexpr int kLongestValue = 1'000'000'000;

// Why the file cannot be opened, looked up after the fact for a better sentence.
std::string cannot_open(const std::string& path, sqlite3* db, int rc) {
  std::error_code ignored;
  const std::filesystem::path file(path);
  if (std::filesystem::is_directory(file, ignored)) {
    return path + " is a folder; name a file";
  }
  if (!std::filesystem::exists(file.parent_path(), ignored)) {
    return "the folder " + file.parent_path().string() + " does not exist; make it or name another";
  }
  return failure_of(db, rc, "the store").what();
}

}  // namespace

Connection::Connection(const Settings& settings, Mode mode) {
  try {
    open(settings, mode);
  } catch (...) {
    own_.clear();
    sqlite3_close(db_);
    throw;
  }
}

Connection::~Connection() {
  cache_.clear();
  recent_.clear();
  own_.clear();
  sqlite3_close(db_);
}

void Connection::open(const Settings& settings, Mode mode) {
  const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE |
                    (mode == Mode::kWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                          : SQLITE_OPEN_READONLY);
  if (mode == Mode::kWrite) make_private(settings.path);
  int rc = sqlite3_open_v2(settings.path.c_str(), &db_, flags, nullptr);
  if (rc != SQLITE_OK) throw BadOption("path", cannot_open(settings.path, db_, rc));
  set_busy_timeout(settings.lock_timeout);
  harden();
  check(add_time_functions(db_, &now_), "opening the store");
  check(add_number_functions(db_), "opening the store");
  check(add_text_functions(db_), "opening the store");
  check(add_format_functions(db_), "opening the store");
  check(add_joining(db_), "opening the store");
  set_now();

  // The first statement that reads the file.
  rc = sqlite3_exec(db_, "PRAGMA schema_version", nullptr, nullptr, nullptr);
  if ((rc & 0xff) == SQLITE_BUSY) throw failure_of(db_, rc, "opening the store");
  if (rc != SQLITE_OK) throw BadOption("path", cannot_open(settings.path, db_, rc));
  if (mode == Mode::kWrite && sqlite3_db_readonly(db_, "main") == 1) {
    throw BadOption("path", settings.path + " is read-only; give this user the right to write to "
                                            "the file and its folder");
  }
  run("PRAGMA foreign_keys = ON", "opening the store");
  run(settings.synchronous == "full" ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL",
      "opening the store");
  const auto cache = "PRAGMA cache_size = -" + std::to_string(settings.cache_bytes / 1024);
  run(cache.c_str(), "opening the store");
  if (mode == Mode::kRead) return;

  // Another process may be doing the same; SQLite does not wait by itself here.
  const auto give_up = Clock::now() + settings.lock_timeout;
  do {
    rc = sqlite3_exec(db_, "PRAGMA journal_mode = WAL", nullptr, nullptr, nullptr);
    if ((rc & 0xff) != SQLITE_BUSY) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  } while (Clock::now() < give_up);
  if ((rc & 0xff) == SQLITE_BUSY) throw failure_of(db_, rc, "opening the store");
  if (rc != SQLITE_OK) throw BadOption("path", cannot_open(settings.path, db_, rc));
  run("PRAGMA journal_size_limit = 67108864", "opening the store");
  sqlite3_wal_autocheckpoint(db_, 0);  // checkpointer.h does that, off the path of a turn
}

void Connection::harden() {
  sqlite3_db_config(db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  sqlite3_limit(db_, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit(db_, SQLITE_LIMIT_SQL_LENGTH, 64 << 20);
  sqlite3_limit(db_, SQLITE_LIMIT_VDBE_OP, 5'000'000);
  sqlite3_limit(db_, SQLITE_LIMIT_EXPR_DEPTH, 500);
  sqlite3_limit(db_, SQLITE_LIMIT_COMPOUND_SELECT, 100);
  sqlite3_limit(db_, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000);
  sqlite3_limit(db_, SQLITE_LIMIT_TRIGGER_DEPTH, 50);
  sqlite3_limit(db_, SQLITE_LIMIT_WORKER_THREADS, 0);
  sqlite3_set_authorizer(db_, &Connection::authorize, this);
  sqlite3_progress_handler(db_, kStepsBetweenChecks, &Connection::past_deadline, this);
}

int Connection::authorize(void* self, int action, const char* first, const char* second,
                          const char*, const char* inside) {
  const auto* overheard = static_cast<Connection*>(self)->overheard_;
  if (overheard != nullptr && first != nullptr) (*overheard)(action, first);
  auto* authorization = static_cast<Connection*>(self)->authorization_;
  if (authorization == nullptr) return SQLITE_OK;
  return authorization->decide(action, first, second, inside);
}

int Connection::past_deadline(void* self) {
  const auto deadline = static_cast<Connection*>(self)->deadline_;
  return deadline != Clock::time_point::max() && Clock::now() >= deadline ? 1 : 0;
}

void Connection::limit_values() {
  const bool model = authorization_ != nullptr && authorization_->role() != SR_ROLE_OWNER;
  sqlite3_limit(db_, SQLITE_LIMIT_LENGTH, model ? kLongestModelValue : kLongestValue);
}

Connection::Acting::Acting(Connection& connection, Authorization* authorization,
                           Clock::time_point deadline)
    : connection_(connection),
      outer_authorization_(connection.authorization_),
      outer_deadline_(connection.deadline_) {
  connection_.authorization_ = authorization;
  connection_.deadline_ = deadline;
  connection_.limit_values();
  if (authorization != nullptr) authorization->clear_denial();
}

Connection::Acting::~Acting() {
  connection_.authorization_ = outer_authorization_;
  connection_.deadline_ = outer_deadline_;
  connection_.limit_values();
}

void Connection::check(int rc, std::string_view doing) const { sqlite::check(db_, rc, doing); }

void Connection::run(const char* sql, std::string_view doing) {
  check(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr), doing);
}

void Connection::set_busy_timeout(std::chrono::milliseconds time) {
  sqlite3_busy_timeout(db_, static_cast<int>(time.count()));
}

void Connection::set_now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  now_ = std::chrono::duration_cast<std::chrono::microseconds>(since).count();
}

StatementHandle Connection::prepare_own(const char* sql) {
  sqlite3_stmt* made = nullptr;
  check(sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr), "the store");
  return StatementHandle(made);
}

bool Connection::overhear(const std::string& sql, const Overheard& heard) {
  overheard_ = &heard;
  sqlite3_stmt* made = nullptr;
  const int rc = sqlite3_prepare_v2(db_, sql.c_str(), static_cast<int>(sql.size() + 1), &made, nullptr);
  overheard_ = nullptr;
  sqlite3_finalize(made);
  return rc == SQLITE_OK;
}

sqlite3_stmt* Connection::own_statement(const char* sql) {
  auto& handle = own_[sql];
  if (handle == nullptr) handle = prepare_own(sql);
  return sqlite3_stmt_busy(handle.get()) != 0 ? nullptr : handle.get();
}

std::string Connection::kind_of(const std::string& name) {
  const Acting acting(*this, nullptr, Clock::time_point::max());
  const auto query =
      prepare_own("SELECT type FROM main.sqlite_schema WHERE name = ?1 COLLATE NOCASE");
  check(sqlite3_bind_text(query.get(), 1, name.c_str(), -1, SQLITE_STATIC), "the store");
  const int rc = sqlite3_step(query.get());
  check(rc, "the store");
  if (rc != SQLITE_ROW) return {};
  return reinterpret_cast<const char*>(sqlite3_column_text(query.get(), 0));
}

// `statement` ends where SQLite stopped reading: behind its semicolon, or at the end of the text.
void Connection::return_count(Prepared& prepared, std::string_view statement) {
  if (statement.ends_with(';')) statement.remove_suffix(1);
  const auto sql = std::string(statement) + "\nRETURNING 1";  // not in a comment at its end
  sqlite3_stmt* made = nullptr;
  const int rc = sqlite3_prepare_v3(db_, sql.c_str(), static_cast<int>(sql.size() + 1), 0, &made,
                                    nullptr);
  prepared.handle.reset(made);
  if (rc != SQLITE_OK || sqlite3_column_count(made) == 0) {
    throw Failure(SR_DENIED, "the statement is not allowed: the rows of \"" +
                                 prepared.authorization.changed() +
                                 "\" that it changes cannot be counted");
  }
  prepared.returns_count = true;
}

std::shared_ptr<Prepared> Connection::statement(sr_role role, const sr_grants* grants,
                                                std::string_view sql) {
  std::string key(sql);
  key += '\0';
  Authorization::append_key(key, role, grants);
  if (const auto found = cache_.find(key); found != cache_.end()) {
    recent_.splice(recent_.begin(), recent_, found->second);
    auto prepared = recent_.front().prepared;
    if (sqlite3_stmt_busy(prepared->handle.get()) == 0) return prepared;
  }

  auto prepared = std::make_shared<Prepared>(Prepared{Authorization(role, grants, sql), nullptr});
  const Acting acting(*this, &prepared->authorization, Clock::time_point::max());
  sqlite3_stmt* made = nullptr;
  const char* tail = nullptr;
  // The key starts with the text and a NUL, so SQLite need not copy it.
  const int rc = sqlite3_prepare_v3(db_, key.c_str(), static_cast<int>(sql.size() + 1), 0, &made,
                                    &tail);
  prepared->handle.reset(made);
  if (!prepared->authorization.denial().empty()) {
    throw Failure(SR_DENIED, "the statement is not allowed: " + prepared->authorization.denial());
  }
  check(rc, "the statement");
  if (made == nullptr) throw Failure(SR_INVALID_ARGUMENT, "the text holds no SQL statement");
  for (const auto& token : tokenize(tail)) {
    if (!token.is_symbol(';')) {
      throw Failure(SR_DENIED, "the text holds more than one statement; send one at a time");
    }
  }
  if (role != SR_ROLE_OWNER && sqlite3_stmt_isexplain(made) != 0) {
    throw Failure(SR_DENIED, "the statement is not allowed: it is an EXPLAIN");
  }
  if (role == SR_ROLE_BINDING && sqlite3_stmt_readonly(made) == 0) {
    throw Failure(SR_DENIED, "the statement is not allowed: a binding only reads");
  }
  for (const auto& name : prepared->authorization.assumed()) {
    if (!kind_of(name).empty()) {
      throw Failure(SR_DENIED, "the statement is not allowed: it reads \"" + name +
                                   "\", which is not granted");
    }
  }

  const auto& changed = prepared->authorization.changed();
  prepared->of_view = !changed.empty() && kind_of(changed) == "view";
  if (prepared->of_view && sqlite3_column_count(made) == 0) {
    return_count(*prepared, {key.c_str(), static_cast<std::size_t>(tail - key.c_str())});
  }

  if (cache_.contains(key)) return prepared;  // in use further up the stack: this one is extra
  recent_.push_front({std::move(key), prepared});
  cache_.emplace(recent_.front().key, recent_.begin());
  if (recent_.size() > kCachedStatements) {
    cache_.erase(recent_.back().key);
    recent_.pop_back();
  }
  return prepared;
}

}  // namespace sr::sqlite
