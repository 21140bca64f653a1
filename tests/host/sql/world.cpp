#include "tests/host/sql/world.h"

#include "plugins/stores/sqlite/formats.h"
#include "plugins/stores/sqlite/joining.h"
#include "plugins/stores/sqlite/numbers.h"
#include "plugins/stores/sqlite/texts.h"
#include "plugins/stores/sqlite/times.h"

#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

namespace sr::host::sql::testing {
namespace {

constexpr std::int64_t kNow = 1'709'200'000'000'000;  // 2024-02-29 09:46:40

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string unescape(const std::string& line) {
  std::string text;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '\\' || i + 1 == line.size()) {
      text += line[i];
      continue;
    }
    const char c = line[++i];
    if (c == 'n') text += '\n';
    else if (c == 't') text += '\t';
    else if (c == 'r') text += '\r';
    else if (c == '0') text += '\0';
    else if (c == 'x') {
      text += static_cast<char>(std::stoi(line.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      text += c;
    }
  }
  return text;
}

// What the authorizer may answer, and what it was asked.
struct Allowance {
  const Plan* plan;
  std::set<std::string> asked;
  std::string denied;

  bool granted(const std::string& table, const std::string& column, std::uint32_t verb) {
    bool found = false;
    for (const Grant& grant : plan->grants) {
      if (grant.table != table || !(grant.verbs & verb)) continue;
      if (!grant.column.empty() && !column.empty() && grant.column != column) continue;
      asked.insert(grant.table + "." + grant.column + ":" + std::to_string(verb));
      found = true;
      if (verb == SR_GRANT_SELECT && column.empty()) break;  // any one column does
    }
    return found;
  }
};

int authorize(void* context, int action, const char* a, const char* b, const char*, const char*) {
  auto& allowance = *static_cast<Allowance*>(context);
  const std::string first = a ? a : "", second = b ? b : "";
  bool allowed = false;
  switch (action) {
    case SQLITE_SELECT:
      allowed = true;
      break;
    case SQLITE_READ: {
      bool real = false;
      for (const std::string& table : allowance.plan->tables) real |= table == first;
      // Without a column SQLite also asks for names that WITH made.
      allowed = allowance.granted(first, second, SR_GRANT_SELECT) || (second.empty() && !real);
      break;
    }
    case SQLITE_FUNCTION:
      for (const std::string& function : allowance.plan->functions) allowed |= function == second;
      allowance.asked.insert(second + "()");
      break;
    case SQLITE_INSERT:
      allowed = allowance.granted(first, "", SR_GRANT_INSERT);
      break;
    case SQLITE_UPDATE:
      allowed = allowance.granted(first, second, SR_GRANT_UPDATE);
      break;
    case SQLITE_DELETE:
      allowed = allowance.granted(first, "", SR_GRANT_DELETE);
      break;
    default:
      break;
  }
  if (!allowed) {
    allowance.denied = std::to_string(action) + " " + first + " " + second;
  }
  return allowed ? SQLITE_OK : SQLITE_DENY;
}

}  // namespace

std::filesystem::path cases() {
  return std::filesystem::path(SR_SOURCE_DIR) / "tests" / "cases" / "sql";
}

Database open_world() {
  sqlite3* db = nullptr;
  sqlite3_open(":memory:", &db);
  Database world(db);
  sr::sqlite::add_time_functions(db, &kNow);
  sr::sqlite::add_number_functions(db);
  sr::sqlite::add_text_functions(db);
  sr::sqlite::add_format_functions(db);
  sr::sqlite::add_joining(db);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  char* message = nullptr;
  if (sqlite3_exec(db, read_file(cases() / "schema.sql").c_str(), nullptr, nullptr, &message)) {
    throw std::runtime_error(message);
  }
  return world;
}

std::vector<Column> catalog_of(sqlite3* db) {
  std::vector<Column> catalog;
  sqlite3_stmt* rows = nullptr;
  sqlite3_prepare_v2(db,
                     "SELECT m.name, c.name, c.type, c.pk, c.\"notnull\", c.dflt_value IS NOT NULL "
                     "FROM sqlite_master m JOIN pragma_table_info(m.name) c "
                     "WHERE m.type = 'table' ORDER BY m.name, c.cid",
                     -1, &rows, nullptr);
  auto text = [&](int i) { return reinterpret_cast<const char*>(sqlite3_column_text(rows, i)); };
  while (sqlite3_step(rows) == SQLITE_ROW) {
    Column column{.table = text(0), .name = text(1), .declared_type = text(2)};
    const std::string& type = column.declared_type;
    column.type = type == "INTEGER"            ? SR_INTEGER
                  : type == "DOUBLE PRECISION" ? SR_REAL
                  : type == "BOOLEAN"          ? SR_BOOLEAN
                  : type == "BIGINT"           ? SR_INTEGER
                  : type.ends_with(")")        ? SR_REAL  // DECIMAL(10,2)
                                               : SR_TEXT;
    if (sqlite3_column_int(rows, 3)) column.flags |= SR_COLUMN_KEY;
    if (sqlite3_column_int(rows, 4)) column.flags |= SR_COLUMN_NOT_NULL;
    if (sqlite3_column_int(rows, 5)) column.flags |= SR_COLUMN_HAS_DEFAULT;
    // A lone INTEGER PRIMARY KEY; keys of several columns are texts here.
    if (column.key() && type == "INTEGER") column.flags |= SR_COLUMN_NOT_NULL | SR_COLUMN_HAS_DEFAULT;
    if (column.name == "severity") column.choices = {"low", "medium", "high", "critical"};
    if (column.name == "status") column.choices = {"open", "acknowledged", "resolved"};
    if (column.name == "kind") column.choices = {"text", "number", "toggle"};
    catalog.push_back(std::move(column));
  }
  sqlite3_finalize(rows);
  return catalog;
}

Policy world_policy() {
  const Columns all{.all = true};
  Policy policy;
  policy.functions = {"count", "sum", "avg", "min", "max", "round", "ceil", "floor", "abs", "bucket",
                      "coalesce", "nullif", "greatest", "least", "lower", "upper", "length",
                      "trim", "ltrim", "rtrim", "substr", "replace", "row_number", "rank",
                      "dense_rank", "ntile", "lag", "lead", "first_value", "now", "date",
                      "date_trunc", "date_part", "extract", "epoch", "to_timestamp", "int8",
                      "timestamptz_pl_interval", "left", "right", "concat", "concat_ws",
                      "string_agg", "to_char"};
  policy.tables["teams"].select = all;
  policy.tables["notes"].select = all;
  policy.tables["notes"].insert = WriteRule{{false, {"alert_id", "body", "score"}}, {}, 10};
  policy.tables["notes"].remove = WriteRule{{}, {"id", "alert_id"}, 10};
  policy.tables["metrics"].select = all;
  policy.tables["settings"].select = all;
  policy.tables["settings"].update = WriteRule{{false, {"value"}}, {"name"}, 1};
  policy.tables["grades"].select = all;
  policy.tables["grades"].insert = WriteRule{all, {}, 3};
  policy.tables["grades"].update = WriteRule{all, {"student", "course"}, 1};
  policy.tables["grades"].remove = WriteRule{{}, {"student", "course"}, 1};
  policy.tables["bills"].select = all;
  policy.tables["bills"].insert = WriteRule{all, {}, 2};
  policy.tables["bills"].update = WriteRule{all, {"id", "note", "price"}, 5};
  policy.tables["visits"].select = all;
  policy.tables["visits"].insert = WriteRule{{false, {"guest", "day", "arrived", "gone"}}, {}, 5};
  policy.tables["visits"].update = WriteRule{{false, {"gone", "day"}}, {"id"}, 1};
  policy.tables["audit"].insert = WriteRule{{false, {"line"}}, {}, 1};
  policy.tables["audit"].update = WriteRule{{false, {"line"}}, {"id"}, 1};
  TablePolicy& odd = policy.tables["Größen & Maße"];
  odd.select = all;
  odd.insert = WriteRule{all, {}, 2};
  odd.update = WriteRule{all, {"id", "user", "größe"}, 2};
  odd.remove = WriteRule{{}, {"имя"}, 1};
  TablePolicy& alerts = policy.tables["alerts"];
  alerts.select = Columns{false, {"id", "title", "severity", "status", "team_id", "opened_at", "muted"}};
  alerts.update = WriteRule{{false, {"status", "muted", "opened_at", "team_id"}}, {"id"}, 2};
  return policy;
}

Guard world_guard() {
  const Database db = open_world();
  return Guard(world_policy(), catalog_of(db.get()));
}

std::vector<Case> read_cases(const std::filesystem::path& path) {
  std::vector<Case> result;
  std::istringstream file(read_file(path));
  std::string line, rule;
  bool action = false;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.empty()) continue;
    if (line.starts_with("--> ")) {
      if (result.empty()) throw std::runtime_error(path.string() + ": --> without a statement");
      result.back().expected = line.substr(4);
    } else if (line.starts_with("-- as: ")) {
      action = line == "-- as: action";
    } else if (line.starts_with("-- rule: ")) {
      rule = line.substr(9);
    } else if (!line.starts_with("--")) {
      // A leading backslash asks for escapes; before another escape it stands for nothing else.
      const bool escaped = line[0] == '\\';
      const bool starts_with_escape = escaped && line.size() > 1 && (line[1] == 'x' || line[1] == '\\');
      result.push_back({number, action, rule,
                        escaped ? unescape(starts_with_escape ? line : line.substr(1)) : line, ""});
    }
  }
  return result;
}

