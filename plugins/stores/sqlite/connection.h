// connection.h - one hardened connection to the file, with its prepared statements.
//
// A connection is used by one thread at a time; whoever holds it sees to that. Everything that
// runs on it runs for somebody: Acting says for whom, and until when.
#pragma once

#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "authorization.h"
#include "settings.h"

namespace sr::sqlite {

using Clock = std::chrono::steady_clock;

struct CloseStatement {
  void operator()(sqlite3_stmt* s) const noexcept { sqlite3_finalize(s); }
};
using StatementHandle = std::unique_ptr<sqlite3_stmt, CloseStatement>;

// A statement from outside, with the rights it was prepared under: SQLite may prepare it again
// when the schema changes.
struct Prepared {
  Authorization authorization;
  StatementHandle handle;
  // A model's change of a view: SQLite does not count the rows that INSTEAD OF triggers take, so it
  // returns one for each.
  bool of_view = false;
  bool returns_count = false;  // and they are there for nothing else
};

class Connection {
 public:
  enum class Mode { kRead, kWrite };

  // Throws BadOption("path") when the file cannot be used, Failure when it is locked.
  Connection(const Settings&, Mode);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  sqlite3* handle() const { return db_; }
  void check(int rc, std::string_view doing) const;
  // Runs one of the store's own statements that returns nothing.
  void run(const char* sql, std::string_view doing);
  void set_busy_timeout(std::chrono::milliseconds);
  // What now() says from here on: the time at which a transaction begins.
  void set_now();

  // Prepares a statement without running it, and tells of each access to a table that running it
  // would make. False when SQLite does not take it.
  using Overheard = std::function<void(int action, std::string_view table)>;
  bool overhear(const std::string& sql, const Overheard& heard);

  // One of the store's own statements; `sql` is a literal and its address the key. Returns
  // nothing when the statement is running already further up the stack.
  sqlite3_stmt* own_statement(const char* sql);
  StatementHandle prepare_own(const char* sql);
  // A statement from outside, from the cache or prepared now. REQUIRES: sql has no NUL in it.
  std::shared_ptr<Prepared> statement(sr_role role, const sr_grants* grants, std::string_view sql);

  // While one lives, the connection acts for `authorization` (null: the store itself) until
  // `deadline`. They nest.
  class Acting {
   public:
    Acting(Connection&, Authorization*, Clock::time_point deadline);
    ~Acting();

   private:
    Connection& connection_;
    Authorization* outer_authorization_;
    Clock::time_point outer_deadline_;
  };

 private:
  struct CacheEntry {
    std::string key;
    std::shared_ptr<Prepared> prepared;
  };

  void open(const Settings&, Mode);
  void harden();
  void limit_values();
  // "table", "view", …; empty: the schema has nothing of this name.
  std::string kind_of(const std::string& name);
  void return_count(Prepared&, std::string_view statement);
  static int authorize(void* self, int action, const char* first, const char* second,
                       const char* database, const char* inside);
  static int past_deadline(void* self);

  sqlite3* db_ = nullptr;
  std::int64_t now_ = 0;  // microseconds since 1970
  Authorization* authorization_ = nullptr;  // null: the store's own statements
  const Overheard* overheard_ = nullptr;
  Clock::time_point deadline_ = Clock::time_point::max();
  std::unordered_map<const char*, StatementHandle> own_;
  std::list<CacheEntry> recent_;  // newest first
  std::unordered_map<std::string_view, std::list<CacheEntry>::iterator> cache_;
};

}  // namespace sr::sqlite
