#include "connection.h"

#include <charconv>

#include "common/records.h"
#include "libpqxx.h"

namespace sr::postgres {
namespace {

std::string milliseconds(std::chrono::milliseconds time) { return std::to_string(time.count()); }

std::string setup(const Settings& s, const std::string& host_id) {
  // pg_temp comes last: a temporary table can never stand for one of the application's.
  return "SET client_encoding = 'UTF8'; SET standard_conforming_strings = on;"
         "SET search_path = " + name(s.schema) + ", pg_temp;"
         "SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET TimeZone = 'UTC';"
         "SET bytea_output = 'hex'; SET extra_float_digits = 1; SET client_min_messages = warning;"
         "SET cursor_tuple_fraction = 1; SET jit = off;"
         "SET synchronous_commit = " + s.synchronous + ";"
         "SET lock_timeout = " + milliseconds(s.lock_timeout) + ";"
         "SET statement_timeout = " + milliseconds(kOwnTimeout) + ";"
         "SET idle_in_transaction_session_timeout = " + milliseconds(s.idle_timeout) + ";"
         "SET state_runtime.host = " + literal(host_id);
}

pqxx::connection connected(const std::string& words) {
  try {
    return pqxx::connection(words);
  } catch (const pqxx::broken_connection& e) {
    throw Lost(SR_UNAVAILABLE, "cannot connect to the database (" + one_line(e.what()) +
                                   "); start it, or correct where it is said to be");
  }
}

}  // namespace

Parameters& Parameters::add(std::int64_t number) {
  values_.emplace_back(std::to_string(number));
  return *this;
}

Parameters& Parameters::add(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    throw Failure(SR_INVALID_ARGUMENT, "a text holds a NUL byte, which PostgreSQL cannot store");
  }
  values_.emplace_back(text);
  return *this;
}

Parameters& Parameters::add_bytes(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  auto& out = values_.emplace_back("\\x").value();
  out.reserve(2 + bytes.size() * 2);
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 0xf];
  }
  return *this;
}

Parameters& Parameters::add_null() {
  values_.emplace_back();
  return *this;
}

Parameters& Parameters::add(const sr_value& v) {
  switch (v.type) {
    case SR_NULL: return add_null();
    case SR_BOOLEAN: return add(std::string_view(v.integer != 0 ? "true" : "false"));
    case SR_INTEGER: return add(v.integer);
    case SR_REAL: {
      char digits[32];
      const auto end = std::to_chars(digits, digits + sizeof digits, v.real).ptr;
      return add(std::string_view(digits, static_cast<std::size_t>(end - digits)));
    }
    case SR_TEXT: return add(view(v.text));
    case SR_BLOB: return add_bytes(view(v.text));
  }
  throw Failure(SR_INVALID_ARGUMENT,
                "parameter " + std::to_string(values_.size() + 1) + " has no known type");
}

Connection::Connection(const Settings& settings, const std::string& connect,
                       const std::string& host_id, Watchdog& watchdog, Host host)
    : settings_(settings),
      watchdog_(watchdog),
      time_(settings.lock_timeout),
      connection_(connected(connect)) {
  never_reconnect(connection_);
  remarks_ = std::make_unique<Remarks>(connection_, host);
  run(setup(settings, host_id), "setting up the connection");
}

Connection::~Connection() { work_.reset(); }

pqxx::nontransaction& Connection::work() {
  if (!work_) work_.emplace(connection_);
  return *work_;
}

template <class Fn>
pqxx::result Connection::guarded(std::string_view doing, Fn&& fn) {
  if (lost_) throw Lost(SR_UNAVAILABLE, std::string(doing) + " has no connection any more");
  const auto patience =
      time_.count() == 0 ? time_ : std::max(time_, settings_.lock_timeout) + settings_.answer_timeout;
  const Watchdog::Call call(watchdog_, connection_.sock(), patience);
  try {
    return std::forward<Fn>(fn)();
  } catch (const std::exception&) {
    aborted_ = true;
    if (call.ended()) {
      lost_ = true;
      throw Lost(SR_UNAVAILABLE, std::string(doing) + " had no answer from the database server for " +
                                     stores::spoken(patience) +
                                     "; look whether it is frozen or cut off, and try again");
    }
    try {
      rethrow(doing, connection_.is_open());
    } catch (const Lost&) {
      lost_ = true;
      throw;
    }
  }
}

pqxx::result Connection::run(const std::string& sql, std::string_view doing) {
  return guarded(doing, [&] { return work().exec(sql); });
}

pqxx::result Connection::own(const char* sql, const Parameters& parameters,
                             std::string_view doing) {
  return guarded(doing, [&] {
    auto& known = prepared_[sql];
    if (known.empty()) {
      auto fresh = "sr_" + std::to_string(prepared_.size());
      connection_.prepare(fresh, with_schema(sql));
      known = std::move(fresh);
    }
    return exec_prepared(work(), known, parameters.values());
  });
}

pqxx::result Connection::outside(const std::string& sql, const Parameters& parameters,
                                 std::string_view doing) {
  return guarded(doing, [&] {
    return exec_params(work(), sql, parameters.values());
  });
}

void Connection::wait_for_notifications(std::chrono::milliseconds time) {
  work_.reset();
  guarded("waiting for changes", [&] {
    connection_.await_notification(time.count() / 1000, (time.count() % 1000) * 1000);
    return pqxx::result();
  });
}

std::string Connection::with_schema(std::string_view sql) const {
  std::string out;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    if (sql.substr(i, 2) == "@.") {
      out += name(settings_.own_schema) + ".";
      ++i;
    } else {
      out += sql[i];
    }
  }
  return out;
}

}  // namespace sr::postgres
