#include "tests/host/sql/rows.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "host/sql/grammar/names.h"

#include "tests/host/sql/world.h"

namespace sr::host::sql::testing {
namespace {

using Json = nlohmann::json;

Json as_json(const Value& value) {
  return std::visit(
      [](const auto& v) -> Json {
        using Held = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<Held, std::monostate>) return nullptr;
        else if constexpr (std::is_same_v<Held, Bytes>) return v.data.size();
        else return v;
      },
      value);
}

Json as_json(const Rows& rows) {
  Json all = Json::array();
  for (const auto& row : rows.rows) {
    Json cells = Json::array();
    for (const auto& value : row) cells.push_back(as_json(value));
    all.push_back(std::move(cells));
  }
  return all;
}

Policy policy_of_words() {
  Policy policy;
  policy.functions = {"count"};
  std::vector<std::string> tables = words();
  tables.push_back("words of all kinds");
  for (const std::string& table : tables) {
    TablePolicy& rules = policy.tables[table];
    rules.select = Columns{.all = true};
    rules.insert = WriteRule{{.all = true}, {}, 1};
    rules.update = WriteRule{{.all = true}, {"id", table}, 1};
    for (const std::string& word : words()) rules.update->where.push_back(word);
    rules.remove = WriteRule{{}, {"id"}, 1};
  }
  return policy;
}

}  // namespace

std::vector<std::string> words() {
  std::ifstream file(cases() / "words.txt");
  std::vector<std::string> out;
  for (std::string line; std::getline(file, line);) {
    std::istringstream all(line);
    for (std::string word; !line.starts_with("--") && all >> word;) out.push_back(word);
  }
  return out;
}

void expect_words_to_be_names(LoadedStore& store) {
  std::string schema = "CREATE TABLE \"words of all kinds\" (id INTEGER PRIMARY KEY";
  for (const std::string& word : words()) schema += ", \"" + word + "\" TEXT";
  schema += ");\n";
  for (const std::string& word : words()) {
    schema += "CREATE TABLE \"" + word + "\" (id INTEGER PRIMARY KEY, \"" + word + "\" TEXT);\n";
  }
  const auto made = store.run_script(schema);
  ASSERT_TRUE(made.ok()) << made.error().what;
  const auto catalog = store.catalog();
  ASSERT_TRUE(catalog.ok());
  const Guard guard(policy_of_words(), *catalog);
  const auto run = [&](bool is_action, const std::string& statement) {
    const auto answer = is_action ? guard.action(statement) : guard.binding(statement);
    const Plan* plan = std::get_if<Plan>(&answer);
    if (plan == nullptr) {
      ADD_FAILURE() << statement << " is refused: " << std::get<Refusal>(answer).why;
      return;
    }
    auto transaction = store.begin(is_action);
    ASSERT_TRUE(transaction.ok());
    const auto done =
        transaction->execute(statement_of(*plan, is_action ? SR_ROLE_ACTION : SR_ROLE_BINDING));
    EXPECT_TRUE(done.ok()) << statement << " runs as " << plan->sql << ": " << done.error().what;
  };
  int id = 0;
  for (const std::string& word : words()) {
    const std::string name = written_name(word), quoted = '"' + word + '"';
    run(true, "INSERT INTO \"words of all kinds\" (id, " + name + ") VALUES (" +
                  std::to_string(++id) + ", 'a') RETURNING " + name);
    run(true, "UPDATE " + name + " SET " + name + " = 'b' WHERE " + name + " = 'c'");
    run(false, "SELECT " + name + ", count(*) AS n FROM \"words of all kinds\" WHERE " + name +
                   " <> 'x' GROUP BY " + name + " ORDER BY " + name);
    if (word == "true" || word == "false") {  // SQLite renames those of an inner query
      for (const std::string& inner : {"WITH q AS (SELECT " + name + " FROM " + name + ") SELECT 1 AS n FROM q",
                                       "SELECT 1 AS n FROM (SELECT * FROM " + name + ") AS q"}) {
        const auto answer = guard.binding(inner);
        const auto* refusal = std::get_if<Refusal>(&answer);
        EXPECT_TRUE(refusal != nullptr && refusal->rule == "name") << inner;
      }
      run(false, "WITH q(v, w) AS (SELECT * FROM " + name + ") SELECT w FROM q");
      run(false, "SELECT v FROM (SELECT " + name + " AS v FROM " + name + ") AS q");
      continue;
    }
    const std::string alias = word == "null" ? "v" : quoted;
    run(false, "WITH q AS (SELECT id, " + name + " FROM " + name + ") SELECT " + alias + "." + name +
                   " AS " + alias + " FROM q AS " + alias + " ORDER BY " + alias);
  }
}

void expect_rows_of_cases(LoadedStore& store) {
  const auto catalog = store.catalog();
  ASSERT_TRUE(catalog.ok());
  const Guard guard(world_policy(), *catalog);
  const auto all = read_cases(cases() / "rows.sql");
  EXPECT_GE(all.size(), 30u);
  for (const Case& c : all) {
    SCOPED_TRACE("rows.sql:" + std::to_string(c.line) + ": " + c.statement);
    const auto answer = c.action ? guard.action(c.statement) : guard.binding(c.statement);
    const Plan* plan = std::get_if<Plan>(&answer);
    if (plan == nullptr) {
      ADD_FAILURE() << std::get<Refusal>(answer).why;
      continue;
    }
    auto transaction = store.begin(c.action);
    ASSERT_TRUE(transaction.ok()) << transaction.error().what;
    const auto done =
        transaction->execute(statement_of(*plan, c.action ? SR_ROLE_ACTION : SR_ROLE_BINDING));
    if (!done.ok()) {
      ADD_FAILURE() << plan->sql << ": " << done.error().what;
      continue;
    }
    if (!c.expected.empty()) {
      EXPECT_EQ(as_json(done->returned), Json::parse(c.expected)) << plan->sql;
    }
    ASSERT_TRUE(transaction->commit().ok());
  }
}

}  // namespace sr::host::sql::testing
