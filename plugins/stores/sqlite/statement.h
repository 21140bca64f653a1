// statement.h - one run of one of the store's own statements. The thread of its connection.
//
//   Query query(connection, "SELECT seq FROM main.sr_sessions WHERE id = ?1");
//   query.bind(id);
//   if (query.step()) seq = query.integer(0);
#pragma once

#include <optional>

#include "connection.h"

namespace sr::sqlite {

class Query {
 public:
  // `sql` is a literal: its address is the key of the cache.
  Query(Connection&, const char* sql);
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  // Parameters in order. Text and blobs are borrowed until the query is gone.
  Query& bind(std::int64_t);
  Query& bind(std::string_view);
  Query& bind_blob(std::string_view);
  Query& bind_null();

  // Whether there is a row. Throws Failure.
  bool step();
  // Of the current row; text and blobs live until the next step.
  std::int64_t integer(int column) const;
  std::string_view text(int column) const;
  std::string_view blob(int column) const;

 private:
  Connection& connection_;
  Connection::Acting acting_;
  StatementHandle extra_;  // when the cached one is running further up the stack
  sqlite3_stmt* statement_;
  int bound_ = 0;
};

}  // namespace sr::sqlite
