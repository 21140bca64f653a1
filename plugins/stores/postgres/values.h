// values.h - what the server returns, as the SDK's values. Any thread.
#pragma once

#include <deque>
#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <vector>

#include "state_runtime/store.h"

namespace sr::postgres {

inline std::string_view text_of(const pqxx::field& f) { return {f.c_str(), f.size()}; }

// How values of a type arrive, by the type's number in pg_type.
sr_value_type value_type(std::uint32_t type);
// Of a type of whole numbers: 16, 32; 0: 64, or another type.
std::uint32_t bits_of(std::uint32_t type);

// One row after the other of a result.
class RowReader {
 public:
  explicit RowReader(const pqxx::result&);
  std::vector<sr_str> names() const;
  // Borrowed until the next call. Adds the row's bytes to `bytes`.
  const std::vector<sr_value>& row(std::size_t, std::uint64_t& bytes);

 private:
  sr_value value(const pqxx::field&, std::uint32_t type);

  const pqxx::result& result_;
  std::vector<std::uint32_t> types_;
  std::vector<sr_value> values_;
  std::deque<std::string> bytes_;
};

// The bytes of a bytea as it is written in hex.
std::string bytes_of(const pqxx::field&);

}  // namespace sr::postgres
