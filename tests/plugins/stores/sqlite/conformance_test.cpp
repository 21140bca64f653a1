// The sqlite store against the suite that every store passes.
#include "tests/plugins/stores/conformance.h"
#include "tests/plugins/stores/sqlite/bench.h"

namespace sr::test {
namespace {

class SqliteDatabase final : public Database {
 public:
  host::Result<host::LoadedStore> open() override { return open_sqlite(folder_.file("facts.db")); }

 private:
  Folder folder_;
};

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreConformance,
                         testing::Values(DatabaseMaker{
                             "sqlite", [] { return std::make_unique<SqliteDatabase>(); }}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace sr::test
