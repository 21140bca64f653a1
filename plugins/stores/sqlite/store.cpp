#include "store.h"

#include "catalog.h"
#include "schema.h"
#include "script.h"
#include "transaction.h"

namespace sr::sqlite {
SqliteStore::SqliteStore(Host host, const Config& config)
    : settings_(config),
      writer_(settings_, Connection::Mode::kWrite),
      schema_(prepare_schema(writer_, settings_)),
      readers_(settings_),
      files_(host, settings_.path),
      checkpointer_(settings_, writer_, gate_, host),
      watcher_(settings_, writer_, gate_, files_) {}

void SqliteStore::catalog(const std::function<void(const sr_column&)>& column) {
  const auto transaction = SqliteTransaction::begin_read(settings_, readers_, files_);
  list_catalog(transaction->connection(), column);
}

void SqliteStore::run_script(std::string_view sql) {
  const auto transaction = SqliteTransaction::begin_write(settings_, writer_, gate_, files_);
  run_statements(transaction->connection(), sql);
  transaction->commit();
}

std::unique_ptr<Transaction> SqliteStore::begin(bool write) {
  if (write) return SqliteTransaction::begin_write(settings_, writer_, gate_, files_);
  return SqliteTransaction::begin_read(settings_, readers_, files_);
}

void SqliteStore::watch(ChangedFn changed) {
  watcher_.stop();
  if (changed) watcher_.start(std::move(changed));
}

void SqliteStore::ready() {
  files_.check_writable();
  SqliteTransaction::begin_read(settings_, readers_, files_);
}

void SqliteStore::dependencies(const std::function<void(const sr_dependency&)>& dependency) {
  const auto transaction = SqliteTransaction::begin_read(settings_, readers_, files_);
  for (const auto& edge : dependencies_.of(transaction->connection())) {
    dependency({sizeof(sr_dependency), edge.kind, str(edge.from), str(edge.to)});
  }
}

}  // namespace sr::sqlite
