#include "rights.h"

#include <algorithm>
#include <set>

namespace sr::postgres {
namespace {

constexpr const char* kDoing = "giving rights to a role";
constexpr int kLockSpace = 1397899601;  // arbitrary, and the same for every host

// What one table's grants amount to.
struct TableRights {
  std::uint32_t every = 0;                               // verbs on the whole table
  std::map<std::string, std::uint32_t, std::less<>> columns;
};
using Wanted = std::map<std::string, TableRights, std::less<>>;

Wanted wanted_of(sr_role role, const sr_grants& grants) {
  Wanted out;
  for (std::size_t i = 0; i < grants.grant_count; ++i) {
    const auto& grant = grants.grants[i];
    auto verbs = grant.verbs;
    if (role == SR_ROLE_BINDING) verbs &= SR_GRANT_SELECT;
    auto& table = out[std::string(view(grant.table))];
    if (grant.column.len == 0) {
      table.every |= verbs;
    } else {
      table.every |= verbs & SR_GRANT_DELETE;  // which is for whole rows
      table.columns[std::string(view(grant.column))] |= verbs & ~SR_GRANT_DELETE;
    }
  }
  return out;
}

// Text that is the same for the same rights.
std::string key_of(const std::string& schema, const Wanted& wanted) {
  std::string out;
  const auto add = [&](const std::string& table, const std::string& column, std::uint32_t verbs) {
    if (verbs == 0) return;
    out += name(schema) + "." + name(table);
    if (!column.empty()) out += "." + name(column);
    out += ":" + std::to_string(verbs) + " ";
  };
  for (const auto& [table, rights] : wanted) {
    add(table, "", rights.every);
    for (const auto& [column, verbs] : rights.columns) add(table, column, verbs & ~rights.every);
  }
  return out.empty() ? "nothing" : out;
}

constexpr std::pair<std::uint32_t, const char*> kVerbs[] = {{SR_GRANT_SELECT, "SELECT"},
                                                            {SR_GRANT_INSERT, "INSERT"},
                                                            {SR_GRANT_UPDATE, "UPDATE"},
                                                            {SR_GRANT_DELETE, "DELETE"}};

std::string granting(const std::string& table, const TableRights& rights, const std::string& role) {
  std::string out;
  const auto give = [&](const std::string& what) {
    out += "GRANT " + what + " ON " + table + " TO " + role + "; ";
  };
  for (const auto& [verb, word] : kVerbs) {
    if ((rights.every & verb) != 0) {
      give(word);
      continue;
    }
    std::string columns;
    for (const auto& [column, verbs] : rights.columns) {
      if ((verbs & verb) != 0) columns += (columns.empty() ? "" : ", ") + name(column);
    }
    if (!columns.empty()) give(std::string(word) + " (" + columns + ")");
  }
  return out;
}

// The default of a column may take a number of a sequence, its own (serial) or another one.
std::string granting_sequences(Connection& c, const std::string& table, const std::string& role) {
  const auto rows = c.outside("SELECT d.objid::regclass::text FROM pg_depend d JOIN pg_class s "
                              "ON s.oid = d.objid AND s.relkind = 'S' "
                              "WHERE d.refobjid = $1::regclass AND d.deptype = 'a' UNION "
                              "SELECT d.refobjid::regclass::text FROM pg_attrdef a JOIN pg_depend d "
                              "ON d.classid = 'pg_attrdef'::regclass AND d.objid = a.oid JOIN pg_class "
                              "s ON s.oid = d.refobjid AND s.relkind = 'S' WHERE a.adrelid = $1::regclass",
                              Parameters().add(table), kDoing);
  std::string out;
  for (const auto& row : rows) {
    out += "GRANT USAGE ON SEQUENCE " + std::string(row[0].c_str()) + " TO " + role + "; ";
  }
  return out;
}

}  // namespace

std::unique_ptr<Rights::Hold> Rights::take(sr_role role, const sr_grants& grants) {
  const auto key = key_of(settings_.schema, wanted_of(role, grants));
  const std::lock_guard lock(mutex_);
  if (const auto found = known_.find(key); found != known_.end() && !found->second.doubted) {
    return hold(found->second, key);
  }
  std::unique_ptr<Hold> out;
  keeper_.use([&](Connection& c, std::uint64_t generation) {
    if (generation != generation_) {
      known_.clear();  // the locks went with the connection
      generation_ = generation;
    }
    if (const auto old = known_.find(key); old != known_.end()) {
      rewrite(c, old->second.role, role, grants, key);
      old->second.doubted = false;
      out = hold(old->second, key);
      return;
    }
    auto found = find(c, key);
    auto& known = known_[key];
    try {
      known.role = found ? *found : assign(c, role, grants, key);
    } catch (...) {
      known_.erase(key);
      throw;
    }
    out = hold(known, key);
  });
  return out;
}

std::unique_ptr<Rights::Hold> Rights::hold(Known& known, const std::string& grants) {
  ++known.users;
  return std::make_unique<Hold>(*this, grants, known.role);
}

void Rights::give_back(const std::string& grants) {
  const std::lock_guard lock(mutex_);
  if (const auto found = known_.find(grants); found != known_.end() && found->second.users > 0) {
    --found->second.users;
  }
}

void Rights::doubt(const std::string& grants) {
  const std::lock_guard lock(mutex_);
  if (const auto found = known_.find(grants); found != known_.end()) found->second.doubted = true;
}

// The role that has these rights already, held from now on.
std::optional<std::string> Rights::find(Connection& c, const std::string& grants) {
  constexpr const char* kFind = "SELECT role FROM state_runtime.rights WHERE grants = $1";
  const auto before = c.own(kFind, Parameters().add(grants), kDoing);
  if (before.empty()) return std::nullopt;
  const std::string role = before[0][0].c_str();
  const auto number = static_cast<std::int64_t>(std::ranges::find(roles_, role) - roles_.begin());
  const auto lock = Parameters().add(std::int64_t{kLockSpace}).add(number);
  c.own("SELECT pg_advisory_lock_shared($1::int, $2::int)", lock, kDoing);
  // It may have been given to others before the lock came.
  const auto after = c.own(kFind, Parameters().add(grants), kDoing);
  if (!after.empty() && after[0][0].c_str() == role) return role;
  c.own("SELECT pg_advisory_unlock_shared($1::int, $2::int)", lock, kDoing);
  return std::nullopt;
}

// Roles without rights first, then those that nobody has asked for longest.
std::vector<std::string> Rights::candidates(Connection& c) const {
  const auto rows =
      c.own("SELECT role FROM state_runtime.rights ORDER BY used_at", Parameters(), kDoing);
  std::vector<std::string> out = roles_;
  for (const auto& row : rows) std::erase(out, row[0].c_str());
  for (const auto& row : rows) {
    if (std::ranges::count(roles_, row[0].c_str()) != 0) out.emplace_back(row[0].c_str());
  }
  return out;
}

// Whether nobody else uses the role; then it is this host's to change.
bool Rights::reserve(Connection& c, const std::string& role) {
  const auto number = static_cast<std::int64_t>(std::ranges::find(roles_, role) - roles_.begin());
  const auto lock = Parameters().add(std::int64_t{kLockSpace}).add(number);
  const auto mine =
      std::ranges::find_if(known_, [&](const auto& k) { return k.second.role == role; });
  if (mine != known_.end()) {
    if (mine->second.users > 0) return false;
    known_.erase(mine);
    c.own("SELECT pg_advisory_unlock_shared($1::int, $2::int)", lock, kDoing);
  }
  const auto got = c.own("SELECT pg_try_advisory_lock($1::int, $2::int)", lock, kDoing);
  if (!got[0][0].as<bool>()) return false;
  c.own("SELECT pg_advisory_lock_shared($1::int, $2::int)", lock, kDoing);
  return true;
}

std::string Rights::assign(Connection& c, sr_role kind, const sr_grants& given,
                           const std::string& grants) {
  for (const auto& role : candidates(c)) {
    if (!reserve(c, role)) continue;
    const auto number = static_cast<std::int64_t>(std::ranges::find(roles_, role) - roles_.begin());
    const auto lock = Parameters().add(std::int64_t{kLockSpace}).add(number);
    try {
      rewrite(c, role, kind, given, grants);
    } catch (...) {
      if (!c.lost()) {
        c.run("ROLLBACK", kDoing);
        c.own("SELECT pg_advisory_unlock($1::int, $2::int)", lock, kDoing);
        c.own("SELECT pg_advisory_unlock_shared($1::int, $2::int)", lock, kDoing);
      }
      throw;
    }
    c.own("SELECT pg_advisory_unlock($1::int, $2::int)", lock, kDoing);
    return role;
  }
  throw Failure(SR_UNAVAILABLE, "all " + std::to_string(roles_.size()) +
                                    " roles of statements are in use; raise `roles`, or try again");
}

void Rights::rewrite(Connection& c, const std::string& role, sr_role kind, const sr_grants& given,
                     const std::string& grants) {
  // Two that change the rights of one table at once would be in each other's way.
  c.run("BEGIN; SELECT pg_advisory_xact_lock(" + std::to_string(kLockSpace) + ", -1)", kDoing);
  const auto held = c.outside(
      "SELECT DISTINCT n.nspname, t.relname, t.relkind FROM ("
      "SELECT oid AS of, relacl AS acl FROM pg_class WHERE relacl IS NOT NULL UNION ALL "
      "SELECT attrelid, attacl FROM pg_attribute WHERE attacl IS NOT NULL) g "
      "CROSS JOIN LATERAL aclexplode(g.acl) x JOIN pg_class t ON t.oid = g.of "
      "JOIN pg_namespace n ON n.oid = t.relnamespace WHERE x.grantee = $1::regrole",
      Parameters().add(name(role)), kDoing);
  std::string text;
  for (const auto& row : held) {
    text += std::string("REVOKE ALL ON ") + (row[2].c_str()[0] == 'S' ? "SEQUENCE " : "TABLE ") +
            name(row[0].c_str()) + "." + name(row[1].c_str()) + " FROM " + name(role) + "; ";
  }
  for (const auto& [table, rights] : wanted_of(kind, given)) {
    const auto full = name(settings_.schema) + "." + name(table);
    text += granting(full, rights, name(role));
    if ((rights.every & SR_GRANT_INSERT) != 0 ||
        std::ranges::any_of(rights.columns,
                            [](const auto& x) { return (x.second & SR_GRANT_INSERT) != 0; })) {
      text += granting_sequences(c, full, name(role));
    }
  }
  if (!text.empty()) c.run(text, kDoing);
  c.own("DELETE FROM state_runtime.rights WHERE grants = $1", Parameters().add(grants), kDoing);
  c.own("INSERT INTO state_runtime.rights (role, grants) VALUES ($1, $2) ON CONFLICT (role) DO "
        "UPDATE SET grants = excluded.grants, used_at = now()",
        Parameters().add(role).add(grants), kDoing);
  c.run("COMMIT", kDoing);
}

}  // namespace sr::postgres
