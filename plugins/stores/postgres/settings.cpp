#include "settings.h"

#include <algorithm>
#include <random>

namespace sr::postgres {
namespace {

constexpr const char* kSslModes[] = {"disable", "allow",       "prefer", "require",
                                     "verify-ca", "verify-full", nullptr};
constexpr const char* kSynchronousChoices[] = {"on", "local", "remote_write", "remote_apply",
                                               nullptr};
constexpr std::size_t kLongestName = 40;  // leaves room for what is put before and behind it

constexpr auto kUrl =
    option({.name = "url",
            .type = SR_STRING,
            .flags = SR_SECRET,
            .doc = "Where the database is, as postgresql://user:password@host:port/database?… or as "
                   "libpq's key=value words. In place of host, port, user, password, database and "
                   "the ssl options.",
            .example = "postgresql://alerts@db.example.org/alerts?sslmode=verify-full"});
constexpr auto kHost = option({.name = "host",
                               .type = SR_STRING,
                               .doc = "The server's name or address, or the folder of its Unix "
                                      "socket. Left out: what libpq assumes.",
                               .example = "db.example.org"});
constexpr auto kPort = option(
    {.name = "port", .type = SR_INT, .fallback = "5432", .min = "1", .max = "65535",
     .doc = "Its port."});
constexpr auto kUser = option({.name = "user", .type = SR_STRING, .doc = "The role to log in as."});
constexpr auto kPassword = option({.name = "password",
                                   .type = SR_STRING,
                                   .flags = SR_SECRET,
                                   .doc = "Its password. Left out: what libpq finds (PGPASSFILE)."});
constexpr auto kDatabase =
    option({.name = "database", .type = SR_STRING, .doc = "The database; it must exist."});
constexpr auto kSslMode = option({.name = "sslmode",
                                  .type = SR_ENUM,
                                  .fallback = "prefer",
                                  .choices = kSslModes,
                                  .doc = "How much TLS is asked for; verify-full is the only one "
                                         "that also makes sure who answers."});
constexpr auto kSslRootCert =
    option({.name = "sslrootcert", .type = SR_PATH, .doc = "Certificates of the authorities that "
                                                            "may vouch for the server."});
constexpr auto kSslCert =
    option({.name = "sslcert", .type = SR_PATH, .doc = "The client's own certificate."});
constexpr auto kSslKey =
    option({.name = "sslkey", .type = SR_PATH, .doc = "The key of the client's certificate."});
constexpr auto kConnectTimeout = option({.name = "connect_timeout",
                                         .type = SR_DURATION,
                                         .fallback = "5s",
                                         .min = "1s",
                                         .max = "5m",
                                         .doc = "How long one attempt to connect may take."});
constexpr auto kSchema = option({.name = "schema",
                                 .type = SR_STRING,
                                 .fallback = "public",
                                 .doc = "The schema of the application's tables. Sessions and logs "
                                        "are in state_runtime, or in <schema>_state_runtime when "
                                        "this is another one than public."});
constexpr auto kAdminUrl =
    option({.name = "admin_url",
            .type = SR_STRING,
            .flags = SR_SECRET,
            .doc = "A login that may create roles, used only to make those that statements run as. "
                   "Needed once, for `state-runtime store init`, when the usual login may not.",
            .example = "postgresql://postgres@/alerts"});
constexpr auto kRoles =
    option({.name = "roles",
            .type = SR_INT,
            .fallback = "32",
            .min = "2",
            .max = "99",
            .doc = "How many roles there are for what models write. Each holds the rights that one "
                   "kind of statement needs; the one unused for longest is given new ones."});
constexpr auto kRolePrefix = option({.name = "role_prefix",
                                     .type = SR_STRING,
                                     .fallback = "",
                                     .doc = "What the names of these roles begin with; empty: "
                                            "sr_<database>_."});
constexpr auto kConnections = option({.name = "connections",
                                      .type = SR_INT,
                                      .fallback = "10",
                                      .min = "2",
                                      .max = "256",
                                      .doc = "How many transactions can run at once. Two more "
                                             "connections look after rights and changes."});
constexpr auto kLockTimeout =
    option({.name = "lock_timeout",
            .type = SR_DURATION,
            .fallback = "5s",
            .min = "1ms",
            .max = "10m",
            .doc = "How long a transaction waits for another one's rows, or for a free connection, "
                   "before it is refused."});
constexpr auto kStatementTimeout =
    option({.name = "statement_timeout",
            .type = SR_DURATION,
            .fallback = "5s",
            .min = "1ms",
            .max = "1h",
            .doc = "How long one statement may run when the host gives it no time of its own."});
constexpr auto kIdleTimeout =
    option({.name = "idle_timeout",
            .type = SR_DURATION,
            .flags = SR_ADVANCED,
            .fallback = "1m",
            .min = "1s",
            .max = "1h",
            .doc = "The server ends a transaction of a host that has stopped in the middle of it "
                   "after so long."});
constexpr auto kAnswerTimeout =
    option({.name = "answer_timeout",
            .type = SR_DURATION,
            .flags = SR_ADVANCED,
            .fallback = "5s",
            .min = "10ms",
            .max = "10m",
            .doc = "How much longer than its own time limit a statement is waited for, before the "
                   "server counts as frozen and the connection is given up."});
constexpr auto kSynchronous =
    option({.name = "synchronous",
            .type = SR_ENUM,
            .flags = SR_ADVANCED,
            .fallback = "on",
            .choices = kSynchronousChoices,
            .doc = "PostgreSQL's synchronous_commit. All of these survive a crash of the server; "
                   "they differ in what the standby servers have when a commit returns."});
constexpr auto kScratch =
    option({.name = "scratch",
            .type = SR_BOOL,
            .flags = SR_ADVANCED,
            .fallback = "false",
            .doc = "Work in schemas of its own that are made now and dropped at the end: "
                   "`state-runtime test` runs every case so."});

// A value in libpq's key=value form.
std::string word(std::string_view key, std::string_view value) {
  std::string out(key);
  out += "='";
  for (const char c : value) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "' ";
}

std::string with_defaults(std::string url, std::int64_t connect_ms) {
  const bool is_url = url.starts_with("postgresql://") || url.starts_with("postgres://");
  const auto add = [&](const std::string& key, const std::string& value) {
    if (url.find(key + "=") != std::string::npos) return;
    if (is_url) {
      url += (url.find('?') == std::string::npos ? '?' : '&') + key + "=" + value;
    } else {
      url += " " + word(key, value);
    }
  };
  add("connect_timeout", std::to_string((connect_ms + 999) / 1000));
  add("application_name", "state-runtime");
  return url;
}

std::string from_parts(const Config& config) {
  std::string out;
  const std::pair<const char*, const char*> parts[] = {
      {"host", "host"},       {"user", "user"},         {"password", "password"},
      {"database", "dbname"}, {"sslmode", "sslmode"},   {"sslrootcert", "sslrootcert"},
      {"sslcert", "sslcert"}, {"sslkey", "sslkey"}};
  for (const auto& [option, key] : parts) {
    if (config.has(option)) out += word(key, config.string(option));
  }
  return out + word("port", std::to_string(config.integer("port")));
}

std::string connect_of(const Config& config) {
  const auto timeout = config.integer("connect_timeout");
  if (!config.has("url")) return with_defaults(from_parts(config), timeout);
  for (const char* part : {"host", "user", "password", "database"}) {
    if (config.has(part)) throw BadOption(part, "is said by url already; use one of the two");
  }
  return with_defaults(config.string("url"), timeout);
}

std::string checked_name(const char* option, const std::string& value) {
  const bool fine = value.size() <= kLongestName && (value[0] < '0' || value[0] > '9') &&
                    std::ranges::all_of(value, [](char c) {
                      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
                    });
  if (fine && !value.starts_with("pg_")) return value;
  throw BadOption(option, "\"" + value + "\" is no name that can be used here; take 1 to " +
                              std::to_string(kLongestName) +
                              " of a-z, 0-9 and _, not beginning with a digit or pg_");
}

std::string scratch_name() {
  std::random_device random;
  return "scratch_" + std::to_string(random()) + "_" + std::to_string(random());
}

}  // namespace

const sr_option* const kOptions[] = {
    &kUrl,         &kHost,             &kPort,        &kUser,        &kPassword,
    &kDatabase,    &kSslMode,          &kSslRootCert, &kSslCert,     &kSslKey,
    &kConnectTimeout, &kSchema,        &kAdminUrl,    &kRoles,       &kRolePrefix,
    &kConnections, &kLockTimeout,      &kStatementTimeout, &kIdleTimeout, &kAnswerTimeout,
    &kSynchronous, &kScratch,          nullptr};

Settings::Settings(const Config& config)
    : connect(connect_of(config)),
      synchronous(config.string("synchronous")),
      roles(static_cast<int>(config.integer("roles"))),
      connections(static_cast<int>(config.integer("connections"))),
      scratch(config.boolean("scratch")),
      lock_timeout(config.integer("lock_timeout")),
      statement_timeout(config.integer("statement_timeout")),
      idle_timeout(config.integer("idle_timeout")),
      answer_timeout(config.integer("answer_timeout")) {
  if (config.has("admin_url")) {
    connect_admin = with_defaults(config.string("admin_url"), config.integer("connect_timeout"));
  }
  schema = scratch ? scratch_name() : checked_name("schema", config.string("schema"));
  own_schema = schema == "public" ? "state_runtime" : schema + "_state_runtime";
  role_prefix = config.string("role_prefix");
  if (!role_prefix.empty()) checked_name("role_prefix", role_prefix);
}

std::string name(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string literal(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

}  // namespace sr::postgres
