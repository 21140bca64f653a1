// What a plan holds, where refusals point, and that hostile text never does more than be refused.
#include <gtest/gtest.h>

#include <pthread.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <random>
#include <thread>

#include "host/sql/names.h"
#include "tests/host/sql/world.h"

namespace sr::host::sql::testing {
namespace {

Plan plan_of(std::variant<Plan, Refusal> answer) {
  if (const auto* refusal = std::get_if<Refusal>(&answer)) {
    ADD_FAILURE() << "[" << refusal->rule << "] " << refusal->why;
    return {};
  }
  return std::get<Plan>(std::move(answer));
}

Refusal refusal_of(std::variant<Plan, Refusal> answer) {
  if (const auto* plan = std::get_if<Plan>(&answer)) {
    ADD_FAILURE() << "allowed: " << plan->sql;
    return {};
  }
  return std::get<Refusal>(std::move(answer));
}

std::vector<std::string> grants_of(const Plan& plan) {
  std::vector<std::string> texts;
  for (const Grant& grant : plan.grants) {
    texts.push_back(grant.table + "." + grant.column + ":" + std::to_string(grant.verbs));
  }
  return texts;
}

using Strings = std::vector<std::string>;

TEST(Plan, of_an_update) {
  const Plan plan = plan_of(world_guard().action("UPDATE alerts SET status='resolved' WHERE id=2"));
  EXPECT_EQ(plan.verb, Verb::kUpdate);
  EXPECT_EQ(plan.sql, "UPDATE alerts SET status = 'resolved' WHERE id = 2");
  EXPECT_EQ(plan.target, "alerts");
  EXPECT_EQ(plan.tables, Strings{"alerts"});
  EXPECT_EQ(grants_of(plan), (Strings{"alerts.id:1", "alerts.status:4"}));
  EXPECT_EQ(plan.functions, Strings());
  EXPECT_EQ(plan.max_rows, 2u);
  const Statement statement = statement_of(plan, SR_ROLE_ACTION);
  EXPECT_EQ(statement.role, SR_ROLE_ACTION);
  EXPECT_EQ(statement.sql, plan.sql);
  EXPECT_EQ(statement.grants.size(), 2u);
  EXPECT_EQ(statement.max_rows, 2u);
  EXPECT_EQ(statement.max_bytes, std::uint64_t{1} << 20);
  EXPECT_EQ(statement.timeout_ms, 2000u);
}

TEST(Plan, of_a_binding_over_several_tables) {
  const Plan plan = plan_of(world_guard().binding(
      "SELECT t.name, count(*) AS n FROM teams t JOIN alerts a ON a.team_id = t.id "
      "WHERE a.title LIKE 'Disk%' GROUP BY t.name"));
  EXPECT_EQ(plan.verb, Verb::kSelect);
  EXPECT_EQ(plan.target, "");
  EXPECT_EQ(plan.tables, (Strings{"alerts", "teams"}));
  EXPECT_EQ(grants_of(plan),
            (Strings{"alerts.team_id:1", "alerts.title:1", "teams.id:1", "teams.name:1"}));
  EXPECT_EQ(plan.functions, (Strings{"count", "like", "lower"}));
  EXPECT_EQ(plan.max_rows, 500u);
}

TEST(Plan, grants_one_column_when_only_rows_count) {
  const Plan plan = plan_of(world_guard().binding("SELECT count(*) FROM alerts"));
  EXPECT_EQ(grants_of(plan), Strings{"alerts.id:1"});
}

TEST(Plan, of_a_delete_and_an_insert) {
  const Guard guard = world_guard();
  EXPECT_EQ(grants_of(plan_of(guard.action("DELETE FROM notes WHERE id = 3"))),
            (Strings{"notes.:8", "notes.id:1"}));
  const Plan plan = plan_of(guard.action("INSERT INTO audit (line) VALUES ('x')"));
  EXPECT_EQ(grants_of(plan), Strings{"audit.line:2"});
  EXPECT_EQ(plan.tables, Strings{"audit"});
}

TEST(Plan, of_an_upsert) {
  const Plan plan = plan_of(world_guard().action(
      "INSERT INTO grades (student, course, \"Final\") VALUES ('Kim', 'Art', 6) "
      "ON CONFLICT (student, course) DO UPDATE SET \"index\" = excluded.\"Final\""));
  EXPECT_EQ(plan.verb, Verb::kInsert);
  EXPECT_EQ(plan.target, "grades");
  EXPECT_EQ(plan.tables, Strings{"grades"});
  // PostgreSQL asks for the right to read the key and what is read of the new row.
  EXPECT_EQ(grants_of(plan), (Strings{"grades.Final:3", "grades.course:3", "grades.index:4",
                                      "grades.student:3"}));
}

TEST(Upsert, NeedsTheRightsOfBothChanges) {
  const std::vector<Column> catalog = {
      {.table = "t", .name = "id", .declared_type = "INTEGER", .type = SR_INTEGER, .flags = SR_COLUMN_KEY},
      {.table = "t", .name = "a", .declared_type = "TEXT"},
      {.table = "t", .name = "b", .declared_type = "TEXT"},
      {.table = "Excluded", .name = "id", .declared_type = "INTEGER", .type = SR_INTEGER, .flags = SR_COLUMN_KEY},
      {.table = "loose", .name = "id", .declared_type = "INTEGER", .type = SR_INTEGER}};
  const Columns all{.all = true};
  const auto said = [&](const TablePolicy& t, const std::string& statement) {
    Policy policy;
    policy.tables["t"] = policy.tables["Excluded"] = policy.tables["loose"] = t;
    const auto answer = Guard(policy, catalog).action(statement);
    const auto* refusal = std::get_if<Refusal>(&answer);
    return refusal ? "[" + refusal->rule + "] " + refusal->why : "allowed";
  };
  const std::string insert = "INSERT INTO t (id, a) VALUES (1, 'x') ON CONFLICT (id) DO ";
  const WriteRule any{all, {}, 1};
  EXPECT_EQ(said({.update = WriteRule{all, {"id"}, 1}}, insert + "UPDATE SET a = 'y'"),
            "[verb] no rows may be added to t");
  EXPECT_EQ(said({.select = all, .insert = any}, insert + "UPDATE SET a = 'y'"),
            "[on-conflict] rows of t may not be changed, so ON CONFLICT takes DO NOTHING");
  EXPECT_EQ(said({.select = all, .insert = any}, insert + "NOTHING"), "allowed");
  EXPECT_EQ(said({.insert = any}, insert + "NOTHING"), "[column] the column id of t may not be read");
  EXPECT_EQ(said({.insert = any, .update = WriteRule{all, {"id"}, 1}}, insert + "UPDATE SET a = 'y'"),
            "allowed");
  EXPECT_EQ(said({.insert = any, .update = WriteRule{all, {"id"}, 1}}, insert + "UPDATE SET a = excluded.a"),
            "[column] the column a of t may not be read");
  EXPECT_EQ(said({.select = all, .insert = any, .update = WriteRule{{false, {"b"}}, {"id"}, 1}},
                 insert + "UPDATE SET a = 'y'"),
            "[column] the column a of t may not be set; it may be b");
  EXPECT_EQ(said({.select = all, .insert = any, .update = WriteRule{all, {"a", "b"}, 1}},
                 insert + "UPDATE SET a = 'y'"),
            "[where] rows of t may not be changed by id, but by a or b");
  const TablePolicy everything{all, WriteRule{all, {}, 9}, WriteRule{all, {"id"}, 9}, std::nullopt};
  EXPECT_EQ(said(everything, "INSERT INTO excluded (id) VALUES (1) ON CONFLICT (id) DO NOTHING"),
            "[on-conflict] the new row is called excluded, so the table Excluded cannot have ON CONFLICT");
  EXPECT_EQ(said(everything, "INSERT INTO loose (id) VALUES (1) ON CONFLICT (id) DO NOTHING"),
            "[on-conflict] the table loose has no key");
  EXPECT_EQ(said(everything, "INSERT INTO t (id, a) VALUES (1, 'x') ON CONFLICT (a) DO NOTHING"),
            "[on-conflict] write ON CONFLICT (…) with the key of t: id");
}

TEST(Plan, key_is_the_primary_key_of_the_first_table) {
  const Guard guard = world_guard();
  const std::pair<const char*, const char*> cases[] = {
      {"SELECT id, title FROM alerts", "id"},
      {"SELECT title, id AS alert FROM alerts", "alert"},
      {"SELECT title FROM alerts", ""},
      {"SELECT id + 1 AS id FROM alerts", ""},
      {"SELECT * FROM settings", "name"},
      {"SELECT * FROM grades", "student and course"},
      {"SELECT DISTINCT id FROM alerts ORDER BY id", "id"},
      {"SELECT a.id, t.name FROM alerts a LEFT JOIN teams t ON t.id = a.team_id", "id"},
      {"SELECT a.id, t.name FROM alerts a JOIN teams t ON a.team_id = t.id AND t.id > 0", "id"},
      {"SELECT a.id, n.body FROM alerts a JOIN notes n ON n.alert_id = a.id", ""},
      {"SELECT a.id, t.name FROM alerts a JOIN teams t ON t.id = a.team_id OR t.id = 1", ""},
      {"SELECT a.id, t.id AS team FROM alerts a, teams t", ""},
      {"SELECT a.id FROM alerts a RIGHT JOIN teams t ON t.id = a.team_id", ""},
      {"SELECT id, name FROM notes JOIN teams USING (id)", "id"},
      {"SELECT a.id, a.title, count(n.id) AS notes FROM alerts a LEFT JOIN notes n "
       "ON n.alert_id = a.id GROUP BY a.id, a.title", "id"},
      {"SELECT a.id, n.body FROM alerts a LEFT JOIN notes n ON n.alert_id = a.id "
       "GROUP BY a.id, n.body", ""},
      {"SELECT severity, count(*) FROM alerts GROUP BY severity", ""},
      {"SELECT max(id) AS id FROM alerts", ""},
      {"SELECT id FROM alerts UNION SELECT id FROM teams", ""},
      {"SELECT x.id FROM (SELECT id FROM alerts) AS x", ""},
      {"SELECT id, row_number() OVER (ORDER BY id) AS n FROM alerts", "id"},
      {"SELECT 1 AS id", ""},
      {"SELECT \"Final\", course AS c, student FROM grades", "student and c"},
      {"SELECT student, \"Final\" FROM grades", ""},
      {"SELECT student AS user_action, course FROM grades", ""},
      {"SELECT student, course, count(*) FROM grades GROUP BY course, student", "student and course"},
      {"SELECT student, count(*) FROM grades GROUP BY student", ""},
      {"SELECT g.student, g.course, h.\"Final\" FROM grades g JOIN grades h "
       "ON h.student = g.student AND h.course = g.course", "student and course"},
      {"SELECT g.student, g.course FROM grades g JOIN grades h ON h.student = g.student", ""},
  };
  for (const auto& [statement, key] : cases) {
    EXPECT_EQ(list_of(plan_of(guard.binding(statement)).key, "and"), key) << statement;
  }
  EXPECT_EQ(plan_of(guard.action(
                "UPDATE alerts SET status = 'open' WHERE id = 1 RETURNING status, id AS key")).key,
            std::vector<std::string>{"key"});
}

TEST(Refusal, points_at_the_byte) {
  const Guard guard = world_guard();
  const std::pair<const char*, int> cases[] = {
      {"SELECT id, nothing FROM alerts", 11},
      {"SELECT id FROM secrets", 15},
      {"SELECT id FROM alerts WHERE 'ÄÄ' = pg_sleep(1)", 37},
      {"SELECT 'ÄÄ' FROM FROM", 19},
      {"SELECT 1; SELECT 2", 9},
      {"SELECT 1 -- x", 9},
      {"SELECT (1", 7},
  };
  for (const auto& [statement, at] : cases) {
    EXPECT_EQ(refusal_of(guard.binding(statement)).at, at) << statement;
  }
}

TEST(Refusal, says_what_would_be_right) {
  const Guard guard = world_guard();
  EXPECT_EQ(refusal_of(guard.action("UPDATE alerts SET status = 'closed' WHERE id = 1")).why,
            "status can be 'open', 'acknowledged' or 'resolved', not 'closed'");
  EXPECT_EQ(refusal_of(guard.action("UPDATE alerts SET status = 'open'")).why,
            "UPDATE of alerts needs a WHERE: its WHERE must fix id with = or IN and plain values");
  EXPECT_EQ(refusal_of(guard.binding("SELECT id FROM alerts WHERE status = \"open\"")).why,
            "there is no column open here; texts are written in single quotes");
  EXPECT_EQ(refusal_of(guard.action("UPDATE alerts SET title = 'x' WHERE id = 1")).why,
            "the column title of alerts may not be set; it may be status, muted, opened_at or "
            "team_id");
}

// The parser library reports every negative integer as 0.
TEST(Numbers, below_zero_keep_their_value) {
  const Guard guard = world_guard();
  const std::pair<const char*, const char*> cases[] = {
      {"SELECT -1 AS a", "SELECT -1 AS a"},
      {"SELECT - 7 AS a", "SELECT -7 AS a"},
      {"SELECT -(7) AS a", "SELECT -7 AS a"},
      {"SELECT -(-7) AS a", "SELECT 7 AS a"},
      {"SELECT - - -7 AS a", "SELECT -7 AS a"},
      {"SELECT -+7 AS a, -+-7 AS b, -+0 AS c", "SELECT -7 AS a, 7 AS b, 0 AS c"},
      {"SELECT -0 AS a", "SELECT 0 AS a"},
      {"SELECT -2147483647 AS a", "SELECT -2147483647 AS a"},
      {"SELECT -2147483648 AS a", "SELECT -2147483648 AS a"},
      {"SELECT -9223372036854775807 AS a", "SELECT -9223372036854775807 AS a"},
      {"SELECT 1 - 7 AS a", "SELECT 1 - 7 AS a"},
      {"SELECT 1 - -7 AS a", "SELECT 1 - (-7) AS a"},
      {"SELECT id FROM alerts WHERE id IN (-1, 0, 1)", "SELECT id FROM alerts WHERE id IN (-1, 0, 1)"},
      {"SELECT id FROM alerts WHERE id = '-3'", "SELECT id FROM alerts WHERE id = -3"},
  };
  for (const auto& [statement, written] : cases) {
    EXPECT_EQ(plan_of(guard.binding(statement)).sql, written);
  }
  EXPECT_EQ(plan_of(guard.action("UPDATE alerts SET opened_at = -4 WHERE id = -1")).sql,
            "UPDATE alerts SET opened_at = -4 WHERE id = -1");
}

TEST(Policy, never_allows_functions_that_leave_the_tables) {
  const Database db = open_world();
  Policy policy = world_policy();
  std::vector<std::string> never;
  std::ifstream file(cases() / "never.txt");
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && !line.starts_with("--")) never.push_back(line);
  }
  EXPECT_GE(never.size(), 100u);
  policy.functions.insert(policy.functions.end(), never.begin(), never.end());
  policy.functions.push_back("my_own");
  const Guard guard(policy, catalog_of(db.get()));
  for (const std::string& name : never) {
    for (const std::string& call : {"\"" + name + "\"('x')", "\"" + name + "\"()"}) {
      EXPECT_EQ(refusal_of(guard.binding("SELECT " + call + " AS x FROM alerts")).why,
                "the function " + name + " is never allowed");
    }
  }
  EXPECT_EQ(plan_of(guard.binding("SELECT My_Own(id, 'x') AS y FROM alerts")).sql,
            "SELECT my_own(id, 'x') AS y FROM alerts");
}

