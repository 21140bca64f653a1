// Functions that no policy may allow, by what they could do. Names beyond those of PostgreSQL 15,
// its contrib modules, SQLite and its own extensions are no concern of this list: a deployment that
// adds a function to its database answers for it.
#include <algorithm>
#include <iterator>

#include "host/sql/functions.h"

namespace sr::host::sql {
namespace {

// Beginnings of names. Most of what reaches into a server, a file or another session has one.
constexpr std::string_view kPrefixes[] = {
    "pg_", "sqlite_", "sr_", "lo_", "pragma_",      // the databases' own, large objects
    "dblink", "http_", "postgres_fdw", "file_fdw",  // other servers
    "fileio_", "zipfile", "sqlar_",                 // files
    "crosstab",                                     // SQL given as text
    "ssl_", "txid_",                                // the connection, transactions
    "binary_upgrade_", "autoprewarm_", "heap_force_", "heap_page_", "heap_tuple_", "bt_page_",
    "bt_index_", "brin_", "gin_", "gist_page_", "hash_page_", "pgstat",  // pages and upkeep
};

constexpr std::string_view kSuffixes[] = {
    "_to_xml", "_to_xmlschema", "_to_xml_and_xmlschema",  // tables, or SQL given as text
    "_call_handler", "_inline_handler", "_validator",     // parts of languages
    "_privilege",                                         // rights
};

// The rest: SQL given as text (connectby, define, eval, sha3_query, ts_rewrite, ts_stat,
// xpath_table), files and programs, large objects, settings, sequences, sleeping, the catalog, pages,
// and what other sessions did (changes, last_insert_rowid, pgrowlocks). `unistr` makes characters
// that a reader of the statement does not see. Sorted.
constexpr std::string_view kNames[] = {
    "aclexplode", "bt_metap", "changes", "col_description", "connectby", "current_catalog",
    "current_database", "current_query", "current_role", "current_schema", "current_schemas",
    "current_setting", "current_user", "currtid2", "currval", "define", "edit", "eval", "fsdir",
    "fsm_page_contents", "fts3_tokenizer", "fts5", "get_current_ts_config", "get_raw_page",
    "getdatabaseencoding", "getpgusername", "hash_bitmap_info", "hash_metapage_info",
    "inet_client_addr", "inet_client_port", "inet_server_addr", "inet_server_port", "isn_weak",
    "last_insert_rowid", "lastval", "load_extension", "loread", "lowrite", "lsdir", "nextval",
    "obj_description", "page_checksum", "page_header", "pgrowlocks", "readfile", "regclass",
    "regclassin", "regcollationin", "regconfigin", "regdictionaryin", "regnamespacein",
    "regoperatorin", "regoperin", "regprocedurein", "regprocin", "regrolein", "regtypein",
    "row_security_active", "session_user", "set_config", "set_limit", "setseed", "setval",
    "sha3_query", "shobj_description", "show_limit", "sleep", "to_regclass", "to_regcollation",
    "to_regnamespace", "to_regoper", "to_regoperator", "to_regproc", "to_regprocedure",
    "to_regrole", "to_regtype", "total_changes", "ts_rewrite", "ts_stat", "tuple_data_split",
    "undefine", "unistr", "usleep", "verify_heapam", "version", "writefile", "xpath_table",
    "xslt_process"};

}  // namespace

bool is_forbidden_function(std::string_view name) {
  const auto begins = [&](std::string_view with) { return name.starts_with(with); };
  const auto ends = [&](std::string_view with) { return name.ends_with(with); };
  return std::any_of(std::begin(kPrefixes), std::end(kPrefixes), begins) ||
         std::any_of(std::begin(kSuffixes), std::end(kSuffixes), ends) ||
         std::binary_search(std::begin(kNames), std::end(kNames), name);
}

}  // namespace sr::host::sql
