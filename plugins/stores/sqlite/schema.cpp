#include "schema.h"

#include "statement.h"

namespace sr::sqlite {
namespace {

// Entries of one session lie side by side: sr_log.id is session number * 2^32 + seq.
constexpr const char* kTables = R"sql(
CREATE TABLE main.sr_meta (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE main.sr_sessions (
  number     INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  user       TEXT NOT NULL,
  token_hash TEXT NOT NULL,
  epoch      TEXT NOT NULL,
  fence      INTEGER NOT NULL,
  seq        INTEGER NOT NULL
) STRICT;
CREATE TABLE main.sr_log (
  id         INTEGER PRIMARY KEY,
  at         INTEGER NOT NULL,
  kind       TEXT NOT NULL,
  body       TEXT NOT NULL,
  event_id   TEXT,
  tokens     BLOB,
  vocabulary TEXT,
  checksum   INTEGER NOT NULL
) STRICT;
CREATE TABLE main.sr_events (
  session  INTEGER NOT NULL,
  event_id TEXT NOT NULL,
  seq      INTEGER NOT NULL,
  PRIMARY KEY (session, event_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE main.sr_kinds (
  session INTEGER NOT NULL,
  kind    TEXT NOT NULL,
  seq     INTEGER NOT NULL,
  PRIMARY KEY (session, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE main.sr_snapshots (
  session     INTEGER NOT NULL,
  fingerprint TEXT NOT NULL,
  seq         INTEGER NOT NULL,
  checksum    INTEGER NOT NULL,
  data        BLOB NOT NULL,
  UNIQUE (session, fingerprint)
) STRICT;
INSERT INTO main.sr_meta (name, value) VALUES ('format', '1');
)sql";

bool has_tables(Connection& c) {
  Query query(c, "SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = 'sr_meta'");
  return query.step();
}

void check_format(Connection& c, const std::string& path) {
  Query query(c, "SELECT value FROM main.sr_meta WHERE name = 'format'");
  const std::string found(query.step() ? query.text(0) : "none");
  if (found == std::to_string(kFormat)) return;
  throw BadOption("path", path + " has store format " + found +
                              "; this State Runtime reads format " +
                              std::to_string(kFormat) + "; use the version that wrote it, or "
                              "another file");
}

}  // namespace

int prepare_schema(Connection& writer, const Settings& settings) {
  if (!has_tables(writer)) {
    writer.run("BEGIN IMMEDIATE", "making the store's tables");
    try {
      // Another process may have made them while this one waited.
      if (!has_tables(writer)) writer.run(kTables, "making the store's tables");
      writer.run("COMMIT", "making the store's tables");
    } catch (...) {
      if (sqlite3_get_autocommit(writer.handle()) == 0) {
        sqlite3_exec(writer.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
      }
      throw;
    }
  }
  check_format(writer, settings.path);
  return kFormat;
}

}  // namespace sr::sqlite
