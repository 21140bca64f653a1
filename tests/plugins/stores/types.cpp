#include "tests/plugins/stores/types.h"

#include <gtest/gtest.h>

#include <charconv>

#include "host/sql/guard.h"
#include "tests/plugins/stores/store_bench.h"

namespace sr::test {
namespace {

using namespace host;

std::string table_of(std::size_t i) { return "t" + std::to_string(i); }

// What a statement of the model comes to: the rows of a query, nothing of a change, or a refusal.
std::string play(LoadedStore& store, const sql::Guard& guard, const std::string& statement,
                 bool change) {
  const auto answer = change ? guard.action(statement) : guard.binding(statement);
  if (const auto* refusal = std::get_if<sql::Refusal>(&answer)) return "refused: " + refusal->why;
  const auto& plan = std::get<sql::Plan>(answer);
  auto transaction = store.begin(change);
  if (!transaction) return "refused: " + transaction.error().what;
  const auto done =
      transaction->execute(sql::statement_of(plan, change ? SR_ROLE_ACTION : SR_ROLE_BINDING));
  if (!done) return "refused: " + done.error().what;
  if (change) {
    const auto committed = transaction->commit();
    return committed ? "" : "refused: " + committed.error().what;
  }
  return done->returned.rows.empty() ? "no row" : told(done->returned.rows[0][0]);
}

void expect_outcome(const std::string& outcome, const std::string& wanted) {
  const std::string refused = "refused: ";
  if (!wanted.starts_with(refused)) {
    EXPECT_EQ(outcome, wanted);
    return;
  }
  EXPECT_TRUE(outcome.starts_with(refused)) << outcome;
  EXPECT_NE(outcome.find(wanted.substr(refused.size())), std::string::npos) << outcome;
  for (const char* raw : {"LINE 1", "DETAIL", "HINT"}) {
    EXPECT_EQ(outcome.find(raw), std::string::npos) << outcome;
  }
}

}  // namespace

std::string told(const Value& value) {
  struct Told {
    std::string operator()(std::monostate) const { return "NULL"; }
    std::string operator()(bool b) const { return b ? "true" : "false"; }
    std::string operator()(std::int64_t i) const { return std::to_string(i); }
    std::string operator()(double d) const {
      char text[64];
      const auto end = std::to_chars(text, text + sizeof text, d).ptr;
      return "real " + std::string(text, end);
    }
    std::string operator()(const std::string& s) const { return "'" + s + "'"; }
    std::string operator()(const Bytes& b) const { return std::to_string(b.data.size()) + " bytes"; }
  };
  return std::visit(Told{}, value);
}

void expect_types(LoadedStore& store, const std::string& before, const std::vector<TypeCase>& all) {
  std::string script = before;
  sql::Policy policy;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto table = table_of(i);
    const bool strict = all[i].declared.ends_with(" STRICT");
    const auto type = all[i].declared.substr(0, all[i].declared.size() - (strict ? 7 : 0));
    script += "CREATE TABLE " + table + " (id INTEGER PRIMARY KEY, v " + type + ")" +
              (strict ? " STRICT" : "") + ";\n";
    if (!all[i].stored.empty()) {
      script += "INSERT INTO " + table + " (id, v) VALUES (1, " + all[i].stored + ");\n";
    }
    policy.tables[table].select = sql::Columns{true, {}};
    policy.tables[table].update = sql::WriteRule{sql::Columns{true, {}}, {"id"}, 1};
  }
  ASSERT_OK(store.run_script(script));
  auto catalog = store.catalog();
  ASSERT_OK(catalog);
  const sql::Guard guard(policy, *std::move(catalog));
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& c = all[i];
    SCOPED_TRACE(c.declared + " " + c.stored + ", written " + c.written);
    const auto table = table_of(i);
    const auto query = "SELECT v FROM " + table + " WHERE id = 1";
    EXPECT_EQ(play(store, guard, query, false), c.arrives);
    if (c.written.empty()) continue;
    auto outcome =
        play(store, guard, "UPDATE " + table + " SET v = " + c.written + " WHERE id = 1", true);
    if (outcome.empty()) outcome = play(store, guard, query, false);
    expect_outcome(outcome, c.outcome);
  }
}

}  // namespace sr::test
