// settings.h - the options of the postgres store: their table for the host, their checked values.
// Read once, in create(); immutable afterwards.
#pragma once

#include <chrono>
#include <string>

#include "state_runtime/plugin.hpp"

namespace sr::postgres {

struct Settings {
  // Throws BadOption.
  explicit Settings(const Config&);

  std::string connect;        // what libpq is given to connect; holds the password
  std::string connect_admin;  // the same with more rights, for making roles; may be empty
  std::string schema;         // of the application's tables
  std::string own_schema;     // of the store's tables
  std::string role_prefix;    // the roles that statements run as are <prefix>01, <prefix>02, …
  std::string synchronous;
  int roles;
  int connections;
  bool scratch;               // the schemas are made by this instance and go with it
  std::chrono::milliseconds lock_timeout;
  std::chrono::milliseconds statement_timeout;
  std::chrono::milliseconds idle_timeout;
  std::chrono::milliseconds answer_timeout;
};

extern const sr_option* const kOptions[];

// For what the store itself does, whatever the time of a statement from outside.
constexpr std::chrono::milliseconds kOwnTimeout{60000};

// A name as SQL has it: in quotes, quotes in it doubled.
std::string name(std::string_view);
// A text as SQL has it. REQUIRES: standard_conforming_strings, no NUL.
std::string literal(std::string_view);

}  // namespace sr::postgres
