// Rights and limits of what a model wrote: the store stands alone here, without the guard.
#include "tests/plugins/stores/conformance.h"

namespace sr::test {
namespace {

using host::Grant;

const Grant kRead{"tickets", "", SR_GRANT_SELECT};
const Grant kSetState{"tickets", "state", SR_GRANT_UPDATE};
const Grant kReadId{"tickets", "id", SR_GRANT_SELECT};
const Grant kInsert{"tickets", "", SR_GRANT_INSERT};
const Grant kDelete{"tickets", "", SR_GRANT_DELETE};

}  // namespace

TEST_P(StoreConformance, WhatIsGrantedRuns) {
  auto t = write();
  EXPECT_OK(t.execute(binding("SELECT id, title FROM tickets WHERE state = 'open'", {kRead})));
  EXPECT_OK(t.execute(action("UPDATE tickets SET state = 'done' WHERE id = 1",
                             {kReadId, kSetState})));
  EXPECT_OK(t.execute(action("INSERT INTO tickets (id, title) VALUES (7, 'New')", {kInsert})));
  EXPECT_OK(t.execute(action("DELETE FROM tickets WHERE id = 7", {kReadId, kDelete})));
  ASSERT_OK(t.commit());
}

TEST_P(StoreConformance, WhatIsNotGrantedIsDenied) {
  struct Case {
    const char* sql;
    std::vector<Grant> grants;
  };
  const Case cases[] = {
      {"SELECT word FROM secrets", {kRead}},
      {"SELECT title FROM tickets", {kReadId}},
      {"SELECT * FROM tickets", {kReadId}},
      {"SELECT id FROM tickets WHERE title = 'Disk'", {kReadId}},
      {"SELECT id FROM tickets ORDER BY title", {kReadId}},
      {"SELECT count(*) FROM secrets", {kRead}},
      {"SELECT id FROM tickets WHERE EXISTS (SELECT 1 FROM secrets WHERE word = 'sesame')", {kRead}},
      {"SELECT t.id FROM tickets t JOIN secrets s ON s.id = t.id", {kRead}},
      {"SELECT id FROM tickets UNION SELECT id FROM secrets", {kRead}},
      {"WITH x AS (SELECT word FROM secrets) SELECT * FROM x", {kRead}},
      {"UPDATE tickets SET state = 'done'", {kRead}},
      {"UPDATE tickets SET title = 'x' WHERE id = 1", {kReadId, kSetState}},
      {"UPDATE tickets SET state = 'done', title = 'x' WHERE id = 1", {kReadId, kSetState}},
      {"UPDATE tickets SET state = title WHERE id = 1", {kReadId, kSetState}},
      {"UPDATE tickets SET state = 'done' WHERE title = 'Disk'", {kReadId, kSetState}},
      {"UPDATE tickets SET state = 'done' WHERE id = 1 RETURNING title", {kReadId, kSetState}},
      {"UPDATE tickets SET state = 'done' WHERE id = 1 RETURNING (SELECT word FROM secrets)",
       {kReadId, kSetState}},
      {"UPDATE secrets SET word = 'x' WHERE id = 1", {kRead, kSetState}},
      {"INSERT INTO tickets (id, title) VALUES (7, 'New')", {kRead, kSetState}},
      {"INSERT INTO tickets (id, title, state) VALUES (7, 'New', 'done')",
       {{"tickets", "id", SR_GRANT_INSERT}, {"tickets", "title", SR_GRANT_INSERT}}},
      {"INSERT INTO tickets VALUES (7, 'New', 'done', 1, TRUE)",
       {{"tickets", "id", SR_GRANT_INSERT}, {"tickets", "title", SR_GRANT_INSERT}}},
      {"INSERT INTO tickets (id, title) SELECT id + 10, word FROM secrets", {kInsert, kRead}},
      {"INSERT INTO tickets (id, title) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET title = 'x'",
       {kInsert, kReadId}},
      {"DELETE FROM tickets WHERE id = 1", {kRead, kSetState}},
      {"DELETE FROM tickets WHERE id = 1", {kDelete}},
      {"DELETE FROM secrets", {kRead, kDelete}},
      {"DROP TABLE tickets", {kRead, kDelete}},
      {"CREATE TABLE mine (id INTEGER PRIMARY KEY)", {kRead, kInsert}},
      {"ALTER TABLE tickets ADD COLUMN more TEXT", {kRead, kSetState}},
  };
  for (const auto& c : cases) {
    auto t = write();
    EXPECT_EQ(code_of(t.execute(action(c.sql, c.grants))), SR_DENIED) << c.sql;
    const bool looks = std::string_view(c.sql).starts_with("SELECT ");  // nothing is left of it
    EXPECT_EQ(t.commit().ok(), looks) << c.sql;
  }
  EXPECT_EQ(number(store(), "SELECT count(*) FROM tickets WHERE state = 'open'"), 3);
}

TEST_P(StoreConformance, ABindingOnlyReadsWhateverItIsGranted) {
  const char* statements[] = {"UPDATE tickets SET state = 'done' WHERE id = 1",
                              "DELETE FROM tickets WHERE id = 1",
                              "INSERT INTO tickets (id, title) VALUES (7, 'New')"};
  for (const char* sql : statements) {
    auto t = write();
    EXPECT_EQ(code_of(t.execute(binding(sql, {kRead, kSetState, kInsert, kDelete}))), SR_DENIED)
        << sql;
  }
}

TEST_P(StoreConformance, FunctionsRunWhenTheyAreGranted) {
  auto statement = binding("SELECT upper(title) FROM tickets WHERE title LIKE 'D%'", {kRead});
  EXPECT_FAILS(read().execute(statement), SR_DENIED, "upper");
  statement.functions = {"upper"};
  const auto found = read().execute(statement);
  ASSERT_OK(found);
  EXPECT_EQ(found->returned.rows[0][0], host::Value("DISK"));
}

TEST_P(StoreConformance, TheSameTextUnderOtherGrantsIsCheckedAgain) {
  const std::string sql = "SELECT word FROM secrets";
  EXPECT_OK(read().execute(binding(sql, {{"secrets", "", SR_GRANT_SELECT}})));
  EXPECT_FAILS(read().execute(binding(sql, {kRead})), SR_DENIED, "secrets");
  EXPECT_FAILS(read().execute(binding(sql, {{"secrets", "id", SR_GRANT_SELECT}})), SR_DENIED,
               "secrets");
}

TEST_P(StoreConformance, OneStatementAtATime) {
  auto t = write();
  EXPECT_FALSE(t.execute(owner("SELECT 1; DELETE FROM tickets")).ok());
  t.rollback();
  EXPECT_FALSE(write().execute(action("UPDATE tickets SET state = 'done' WHERE id = 1; "
                                      "DELETE FROM secrets", {kReadId, kSetState})).ok());
  EXPECT_FALSE(read().execute(owner("  -- nothing here\n")).ok());
  EXPECT_OK(read().execute(owner("SELECT 1;")));
  EXPECT_EQ(number(store(), "SELECT count(*) FROM tickets WHERE state = 'open'"), 3);
}

TEST_P(StoreConformance, MoreRowsThanAllowedAreNotReturned) {
  auto statement = binding("SELECT id FROM tickets", {kRead});
  statement.max_rows = 3;
  EXPECT_OK(read().execute(statement));
  statement.max_rows = 2;
  EXPECT_FAILS(read().execute(statement), SR_EXHAUSTED, "2 rows");
}

TEST_P(StoreConformance, MoreRowsThanAllowedAreNotChanged) {
  auto t = write();
  auto statement = action("UPDATE tickets SET state = 'done' WHERE id < 3", {kReadId, kSetState});
  statement.max_rows = 1;
  EXPECT_FAILS(t.execute(statement), SR_EXHAUSTED, "2 rows");
  EXPECT_FALSE(t.commit().ok());
  EXPECT_EQ(number(store(), "SELECT count(*) FROM tickets WHERE state = 'open'"), 3);
}

TEST_P(StoreConformance, MoreBytesThanAllowedAreNotReturned) {
  change(store(), {"UPDATE tickets SET title = '" + std::string(2000, 'x') + "' WHERE id = 1"});
  auto statement = binding("SELECT title FROM tickets", {kRead});
  statement.max_bytes = 4000;
  EXPECT_OK(read().execute(statement));
  statement.max_bytes = 1000;
  EXPECT_FAILS(read().execute(statement), SR_EXHAUSTED, "1000 bytes");
}

// The host looks at rows before it changes them.
TEST_P(StoreConformance, ALookAtRowsThatFailsLeavesTheTransactionAsItWas) {
  auto t = write();
  ASSERT_OK(t.execute(action("UPDATE tickets SET state = 'done' WHERE id = 1", {kReadId, kSetState})));
  auto look = action("SELECT id FROM tickets WHERE id < 3", {kReadId, kSetState});
  look.max_rows = 1;
  EXPECT_FAILS(t.execute(look), SR_EXHAUSTED, "1 rows");
  look.max_rows = 2;
  EXPECT_OK(t.execute(look));
  EXPECT_FAILS(t.execute(action("SELECT title FROM tickets", {kReadId, kSetState})), SR_DENIED, "");
  ASSERT_OK(t.commit());
  EXPECT_EQ(number(store(), "SELECT count(*) FROM tickets WHERE state = 'open'"), 2);
}

TEST_P(StoreConformance, AStatementThatRunsTooLongIsStopped) {
  auto statement = binding("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                           "SELECT count(*) FROM n", {kRead});
  statement.functions = {"count"};
  statement.timeout_ms = 50;
  EXPECT_FAILS(read().execute(statement), SR_DEADLINE, "50 ms");
  EXPECT_EQ(number(store(), "SELECT count(*) FROM tickets"), 3);
}

}  // namespace sr::test