TEST(Policy, without_entries_allows_nothing) {
  const Database db = open_world();
  const Guard guard(Policy{}, catalog_of(db.get()));
  EXPECT_EQ(refusal_of(guard.binding("SELECT id FROM alerts")).rule, "table");
  EXPECT_EQ(refusal_of(guard.binding("SELECT lower('x')")).rule, "function");
  EXPECT_EQ(refusal_of(guard.action("DELETE FROM notes WHERE id = 1")).rule, "table");
}

TEST(Policy, of_a_table_that_the_database_lacks_allows_nothing) {
  const Guard guard(world_policy(), {});
  EXPECT_EQ(refusal_of(guard.binding("SELECT id FROM alerts")).rule, "table");
}

std::string repeat(const std::string& part, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += part;
  return text;
}

// Runs on a stack much smaller than any thread of the host has.
void on_small_stack(std::function<void()> work) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  pthread_attr_setstacksize(&attributes, 8 << 20);
#else
  pthread_attr_setstacksize(&attributes, 1 << 20);
#endif
  pthread_t thread;
  pthread_create(&thread, &attributes,
                 [](void* call) -> void* {
                   (*static_cast<std::function<void()>*>(call))();
                   return nullptr;
                 },
                 &work);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

TEST(Hostile, deep_and_long_statements_are_refused_on_a_small_stack) {
  const std::string statements[] = {
      "SELECT 1" + repeat("+1", 2040),
      "SELECT " + repeat("- ", 4000) + "id FROM alerts",
      "SELECT id FROM alerts WHERE " + repeat("NOT ", 4000) + "muted",
      "SELECT " + repeat("CASE WHEN TRUE THEN ", 1000) + "1" + repeat(" END", 1000),
      "SELECT 1" + repeat("::text", 1900),
      "SELECT 1" + repeat(" UNION SELECT 1", 1300),
      "SELECT 1 FROM alerts" + repeat(" CROSS JOIN alerts", 1300),
      "SELECT id" + repeat(" IS NULL", 2000) + " FROM alerts",
      "SELECT 'a'" + repeat(" || 'a'", 2000),
      "SELECT " + repeat("(", 5000) + "1" + repeat(")", 5000),
      "SELECT " + repeat("(SELECT ", 60) + "1" + repeat(")", 60),
      "SELECT " + repeat("- ", 20) + "id FROM alerts",
      "SELECT a" + repeat(".a", 2000),
      "SELECT 1" + repeat(" = 1", 1),
      "SELECT 1" + repeat(" BETWEEN 1 AND 1", 900),
      "SELECT a" + repeat(" BETWEEN 1 AND 2 IS NULL", 2000),
      "SELECT a" + repeat(" IS DISTINCT FROM b", 2000),
      "SELECT a" + repeat(" ISNULL", 5000),
      "SELECT " + repeat("(a AND ", 12) + "a" + repeat(")", 12) + repeat(" + 1", 1000),
      "SELECT 1 FROM a" + repeat(" JOIN a ON x AND y", 2000),
      "SELECT " + repeat("CASE WHEN a AND CASE WHEN a AND ", 1000),
      "SELECT " + repeat("a, b + ", 2000) + repeat("- ", 2000) + "c",
      "SELECT 1" + repeat(" -- 1", 2000),
      repeat("SELECT 1;", 7000),
      "SELECT id FROM alerts WHERE id = 0" + repeat(" OR id = 1", 300),
      "SELECT " + repeat("GREATEST(id, 1, 2, ", 30) + "3" + repeat(")", 30) + " FROM alerts",
      "SELECT " + repeat("x", 70000),
      repeat("(", 9) + "SELECT 1" + repeat(")", 9) + repeat(" UNION (SELECT 1)", 700),
      "WITH " + repeat("a AS (SELECT 1), ", 600) + "b AS (SELECT 1) SELECT 1",
  };
  on_small_stack([&] {
    const Guard guard = world_guard();
    for (const std::string& statement : statements) {
      const auto answer = guard.binding(statement);
      if (statement == "SELECT 1 = 1") continue;
      EXPECT_TRUE(std::holds_alternative<Refusal>(answer)) << statement.substr(0, 60);
    }
  });
}

