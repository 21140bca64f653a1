// The postgres store against the suite that every store passes.
#include "tests/plugins/stores/conformance.h"
#include "tests/plugins/stores/postgres/bench.h"

namespace sr::test {
namespace {

class PostgresDatabase final : public Database {
 public:
  host::Result<host::LoadedStore> open() override { return open_postgres(name_); }

 private:
  const std::string name_ = PostgresServer::instance().fresh_database();
};

INSTANTIATE_TEST_SUITE_P(Postgres, StoreConformance,
                         testing::Values(DatabaseMaker{
                             "postgres", [] { return std::make_unique<PostgresDatabase>(); }}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace sr::test
