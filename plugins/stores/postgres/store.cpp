#include "store.h"

#include <random>

#include "catalog.h"
#include "dependencies.h"
#include "examine.h"
#include "number_keys.h"
#include "schema.h"
#include "transaction.h"

namespace sr::postgres {
namespace {

std::string random_id() {
  std::random_device random;
  return std::to_string(random()) + "-" + std::to_string(random());
}

}  // namespace

PostgresStore::PostgresStore(Host host, const Config& config)
    : settings_(config),
      host_id_(random_id()),
      keeper_(settings_, host_id_, watchdog_, host),
      rights_(settings_, keeper_, prepare(host)),
      watcher_(settings_, host_id_, keeper_, watchdog_, host),
      pool_(settings_, host_id_, watchdog_, host) {}

PostgresStore::~PostgresStore() {
  if (!settings_.scratch) return;
  try {
    keeper_.use([&](Connection& c, std::uint64_t) { drop_schema(c, settings_); });
  } catch (const Failure&) {
    // What is left behind has a name that says what it is.
  }
}

std::vector<std::string> PostgresStore::prepare(Host host) {
  std::vector<std::string> roles;
  keeper_.use([&](Connection& c, std::uint64_t) {
    prepare_schema(c, settings_);
    roles = prepare_roles(c, settings_, watchdog_, host);
  });
  return roles;
}

void PostgresStore::catalog(const std::function<void(const sr_column&)>& column) {
  PostgresTransaction transaction(settings_, pool_, rights_, watcher_, /*write=*/false);
  list_catalog(transaction.connection(), settings_, column);
}

void PostgresStore::run_script(std::string_view sql) {
  if (sql.find('\0') != std::string_view::npos) {
    throw Failure(SR_INVALID_ARGUMENT, "the script holds a NUL byte");
  }
  PostgresTransaction transaction(settings_, pool_, rights_, watcher_, /*write=*/true);
  auto& connection = transaction.connection();
  // Both end with the transaction: a script that commits on its own is found out.
  connection.run("SET LOCAL statement_timeout = 0; SET LOCAL state_runtime.script = 'running'",
                 "preparing the script");
  const auto before = tables_of(connection, settings_.schema);
  try {
    const Connection::Allowing ever(connection, std::chrono::milliseconds(0));
    connection.run(std::string(sql), "the script");
    number_keys(connection, settings_.schema, before);
  } catch (const Failure& e) {
    const std::string what = e.what();
    const auto at = what.find("LINE ");
    if (at == std::string::npos) throw;
    throw Failure(e.code(), "line " + what.substr(at + 5, what.find(':', at) - at - 5) + ": " +
                                what.substr(0, at));
  }
  const auto running = connection.run("SELECT current_setting('state_runtime.script', true)",
                                      "looking after the script");
  if (std::string_view(running[0][0].c_str()) != "running") {
    throw Failure(SR_INVALID_ARGUMENT, "the script ended its transaction, so what came before is "
                                       "done; leave out BEGIN, COMMIT and ROLLBACK");
  }
  transaction.commit();
  watcher_.tell({});
}

std::unique_ptr<Transaction> PostgresStore::begin(bool write) {
  return std::make_unique<PostgresTransaction>(settings_, pool_, rights_, watcher_, write);
}

void PostgresStore::watch(ChangedFn changed) {
  watcher_.stop();
  if (changed) watcher_.start(std::move(changed));
}

void PostgresStore::examine(const sr_grants& grants,
                            const std::function<void(std::string_view)>& found) {
  PostgresTransaction transaction(settings_, pool_, rights_, watcher_, /*write=*/false);
  postgres::examine(transaction.connection(), settings_, rights_.one(), grants, found);
}

// A transaction that could write: the server is there, and is none that may only be read.
void PostgresStore::ready() {
  const PostgresTransaction transaction(settings_, pool_, rights_, watcher_, /*write=*/true);
}

void PostgresStore::dependencies(const std::function<void(const sr_dependency&)>& dependency) {
  PostgresTransaction transaction(settings_, pool_, rights_, watcher_, /*write=*/false);
  list_dependencies(transaction.connection(), settings_, dependency);
}

}  // namespace sr::postgres