// SQLite's parser has a small stack: what is nested as deeply as the guard allows still fits.
TEST(Nesting, at_the_limit_runs_in_sqlite) {
  const std::string shapes[][3] = {
      {"SELECT ", "(1 + ", "1"},
      {"SELECT ", "(SELECT ", "1"},
      {"SELECT ", "coalesce(1, ", "1"},
      {"SELECT id FROM alerts WHERE ", "(id = 1 AND ", "id = 2"},
      {"SELECT id FROM alerts WHERE ", "EXISTS (SELECT 1 FROM alerts WHERE ", "id = 2"},
      {"SELECT id FROM alerts WHERE ", "id IN (SELECT id FROM alerts WHERE ", "id = 2"},
      {"SELECT id FROM alerts WHERE ", "(id IN (SELECT id FROM alerts WHERE ", "id = 2"},
      {"SELECT id FROM alerts WHERE ", "NOT (id = 1 OR ", "id = 2"},
      {"SELECT id FROM alerts WHERE id = 3 AND ", "id <> (SELECT max(id) FROM alerts WHERE ", "id = 2"},
  };
  const Guard guard = world_guard();
  const Database db = open_world();
  for (const auto& [start, open, middle] : shapes) {
    std::string deepest;  // that passed
    for (std::size_t depth = 1; depth < 40; ++depth) {
      std::string text = start + repeat(open, depth) + middle;
      const auto left = std::count(text.begin(), text.end(), '(') - std::count(text.begin(), text.end(), ')');
      const auto answer = guard.binding(text + std::string(left, ')'));
      const auto* plan = std::get_if<Plan>(&answer);
      if (plan == nullptr) break;
      EXPECT_EQ(run_on_sqlite(db.get(), *plan, nullptr), "") << plan->sql;
      deepest = plan->sql;
    }
    EXPECT_GE(std::count(deepest.begin(), deepest.end(), '('), 5) << deepest;
  }
  std::string from = "alerts";
  for (int depth = 1; depth <= 6; ++depth) from = "(SELECT id FROM " + from + ") AS x";
  EXPECT_EQ(run_on_sqlite(db.get(), plan_of(guard.binding("SELECT id FROM " + from)), nullptr), "");
}

