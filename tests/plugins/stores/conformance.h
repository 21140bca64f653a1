// tests/plugins/stores/conformance.h - what every store must do, in tests that know no store.
//
//   INSTANTIATE_TEST_SUITE_P(Sqlite, StoreConformance, testing::Values(sqlite_maker));
//
// The schema that the tests create is in the portable subset: TEXT, INTEGER, DOUBLE PRECISION,
// BOOLEAN.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "tests/plugins/stores/store_bench.h"

namespace sr::test {

// A fresh, empty database. open() may be called again after the store before is gone: it then
// finds what was committed. The lock timeout is short.
class Database {
 public:
  virtual ~Database() = default;
  virtual host::Result<host::LoadedStore> open() = 0;
};

struct DatabaseMaker {
  std::string name;
  std::function<std::unique_ptr<Database>()> make;
};

class StoreConformance : public testing::TestWithParam<DatabaseMaker> {
 protected:
  void SetUp() override;
  // Everything that was committed must still be there.
  void reopen();
  host::LoadedStore& store() { return *store_; }
  host::TransactionRef write();
  host::TransactionRef read();
  // A session "s" with fence 1, and `entries` in its log.
  void make_session(const std::vector<host::LogEntry>& entries = {});
  std::vector<host::LogEntry> log_of(const std::string& session, std::uint64_t after = 0);

 private:
  std::unique_ptr<Database> database_;
  std::optional<host::LoadedStore> store_;
};

}  // namespace sr::test