std::string run_on_sqlite(sqlite3* db, const Plan& plan, std::vector<std::string>* unused,
                          std::vector<std::string>* columns) {
  Allowance allowance{&plan, {}, ""};
  sqlite3_set_authorizer(db, authorize, &allowance);
  sqlite3_stmt* statement = nullptr;
  const char* tail = nullptr;
  const std::string sql = sr::sqlite::order_as_arguments(plan.sql);
  int code = sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, &tail);
  std::string error;
  if (code == SQLITE_OK) {
    if (*tail) error = "text is left over";
    for (int i = 0; columns && i < sqlite3_column_count(statement); ++i) {
      columns->push_back(sqlite3_column_name(statement, i));
    }
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
    }
  }
  if (code != SQLITE_DONE && error.empty()) error = sqlite3_errmsg(db);
  if (!allowance.denied.empty()) error += " (denied: " + allowance.denied + ")";
  sqlite3_finalize(statement);
  sqlite3_set_authorizer(db, nullptr, nullptr);
  for (const Grant& grant : plan.grants) {
    for (std::uint32_t verb : {SR_GRANT_SELECT, SR_GRANT_INSERT, SR_GRANT_UPDATE, SR_GRANT_DELETE}) {
      const std::string asked = grant.table + "." + grant.column + ":" + std::to_string(verb);
      if (unused && (grant.verbs & verb) && !allowance.asked.contains(asked)) {
        unused->push_back(asked);
      }
    }
  }
  for (const std::string& function : plan.functions) {
    if (unused && !allowance.asked.contains(function + "()")) unused->push_back(function + "()");
  }
  return error;
}

}  // namespace sr::host::sql::testing
