#include "catalog.h"

#include "choices.h"
#include "values.h"

namespace sr::postgres {
namespace {

// A domain counts as the type below it. Lists come as one text, their parts behind each other with a byte 1 between them.
constexpr const char* kColumns = R"sql(
SELECT c.relname, a.attname, format_type(base.oid, base.modifier), base.oid::bigint AS type,
       EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary
               AND a.attnum = ANY (i.indkey)) AS key,
       a.attnotnull OR t.typnotnull AS required,
       (a.atthasdef AND a.attgenerated = '') OR a.attidentity <> '' OR t.typdefault IS NOT NULL,
       a.attgenerated <> '' OR a.attidentity = 'a',
       (SELECT string_agg(e.enumlabel, chr(1) ORDER BY e.enumsortorder)
        FROM pg_enum e WHERE e.enumtypid = base.oid),
       (SELECT string_agg(pg_get_constraintdef(k.oid), chr(1) ORDER BY k.conname)
        FROM pg_constraint k
        WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.conkey = ARRAY[a.attnum]),
       (SELECT string_agg(other.relname || chr(1) || pointed.attname || chr(1) || place.key, chr(1)
                          ORDER BY place.key)
        FROM (SELECT k.oid, k.confrelid, k.conkey, k.confkey,
                     row_number() OVER (ORDER BY k.conname) - 1 AS key
              FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f') AS place
        CROSS JOIN LATERAL unnest(place.conkey, place.confkey) AS pair (own, theirs)
        JOIN pg_class other ON other.oid = place.confrelid AND other.relnamespace = c.relnamespace
        JOIN pg_attribute pointed ON pointed.attrelid = other.oid AND pointed.attnum = pair.theirs
        WHERE pair.own = a.attnum)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
CROSS JOIN LATERAL (
  WITH RECURSIVE below AS (
    SELECT t.oid, t.typtype, t.typbasetype, t.typtypmod, a.atttypmod AS modifier
    UNION ALL
    SELECT n.oid, n.typtype, n.typbasetype, n.typtypmod, below.typtypmod
    FROM below JOIN pg_type n ON below.typtype = 'd' AND n.oid = below.typbasetype)
  SELECT oid, modifier FROM below WHERE typtype <> 'd') AS base
WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
ORDER BY c.relname COLLATE "C", a.attnum
)sql";

std::vector<std::string> parts(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\1'), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::vector<std::string> choices(const pqxx::row& row) {
  if (!row[8].is_null()) return parts({row[8].c_str(), row[8].size()});
  if (row[9].is_null()) return {};
  for (const auto& check : parts({row[9].c_str(), row[9].size()})) {
    if (auto found = choices_of(check, row[1].c_str()); !found.empty()) return found;
  }
  return {};
}

struct Reference {
  std::string table, column;
  std::uint32_t key = 0;
};

std::vector<Reference> references(const pqxx::row& row) {
  std::vector<Reference> out;
  if (row[10].is_null()) return out;
  const auto all = parts({row[10].c_str(), row[10].size()});
  for (std::size_t i = 0; i + 2 < all.size(); i += 3) {
    out.push_back({all[i], all[i + 1], static_cast<std::uint32_t>(std::stoul(all[i + 2]))});
  }
  return out;
}

}  // namespace

void list_catalog(Connection& c, const Settings& s,
                  const std::function<void(const sr_column&)>& column) {
  const auto rows = c.own(kColumns, Parameters().add(s.schema), "reading the catalog");
  for (const auto& row : rows) {
    const auto values = choices(row);
    std::vector<sr_str> allowed;
    for (const auto& value : values) allowed.push_back(str(value));
    const auto pointing = references(row);
    std::vector<sr_reference> points_at;
    for (const auto& r : pointing) points_at.push_back({str(r.table), str(r.column), r.key});
    std::uint32_t flags = 0;
    if (row[4].as<bool>()) flags |= SR_COLUMN_KEY;
    if (row[5].as<bool>()) flags |= SR_COLUMN_NOT_NULL;
    if (row[6].as<bool>()) flags |= SR_COLUMN_HAS_DEFAULT;
    if (row[7].as<bool>()) flags |= SR_COLUMN_GENERATED;
    const auto type = static_cast<std::uint32_t>(row[3].as<std::int64_t>());
    column({.struct_size = sizeof(sr_column),
            .flags = flags,
            .table = str(row[0].c_str()),
            .name = str(row[1].c_str()),
            .declared_type = str(row[2].c_str()),
            .type = value_type(type),
            .choice_count = static_cast<std::uint32_t>(allowed.size()),
            .choices = allowed.data(),
            .bits = bits_of(type),
            .reference_count = static_cast<std::uint32_t>(points_at.size()),
            .references = points_at.data()});
  }
}

}  // namespace sr::postgres
