#include "functions.h"

#include <algorithm>
#include <cctype>

namespace sr::postgres {
namespace {

constexpr const char* kRelations = SR_RELATIONS "SELECT name, relname FROM rel";

constexpr const char* kFunctions = R"sql(
SELECT p.oid::bigint, p.proname, l.lanname, p.provolatile = 'i', coalesce(p.prosrc, '')
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'state_runtime')
  AND p.prokind IN ('f', 'p')
)sql";

// Of functions whose body the server keeps as more than text.
constexpr const char* kBodies = SR_RELATIONS R"sql(
SELECT d.objid::bigint, b.name, NULL::bigint
FROM pg_depend d JOIN rel b ON b.oid = d.refobjid
WHERE d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_class'::regclass
UNION
SELECT d.objid::bigint, NULL, d.refobjid::bigint FROM pg_depend d
WHERE d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_proc'::regclass
)sql";

// They change the row that they are called for, or tell of it, and touch no table.
constexpr std::string_view kHarmless[] = {"moddatetime", "autoinc", "insert_username",
                                          "triggered_change_notification"};

bool is_word(char c) {
  const auto u = static_cast<unsigned char>(c);
  return std::isalnum(u) != 0 || c == '_' || c == '$' || u >= 0x80;
}

bool is_plain(std::string_view name) { return std::all_of(name.begin(), name.end(), is_word); }

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// Also those in quotes and comments: too many do no harm.
std::set<std::string> words_of(std::string_view text) {
  std::set<std::string> out;
  for (std::size_t i = 0; i < text.size();) {
    const auto start = i;
    while (i < text.size() && is_word(text[i])) ++i;
    if (i == start) {
      ++i;
      continue;
    }
    out.emplace(text.substr(start, i - start));
    out.insert(lower(text.substr(start, i - start)));
  }
  return out;
}

}  // namespace

std::string text_of(const pqxx::row& row, int column) {
  const auto field = row[column];
  return std::string(field.c_str(), field.size());
}

Functions::Functions(Connection& c, const Parameters& schemas) {
  for (const auto& row : c.outside(kRelations, schemas, "reading the relations")) {
    relations_.emplace_back(text_of(row, 0), text_of(row, 1));
  }
  for (const auto& row : c.outside(kFunctions, {}, "reading the functions")) {
    const auto oid = row[0].as<std::int64_t>();
    functions_[oid] = {text_of(row, 1), text_of(row, 2), text_of(row, 4), row[3].as<bool>(), {}, {}};
    by_name_[text_of(row, 1)].insert(oid);
  }
  for (const auto& row : c.outside(kBodies, schemas, "reading what functions use")) {
    const auto found = functions_.find(row[0].as<std::int64_t>());
    if (found == functions_.end()) continue;
    if (!row[1].is_null()) found->second.tables.insert(text_of(row, 1));
    if (!row[2].is_null()) found->second.functions.insert(row[2].as<std::int64_t>());
  }
}

std::optional<std::set<std::string>> Functions::tables_of(std::int64_t oid, bool trigger) const {
  const auto found = functions_.find(oid);
  if (found == functions_.end()) return std::set<std::string>();  // the server's own
  const auto& f = found->second;
  if (trigger && std::find(std::begin(kHarmless), std::end(kHarmless), f.name) !=
                     std::end(kHarmless)) {
    return std::set<std::string>();
  }
  if (!trigger && f.immutable) return std::set<std::string>();  // it has promised not to look
  std::set<std::string> tables;
  std::set<std::int64_t> seen;
  if (!add(oid, tables, seen)) return std::nullopt;
  return tables;
}

bool Functions::add(std::int64_t oid, std::set<std::string>& tables, std::set<std::int64_t>& seen) const {
  const auto found = functions_.find(oid);
  if (found == functions_.end() || !seen.insert(oid).second) return true;
  const auto& f = found->second;
  // In C one that is called computes something; one that is a trigger of its own may do anything.
  if (f.language == "c" || f.language == "internal") return seen.size() > 1;
  if (f.language != "sql" && f.language != "plpgsql") return false;
  const auto words = words_of(f.text);
  if (f.language == "plpgsql" && words.contains("execute")) return false;
  tables.insert(f.tables.begin(), f.tables.end());
  for (const auto& [name, word] : relations_) {
    if (is_plain(word) ? words.contains(word) : f.text.find(word) != std::string::npos) {
      tables.insert(name);
    }
  }
  auto called = f.functions;
  for (const auto& [name, oids] : by_name_) {
    if (is_plain(name) ? words.contains(name) : f.text.find(name) != std::string::npos) {
      called.insert(oids.begin(), oids.end());
    }
  }
  return std::all_of(called.begin(), called.end(),
                     [&](std::int64_t next) { return add(next, tables, seen); });
}

}  // namespace sr::postgres