// SQLite keeps whatever stands in a column of days: what cannot be read is not moved, nor emptied.
TEST(Times, WhatIsNoDayStaysWhereItWouldBeMoved) {
  const Database db = open_world();
  const auto day_of_3 = [&] {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(db.get(), "SELECT group_concat(day) FROM visits WHERE id = 3", -1,
                       &statement, nullptr);
    std::string out;
    if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_text(statement, 0) != nullptr)
      out = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return out;
  };
  const auto move = plan_of(
      world_guard().action("UPDATE visits SET day = day + INTERVAL '2 weeks' WHERE id = 3"));
  for (const auto& [before, after] :
       {std::pair{"2024-02-20", "2024-03-05"}, std::pair{"tbc", "tbc"}}) {
    const auto set =
        std::string("INSERT OR REPLACE INTO visits (id, guest, day, arrived) VALUES (3, 'Zoe', '") +
        before + "', '2024-02-20 10:00:00')";
    ASSERT_EQ(sqlite3_exec(db.get(), set.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    EXPECT_EQ(run_on_sqlite(db.get(), move, nullptr), "");
    EXPECT_EQ(day_of_3(), after);
  }
}

TEST(Hostile, long_lists_and_conditions_pass) {
  std::string list = "1", either = "id = 0";
  for (int i = 2; i <= 9000; ++i) list += ", " + std::to_string(i);
  for (int i = 1; i < 200; ++i) either += " OR id = " + std::to_string(i);
  const Guard guard = world_guard();
  plan_of(guard.binding("SELECT id FROM alerts WHERE id IN (" + list + ")"));
  plan_of(guard.binding("SELECT id FROM alerts WHERE " + either));
}

// Bytes and pieces of the cases, cut, joined and changed: the guard answers each one, and what it
// allows runs in SQLite with the plan's grants (or is stopped by data), touching nothing secret.
TEST(Hostile, mutated_statements_are_answered) {
  std::vector<Case> seeds = read_cases(cases() / "allowed.sql");
  const std::size_t good = seeds.size();
  for (Case& c : read_cases(cases() / "refused.sql")) seeds.push_back(std::move(c));
  const Guard guard = world_guard();
  const Database db = open_world();
  std::mt19937 random(20240607);
  auto below = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
  const std::string pieces[] = {"(", ")", ",", ";", "'", "\"", "--", "/*", "*", ".", "::", "=",
                                " AND ", " OR ", " NOT ", " NULL ", " SELECT ", " FROM ",
                                " secrets ", " token ", " internal_note ", " alerts ", " UNION ",
                                " WHERE ", " id ", "\\", "$1", "\xC3", "\0", " AS ", " WITH "};
  std::size_t allowed = 0;
  for (int round = 0; round < 30000; ++round) {
    const Case& seed = seeds[below(round % 3 == 0 ? seeds.size() : good)];
    std::string text = seed.statement;
    auto word_of = [&](const std::string& from) {
      const std::size_t at = from.find(' ', below(from.size() + 1));
      return at == std::string::npos ? std::pair<std::size_t, std::size_t>{0, 0}
                                     : std::pair{at, std::min(from.find(' ', at + 1), from.size()) - at};
    };
    for (std::size_t edits = 1 + below(3); edits > 0; --edits) {
      const std::size_t at = below(text.size() + 1);
      switch (below(10)) {
        case 0:
          text.insert(at, pieces[below(std::size(pieces))]);
          break;
        case 1:
          if (at < text.size()) text.erase(at, 1 + below(8));
          break;
        case 2:
          if (at < text.size()) text[at] = static_cast<char>(below(256));
          break;
        case 3: {
          const std::string& other = seeds[below(seeds.size())].statement;
          const std::size_t from = below(other.size() + 1);
          text.insert(at, other.substr(from, below(40)));
          break;
        }
        case 4:
        case 5:
        case 6:
        case 7:
        case 8: {
          const std::string& other = seeds[below(good)].statement;
          const auto [from, length] = word_of(other);
          const auto [to, old] = word_of(text);
          text.replace(to, old, other, from, length);
          break;
        }
        default:
          text = text.substr(0, at) + seeds[below(seeds.size())].statement;
      }
    }
    for (const auto& answer : {guard.binding(text), guard.action(text)}) {
      const auto* plan = std::get_if<Plan>(&answer);
      if (plan == nullptr) {
        EXPECT_FALSE(std::get<Refusal>(answer).rule.empty());
        continue;
      }
      ++allowed;
      for (const Grant& grant : plan->grants) EXPECT_NE(grant.column, "internal_note") << text;
      for (const std::string& table : plan->tables) EXPECT_NE(table, "secrets") << text;
      sqlite3_exec(db.get(), "SAVEPOINT s", nullptr, nullptr, nullptr);
      const std::string error = run_on_sqlite(db.get(), *plan, nullptr);
      sqlite3_exec(db.get(), "ROLLBACK TO s; RELEASE s", nullptr, nullptr, nullptr);
      EXPECT_TRUE(error.empty() || error.starts_with("UNIQUE constraint") ||
                  error.starts_with("CHECK constraint") || error.starts_with("NOT NULL constraint"))
          << error << "\n" << text << "\n" << plan->sql;
    }
  }
  EXPECT_GT(allowed, 500u);
}

TEST(Guard, answers_many_threads_at_once) {
  const Guard guard = world_guard();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&guard, i] {
      for (int n = 0; n < 200; ++n) {
        const std::string id = std::to_string(i * 1000 + n);
        const auto answer = guard.action("UPDATE alerts SET status = 'open' WHERE id = " + id);
        EXPECT_EQ(std::get<Plan>(answer).sql, "UPDATE alerts SET status = 'open' WHERE id = " + id);
        EXPECT_TRUE(std::holds_alternative<Refusal>(guard.binding("SELECT token FROM secrets")));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace sr::host::sql::testing
