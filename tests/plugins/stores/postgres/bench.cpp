#include "tests/plugins/stores/postgres/bench.h"

namespace sr::test {

host::Result<host::LoadedStore> open_postgres(const std::string& database, const Options& more) {
  auto& server = PostgresServer::instance();
  Options options = {{"url", server.url(database)},
                     {"admin_url", server.url(database, "postgres")},
                     {"role_prefix", "sr_test_"},
                     {"roles", "6"},
                     {"lock_timeout", "300ms"}};
  for (const auto& option : more) {
    std::erase_if(options, [&](const auto& o) { return o.first == option.first; });
    if (!option.second.empty()) options.push_back(option);
  }
  return open_store(sr_plugin_v1_postgres(), options);
}

}  // namespace sr::test
