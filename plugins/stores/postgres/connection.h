// connection.h - one connection to the server, set up the way the store needs it.
//
// Used by one thread at a time; whoever holds it sees to that. It never reconnects by itself: what
// was under way on a lost connection is gone, and only its user knows what that means. Everything
// throws Failure, and Lost when the connection is of no use any more.
#pragma once

#include <memory>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <unordered_map>
#include <vector>

#include "error.h"
#include "settings.h"
#include "state_runtime/store.h"
#include "watchdog.h"

namespace sr::postgres {

// Parameters of one statement, in order; NULL or text that PostgreSQL reads.
class Parameters {
 public:
  Parameters& add(std::int64_t);
  Parameters& add(std::string_view);  // SR_INVALID_ARGUMENT for a NUL byte
  Parameters& add_bytes(std::string_view);  // for a bytea
  Parameters& add_null();
  Parameters& add(const sr_value&);
  const std::vector<std::optional<std::string>>& values() const { return values_; }

 private:
  std::vector<std::optional<std::string>> values_;
};

class Remarks;

class Connection {
 public:
  // `connect`: libpq's words. `host_id` tells this host's changes from those of others.
  Connection(const Settings&, const std::string& connect, const std::string& host_id, Watchdog&,
             Host);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // The store's own text, without parameters; may be several statements.
  pqxx::result run(const std::string& sql, std::string_view doing);
  // One of the store's own statements, prepared once. `sql` is a literal and its address the key;
  // "@." in it stands for the store's schema.
  pqxx::result own(const char* sql, const Parameters&, std::string_view doing);
  // Text from outside: the extended protocol, which takes one statement.
  pqxx::result outside(const std::string& sql, const Parameters&, std::string_view doing);

  // Waits up to `time` for notifications and hands them to the receivers. No transaction is open.
  void wait_for_notifications(std::chrono::milliseconds time);
  pqxx::connection& raw() { return connection_; }

  bool lost() const { return lost_; }
  // A statement of the running transaction failed; the server will only roll it back.
  bool aborted() const { return aborted_; }
  void clear_aborted() { aborted_ = false; }

  // While one lives, the server may work on a call for `time` (0: for ever); otherwise for as long
  // as the store's own calls may wait for others. With answer_timeout more it counts as frozen.
  class Allowing {
   public:
    Allowing(Connection& c, std::chrono::milliseconds time) : connection_(c), before_(c.time_) {
      c.time_ = time;
    }
    ~Allowing() { connection_.time_ = before_; }
    Allowing(const Allowing&) = delete;
    Allowing& operator=(const Allowing&) = delete;

   private:
    Connection& connection_;
    std::chrono::milliseconds before_;
  };
  std::string with_schema(std::string_view sql) const;

 private:
  template <class Fn>
  pqxx::result guarded(std::string_view doing, Fn&& fn);
  pqxx::nontransaction& work();

  const Settings& settings_;
  Watchdog& watchdog_;
  std::chrono::milliseconds time_;
  pqxx::connection connection_;
  std::unique_ptr<Remarks> remarks_;
  std::optional<pqxx::nontransaction> work_;
  std::unordered_map<const char*, std::string> prepared_;
  bool lost_ = false;
  bool aborted_ = false;
};

}  // namespace sr::postgres
