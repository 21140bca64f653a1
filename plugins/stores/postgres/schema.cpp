#include "schema.h"

namespace sr::postgres {
namespace {

// One at a time makes these; the number is arbitrary and the same for every host.
constexpr const char* kLock = "SELECT pg_advisory_xact_lock(1397899600)";

constexpr const char* kTables = R"sql(
CREATE TABLE @.meta (
  name  text PRIMARY KEY,
  value text NOT NULL
);
CREATE TABLE @.sessions (
  number     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id         text NOT NULL UNIQUE,
  owner      text NOT NULL,
  token_hash text NOT NULL,
  epoch      text NOT NULL,
  fence      bigint NOT NULL,
  seq        bigint NOT NULL
) WITH (fillfactor = 50);
CREATE TABLE @.log (
  session    bigint NOT NULL,
  seq        bigint NOT NULL,
  at         bigint NOT NULL,
  kind       text NOT NULL,
  body       text NOT NULL,
  event_id   text,
  tokens     bytea,
  vocabulary text,
  checksum   bigint NOT NULL,
  PRIMARY KEY (session, seq)
);
CREATE UNIQUE INDEX log_events ON @.log (session, event_id) WHERE event_id IS NOT NULL;
CREATE INDEX log_kinds ON @.log (session, kind, seq);
CREATE TABLE @.snapshots (
  session     bigint NOT NULL,
  fingerprint text NOT NULL,
  seq         bigint NOT NULL,
  checksum    bigint NOT NULL,
  data        bytea NOT NULL,
  PRIMARY KEY (session, fingerprint)
);
INSERT INTO @.meta (name, value) VALUES ('format', '1');
)sql";

// Rights belong to the database, whichever schema its applications are in.
constexpr const char* kRights = R"sql(
CREATE SCHEMA IF NOT EXISTS state_runtime;
CREATE TABLE IF NOT EXISTS state_runtime.rights (
  role    text PRIMARY KEY,
  grants  text NOT NULL UNIQUE,
  used_at timestamptz NOT NULL DEFAULT now()
);
CREATE OR REPLACE FUNCTION state_runtime.changed() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog AS $body$
BEGIN
  PERFORM pg_notify('state_runtime', ' ' || TG_TABLE_SCHEMA || ' ' || TG_TABLE_NAME);
  RETURN NULL;
END $body$;
)sql";

bool exists(Connection& c, const std::string& schema, const std::string& table) {
  const auto found = c.outside("SELECT to_regclass($1) IS NOT NULL",
                               Parameters().add(name(schema) + "." + name(table)),
                               "looking for the store's tables");
  return found[0][0].as<bool>();
}

void make_tables(Connection& c, const Settings& s) {
  if (exists(c, s.own_schema, "meta") && exists(c, "state_runtime", "rights")) return;
  c.run(std::string("BEGIN; ") + kLock, "making the store's tables");
  // Another host may have made them while this one waited.
  if (!exists(c, "state_runtime", "rights")) c.run(kRights, "making the store's tables");
  if (!exists(c, s.own_schema, "meta")) {
    c.run("CREATE SCHEMA IF NOT EXISTS " + name(s.schema) + "; CREATE SCHEMA IF NOT EXISTS " +
              name(s.own_schema) + ";" + c.with_schema(kTables),
          "making the store's tables");
  }
  c.run("COMMIT", "making the store's tables");
}

void check_format(Connection& c, const Settings& s) {
  const auto rows = c.own("SELECT value FROM @.meta WHERE name = 'format'", Parameters(),
                          "reading the store's format");
  const std::string found = rows.empty() ? "none" : rows[0][0].c_str();
  if (found == std::to_string(kFormat)) return;
  throw BadOption("schema", "schema " + s.own_schema + " has store format " + found +
                                "; this State Runtime reads format " + std::to_string(kFormat) +
                                "; use the version that wrote it, or another schema");
}

std::string prefix_of(Connection& c, const Settings& s) {
  if (!s.role_prefix.empty()) return s.role_prefix;
  const auto row =
      c.run("SELECT lower(regexp_replace(current_database(), '[^a-zA-Z0-9]', '_', 'g'))",
            "asking for the database's name");
  return "sr_" + std::string(row[0][0].c_str()).substr(0, 50) + "_";
}

std::vector<std::string> names_of(const std::string& prefix, int count) {
  std::vector<std::string> out;
  for (int i = 1; i <= count; ++i) out.push_back(prefix + (i < 10 ? "0" : "") + std::to_string(i));
  return out;
}

// Those that are missing, or that the login is no member of.
std::vector<std::string> missing(Connection& c, const std::vector<std::string>& names) {
  std::string list;
  for (const auto& role : names) list += (list.empty() ? "" : ", ") + literal(role);
  const auto rows = c.run("SELECT rolname FROM pg_roles WHERE rolname IN (" + list + ") "
                          "AND pg_has_role(session_user, oid, 'MEMBER')",
                          "looking for the roles of statements");
  std::vector<std::string> out = names;
  for (const auto& row : rows) std::erase(out, row[0].c_str());
  return out;
}

std::string making_of(const std::vector<std::string>& roles, const std::string& login) {
  std::string out;
  for (const auto& role : roles) {
    out += "DO $$ BEGIN CREATE ROLE " + name(role) + " NOLOGIN NOINHERIT; "
           "EXCEPTION WHEN duplicate_object THEN NULL; END $$; GRANT " + name(role) + " TO " +
           name(login) + "; ";
  }
  return out;
}

}  // namespace

void prepare_schema(Connection& c, const Settings& s) {
  try {
    make_tables(c, s);
  } catch (const Failure& e) {
    if (e.code() != SR_DENIED) throw;
    throw BadOption("schema", std::string(e.what()) +
                                  "; let the login own the database (ALTER DATABASE … OWNER TO …), "
                                  "or GRANT CREATE ON DATABASE to it");
  }
  check_format(c, s);
}

std::vector<std::string> prepare_roles(Connection& c, const Settings& s, Watchdog& watchdog,
                                       Host host) {
  const auto prefix = prefix_of(c, s);
  const auto roles = names_of(prefix, s.roles);
  const auto wanted = missing(c, roles);
  if (!wanted.empty()) {
    const std::string login = c.run("SELECT session_user", "asking who we are")[0][0].c_str();
    const auto making = "BEGIN; " + std::string(kLock) + "; " + making_of(wanted, login) + "COMMIT";
    try {
      if (s.connect_admin.empty()) {
        c.run(making, "making the roles of statements");
      } else {
        Connection admin(s, s.connect_admin, "admin", watchdog, host);
        admin.run(making, "making the roles of statements");
      }
    } catch (const Failure& e) {
      if (e.code() != SR_DENIED) throw;
      throw BadOption("admin_url", "the login \"" + login + "\" may not make the roles " +
                                       wanted.front() + " to " + wanted.back() +
                                       " that statements run as; run `state-runtime store init` once "
                                       "with an admin_url that may");
    }
  }
  // Names are found in the schema only by those who may use it; public is open to all.
  if (s.schema != "public") {
    std::string list;
    for (const auto& role : roles) list += (list.empty() ? "" : ", ") + name(role);
    c.run("GRANT USAGE ON SCHEMA " + name(s.schema) + " TO " + list, "opening the schema");
  }
  return roles;
}

void drop_schema(Connection& c, const Settings& s) {
  c.run("DROP SCHEMA IF EXISTS " + name(s.schema) + " CASCADE; DROP SCHEMA IF EXISTS " +
            name(s.own_schema) + " CASCADE",
        "dropping the scratch schemas");
}

}  // namespace sr::postgres
