#include "examine.h"

#include <map>
#include <utility>

#include "functions.h"

namespace sr::postgres {
namespace {

// $1: the application's schema; $2: the store's own; $3: a role of statements.

// Tables with row level security, and for which verbs no policy lets that role do anything.
constexpr const char* kHidden = R"sql(
SELECT t.relname, v.verb, v.word
FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace,
     (VALUES (1, 'r', 'SELECT'), (2, 'a', 'INSERT'), (4, 'w', 'UPDATE'), (8, 'd', 'DELETE'))
       AS v (verb, cmd, word)
WHERE n.nspname = $1 AND t.relrowsecurity AND NOT EXISTS (
  SELECT 1 FROM pg_policy p WHERE p.polrelid = t.oid AND p.polpermissive
    AND p.polcmd::text IN ('*', v.cmd)
    AND EXISTS (SELECT 1 FROM unnest(p.polroles) AS r (oid)
                WHERE r.oid = 0 OR pg_has_role($3::text::regrole, r.oid, 'USAGE')))
ORDER BY t.relname, v.verb
)sql";

// Triggers that run with the statement's rights. tgtype: 4 INSERT, 8 DELETE, 16 UPDATE.
constexpr const char* kTriggers = R"sql(
SELECT t.relname, g.tgname, g.tgfoid::bigint, f.oid::regprocedure::text,
       CASE WHEN g.tgtype & 4 <> 0 THEN 2 ELSE 0 END + CASE WHEN g.tgtype & 16 <> 0 THEN 4 ELSE 0 END
       + CASE WHEN g.tgtype & 8 <> 0 THEN 8 ELSE 0 END
FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid JOIN pg_namespace n ON n.oid = t.relnamespace
JOIN pg_proc f ON f.oid = g.tgfoid
WHERE n.nspname = $1 AND NOT g.tgisinternal AND g.tgenabled <> 'D' AND NOT f.prosecdef
ORDER BY t.relname, g.tgname
)sql";

// What everybody may do with a relation, by the host's name for it.
constexpr const char* kOpen = SR_RELATIONS R"sql(
SELECT rel.name FROM rel JOIN pg_class c ON c.oid = rel.oid,
     LATERAL aclexplode(c.relacl) AS x WHERE x.grantee = 0
)sql";

// Views that read with the statement's rights, and what they read that is not open to everybody.
constexpr const char* kInvoking = SR_RELATIONS R"sql(
SELECT DISTINCT v.name, b.name
FROM rel v JOIN pg_class c ON c.oid = v.oid
JOIN pg_rewrite r ON r.ev_class = v.oid
JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> v.oid
JOIN rel b ON b.oid = d.refobjid
WHERE v.relkind = 'v' AND EXISTS (
        SELECT 1 FROM pg_options_to_table(c.reloptions)
        WHERE option_name = 'security_invoker' AND option_value::bool)
  AND NOT EXISTS (SELECT 1 FROM pg_class bc, LATERAL aclexplode(bc.relacl) AS x
                  WHERE bc.oid = b.oid AND x.grantee = 0 AND x.privilege_type = 'SELECT')
ORDER BY 1, 2
)sql";

// Functions behind views, defaults, checks and row policies that not everybody may call.
constexpr const char* kClosed = SR_RELATIONS R"sql(
, user_of (id, class, rel) AS (
  SELECT r.oid, 'pg_rewrite'::regclass, r.ev_class FROM pg_rewrite r UNION ALL
  SELECT a.oid, 'pg_attrdef'::regclass, a.adrelid FROM pg_attrdef a UNION ALL
  SELECT k.oid, 'pg_constraint'::regclass, k.conrelid FROM pg_constraint k UNION ALL
  SELECT p.oid, 'pg_policy'::regclass, p.polrelid FROM pg_policy p
)
SELECT DISTINCT t.name, f.oid::regprocedure::text
FROM user_of u JOIN rel t ON t.oid = u.rel
JOIN pg_depend d ON d.classid = u.class AND d.objid = u.id AND d.refclassid = 'pg_proc'::regclass
JOIN pg_proc f ON f.oid = d.refobjid
WHERE NOT has_function_privilege('public', f.oid, 'EXECUTE')
ORDER BY 1, 2
)sql";

// Sequences behind the columns' defaults of which the login may not give the right on.
constexpr const char* kSequences = R"sql(
SELECT DISTINCT t.relname, s.oid::regclass::text
FROM pg_attrdef a JOIN pg_class t ON t.oid = a.adrelid JOIN pg_namespace n ON n.oid = t.relnamespace
JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = a.oid
                AND d.refclassid = 'pg_class'::regclass
