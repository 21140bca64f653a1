// libpqxx.h - what libpqxx 6 and 7 do in different ways.
//
// Nothing else in this folder asks for a version. Functions throw what libpqxx throws.
#pragma once

#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "state_runtime/plugin.hpp"

namespace sr::postgres {

using Values = std::vector<std::optional<std::string>>;

// Version 6 reconnects by itself, also in the middle of what one takes for a transaction.
void never_reconnect(pqxx::connection&);

// `values` in the order of $1, $2, …; none is NULL.
pqxx::result exec_params(pqxx::transaction_base&, const std::string& sql, const Values& values);
pqxx::result exec_prepared(pqxx::transaction_base&, const std::string& statement,
                           const Values& values);

// What the server remarks goes to the host's log, not to standard error, while this lives.
class Remarks final : private pqxx::errorhandler {
 public:
  Remarks(pqxx::connection& c, Host host) : pqxx::errorhandler(c), host_(host) {}

 private:
  bool operator()(const char message[]) noexcept override {
    host_.log(SR_LOG_DEBUG, message);
    return false;
  }

  Host host_;
};

}  // namespace sr::postgres
