#include "dependencies.h"

#include "functions.h"

namespace sr::postgres {
namespace {

// A materialized view shows what it was last filled with, so what is behind it does not matter.
// A view is written through when the server says that it can be.
constexpr const char* kEdges = SR_RELATIONS R"sql(
, rule AS (
  SELECT r.ev_type, v.oid, v.name AS view, v.relkind, b.name AS base
  FROM pg_rewrite r JOIN rel v ON v.oid = r.ev_class
  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                  AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> v.oid
  JOIN rel b ON b.oid = d.refobjid
)
SELECT true, base, view FROM rule WHERE ev_type = '1' AND relkind = 'v'
UNION
SELECT false, view, base FROM rule
WHERE ev_type <> '1' OR (relkind = 'v' AND pg_relation_is_updatable(oid, false) <> 0)
UNION
SELECT false, parent.name, child.name
FROM pg_constraint k JOIN rel parent ON parent.oid = k.confrelid
JOIN rel child ON child.oid = k.conrelid
WHERE k.contype = 'f' AND (k.confdeltype IN ('c', 'n', 'd') OR k.confupdtype IN ('c', 'n', 'd'))
UNION
SELECT shows, CASE WHEN shows THEN child.name ELSE parent.name END,
       CASE WHEN shows THEN parent.name ELSE child.name END
FROM pg_inherits i JOIN rel parent ON parent.oid = i.inhparent
JOIN rel child ON child.oid = i.inhrelid, (VALUES (true), (false)) AS both_ways (shows)
UNION
SELECT true, b.name, t.name
FROM pg_policy p JOIN rel t ON t.oid = p.polrelid
JOIN pg_depend d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid
                AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> t.oid
JOIN rel b ON b.oid = d.refobjid
)sql";

// Who calls a function: a trigger of a table; or a view, a rule or a row policy of it.
constexpr const char* kCallers = SR_RELATIONS R"sql(
SELECT 'trigger', t.name, g.tgfoid::bigint
FROM pg_trigger g JOIN rel t ON t.oid = g.tgrelid
WHERE NOT g.tgisinternal AND g.tgenabled <> 'D' AND g.tgname <> 'state_runtime_changed'
UNION
SELECT CASE WHEN r.ev_type = '1' THEN 'view' ELSE 'trigger' END, v.name, d.refobjid::bigint
FROM pg_rewrite r JOIN rel v ON v.oid = r.ev_class AND v.relkind <> 'm'
JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                AND d.refclassid = 'pg_proc'::regclass
UNION
SELECT 'view', t.name, d.refobjid::bigint
FROM pg_policy p JOIN rel t ON t.oid = p.polrelid
JOIN pg_depend d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid
                AND d.refclassid = 'pg_proc'::regclass
)sql";

}  // namespace

void list_dependencies(Connection& c, const Settings& settings,
                       const std::function<void(const sr_dependency&)>& dependency) {
  const auto tell = [&](bool shows, const std::string& from, const std::string& to) {
    if (from == to) return;
    dependency({.struct_size = sizeof(sr_dependency),
                .kind = shows ? SR_SHOWS : SR_WRITES,
                .from = str(from),
                .to = str(to)});
  };
  const auto schemas = Parameters().add(settings.schema).add(settings.own_schema);
  for (const auto& row : c.outside(kEdges, schemas, "reading what depends on what")) {
    tell(row[0].as<bool>(), text_of(row, 1), text_of(row, 2));
  }
  const auto callers = c.outside(kCallers, schemas, "reading who calls what");
  if (callers.empty()) return;
  const Functions functions(c, schemas);
  for (const auto& row : callers) {
    const bool trigger = std::string_view(row[0].c_str()) == "trigger";
    const auto table = text_of(row, 1);
    const auto tables = functions.tables_of(row[2].as<std::int64_t>(), trigger);
    if (!tables) tell(!trigger, trigger ? table : "", trigger ? "" : table);
    if (!tables) continue;
    for (const auto& other : *tables) tell(!trigger, trigger ? table : other, trigger ? other : table);
  }
}

}  // namespace sr::postgres