JOIN pg_class s ON s.oid = d.refobjid AND s.relkind = 'S'
WHERE n.nspname = $1 AND NOT pg_has_role(s.relowner, 'USAGE')
  AND NOT has_sequence_privilege(s.oid, 'USAGE WITH GRANT OPTION')
ORDER BY 1, 2
)sql";

class Examination {
 public:
  Examination(Connection& c, const Settings& s, const std::string& role, const sr_grants& grants,
              const std::function<void(std::string_view)>& found)
      : connection_(c), settings_(s), role_(role), found_(found) {
    for (std::size_t i = 0; i < grants.grant_count; ++i) {
      granted_[std::string(view(grants.grants[i].table))] |= grants.grants[i].verbs;
    }
  }

  void run() {
    hidden_rows();
    triggers();
    invoking_views();
    closed_functions();
    sequences();
  }

 private:
  pqxx::result ask(const char* sql) {
    auto parameters = Parameters().add(settings_.schema);
    const std::string_view text(sql);
    if (text.find("$2") != text.npos) parameters.add(settings_.own_schema);
    return connection_.outside(sql, parameters, "examining the rights");
  }
  bool granted(const std::string& table, std::uint32_t verbs) const {
    const auto at = granted_.find(table);
    return at != granted_.end() && (at->second & verbs) != 0;
  }
  std::string full(const std::string& table) const {
    return name(settings_.schema) + "." + name(table);
  }

  void hidden_rows() {
    std::string sql = kHidden;
    sql.replace(sql.find("$3"), 2, literal(name(role_)));
    for (const auto& row : ask(sql.c_str())) {
      const auto table = text_of(row, 0), word = text_of(row, 2);
      if (!granted(table, row[1].as<std::uint32_t>())) continue;
      found_("row level security hides every row of " + table + " from " + word +
             " statements, because no policy lets them; make one: CREATE POLICY state_runtime_" +
             word + " ON " + full(table) + " FOR " + word +
             (word == "INSERT" ? " WITH CHECK (…)" : " USING (…)"));
    }
  }

  void triggers() {
    const auto rows = ask(kTriggers);
    if (rows.empty()) return;
    std::set<std::string> open;
    for (const auto& row : ask(kOpen)) open.insert(text_of(row, 0));
    const Functions functions(connection_,
                              Parameters().add(settings_.schema).add(settings_.own_schema));
    for (const auto& row : rows) {
      const auto table = text_of(row, 0), function = text_of(row, 3);
      if (!granted(table, row[4].as<std::uint32_t>())) continue;
      auto used = functions.tables_of(row[2].as<std::int64_t>(), /*trigger=*/true);
      if (!used) continue;
      used->erase(table);
      for (const auto& other : *used) {
        if (open.contains(other)) continue;
        found_("the trigger " + text_of(row, 1) + " of " + table + " uses " + other +
               " with the rights of the statement, which has none there; give it those of its "
               "owner: ALTER FUNCTION " + function + " SECURITY DEFINER SET search_path = " +
               name(settings_.schema) + ", pg_temp");
      }
    }
  }

  void invoking_views() {
    for (const auto& row : ask(kInvoking)) {
      const auto shown = text_of(row, 0), base = text_of(row, 1);
      if (!granted(shown, SR_GRANT_SELECT)) continue;
      found_("the view " + shown + " reads " + base + " with the rights of the statement, which "
             "has none there; ALTER VIEW " + full(shown) + " SET (security_invoker = false)");
    }
  }

  void closed_functions() {
    for (const auto& row : ask(kClosed)) {
      const auto table = text_of(row, 0), function = text_of(row, 1);
      if (!granted(table, ~0U)) continue;
      found_(table + " needs the function " + function + ", which statements may not call; GRANT "
             "EXECUTE ON FUNCTION " + function + " TO PUBLIC");
    }
  }

  void sequences() {
    for (const auto& row : ask(kSequences)) {
      const auto table = text_of(row, 0), sequence = text_of(row, 1);
      if (!granted(table, SR_GRANT_INSERT)) continue;
      found_("new rows of " + table + " take a number of " + sequence + ", on which the login may "
             "give no rights; GRANT USAGE ON SEQUENCE " + sequence + " TO " +
             text_of(connection_.run("SELECT quote_ident(session_user)", "asking who we are")[0], 0) +
             " WITH GRANT OPTION");
    }
  }

  Connection& connection_;
  const Settings& settings_;
  const std::string& role_;
  const std::function<void(std::string_view)>& found_;
  std::map<std::string, std::uint32_t> granted_;
};

}  // namespace

void examine(Connection& c, const Settings& settings, const std::string& role,
             const sr_grants& grants, const std::function<void(std::string_view)>& found) {
  Examination(c, settings, role, grants, found).run();
}

}  // namespace sr::postgres
