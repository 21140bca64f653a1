// Transactions, statements, values, parameters and the catalog.
#include "tests/plugins/stores/conformance.h"

#include <atomic>
#include <thread>

namespace sr::test {

using host::Grant;
using host::Value;

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(StoreConformance);

void StoreConformance::SetUp() {
  database_ = GetParam().make();
  auto opened = database_->open();
  ASSERT_OK(opened);
  store_ = *std::move(opened);
  ASSERT_OK(store().run_script(R"sql(
    CREATE TABLE tickets (
      id     INTEGER PRIMARY KEY,
      title  TEXT NOT NULL,
      state  TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'won''t fix')),
      weight DOUBLE PRECISION,
      urgent BOOLEAN NOT NULL DEFAULT FALSE
    );
    CREATE TABLE secrets (id INTEGER PRIMARY KEY, word TEXT NOT NULL);
    INSERT INTO tickets (id, title, weight) VALUES (1, 'Disk', 1.5), (2, 'Login', NULL),
                                                   (3, 'Cable', -2);
    INSERT INTO secrets (id, word) VALUES (1, 'sesame');
  )sql"));
}

void StoreConformance::reopen() {
  store_.reset();
  auto opened = database_->open();
  ASSERT_OK(opened);
  store_ = *std::move(opened);
}

host::TransactionRef StoreConformance::write() {
  auto made = store().begin(true);
  EXPECT_OK(made);
  return *std::move(made);
}

host::TransactionRef StoreConformance::read() {
  auto made = store().begin(false);
  EXPECT_OK(made);
  return *std::move(made);
}

TEST_P(StoreConformance, CommitKeepsAndRollbackForgets) {
  change(store(), {"UPDATE tickets SET state = 'done' WHERE id = 1"});
  {
    auto t = write();
    EXPECT_OK(t.execute(owner("DELETE FROM tickets")));
    t.rollback();
  }
  {
    auto t = write();  // goes away without a word: rolled back
    EXPECT_OK(t.execute(owner("DELETE FROM tickets")));
  }
  EXPECT_EQ(number(store(), "SELECT count(*) FROM tickets"), 3);
  reopen();
  EXPECT_EQ(number(store(), "SELECT count(*) FROM tickets WHERE state = 'done'"), 1);
}

TEST_P(StoreConformance, AReaderSeesOneStateAllAlong) {
  auto reader = read();
  change(store(), {"DELETE FROM tickets WHERE id = 3"});
  const auto seen = reader.execute(owner("SELECT count(*) FROM tickets"));
  ASSERT_OK(seen);
  EXPECT_EQ(seen->returned.rows[0][0], Value(std::int64_t{3}));
  EXPECT_EQ(number(store(), "SELECT count(*) FROM tickets"), 2);
}

TEST_P(StoreConformance, AWriterSeesItsOwnChangesAndNobodyElseDoes) {
  auto writer = write();
  ASSERT_OK(writer.execute(owner("DELETE FROM tickets WHERE id = 3")));
  const auto seen = writer.execute(owner("SELECT count(*) FROM tickets"));
  ASSERT_OK(seen);
  EXPECT_EQ(seen->returned.rows[0][0], Value(std::int64_t{2}));
  EXPECT_EQ(number(store(), "SELECT count(*) FROM tickets"), 3);
}

// One store lets in one writer at a time, another one waits only where two change the same row.
TEST_P(StoreConformance, ASecondWriterWaitsAndIsToldWhenItTookTooLong) {
  const std::string sql = "UPDATE tickets SET state = 'done' WHERE id = 3";
  auto first = write();
  ASSERT_OK(first.execute(owner(sql)));
  std::thread([&] {
    auto second = store().begin(true);
    if (second) {
      EXPECT_FAILS(second->execute(owner(sql)), SR_UNAVAILABLE, "waited");
    } else {
      EXPECT_FAILS(second, SR_UNAVAILABLE, "waited");
    }
  }).join();
  ASSERT_OK(first.commit());
  change(store(), {sql});
}

TEST_P(StoreConformance, ManyThreadsCountWithoutLosingOne) {
  change(store(), {"UPDATE tickets SET weight = 0 WHERE id = 1"});
  constexpr int kThreads = 4;
  constexpr int kEach = 25;
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < kEach; ++k) {
        auto t = store().begin(true);
        if (!t || !t->execute(owner("UPDATE tickets SET weight = weight + 1 WHERE id = 1")) ||
            !t->commit()) {
          ++failures;
        }
        auto r = store().begin(false);
        if (!r || !r->execute(owner("SELECT weight FROM tickets WHERE id = 1"))) ++failures;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(query(store(), "SELECT weight FROM tickets WHERE id = 1")[0][0],
            Value(double{kThreads * kEach}));
}

TEST_P(StoreConformance, ReadTransactionsCannotWrite) {
  auto t = read();
  EXPECT_FALSE(t.execute(owner("DELETE FROM tickets")).ok());
  t.rollback();
  auto u = read();
  EXPECT_FALSE(u.session_create({.id = "s"}).ok());
  u.rollback();
  EXPECT_EQ(number(store(), "SELECT count(*) FROM tickets"), 3);
}

TEST_P(StoreConformance, AfterAFailureATransactionCanOnlyBeRolledBack) {
  auto t = write();
  EXPECT_OK(t.execute(owner("DELETE FROM tickets WHERE id = 1")));
  EXPECT_FAILS(t.execute(owner("UPDATE tickets SET state = 'odd' WHERE id = 2")),
               SR_INVALID_ARGUMENT, "state");
  EXPECT_FALSE(t.execute(owner("SELECT 1")).ok());
  EXPECT_FALSE(t.commit().ok());
  EXPECT_EQ(number(store(), "SELECT count(*) FROM tickets"), 3);
}

TEST_P(StoreConformance, ABindingThatFailsLeavesTheTransactionAsItWas) {
  const Grant read_all{"tickets", "", SR_GRANT_SELECT};
  const std::string endless =
      "SELECT count(*) FROM tickets a, tickets b, tickets c, tickets d, tickets e, tickets f, tickets g, "
      "tickets h, tickets i, tickets j, tickets k, tickets l, tickets m, tickets n, tickets o, tickets p, "
      "tickets q WHERE a.title <> q.state";
  for (const bool writes : {true, false}) {
    auto t = writes ? write() : read();
    if (writes) EXPECT_OK(t.execute(owner("UPDATE tickets SET state = 'done' WHERE id = 1")));
    auto slow = binding(endless, {read_all});
    slow.functions = {"count"};
    slow.timeout_ms = 50;
    EXPECT_FAILS(t.execute(slow), SR_DEADLINE, "");
    auto many = binding("SELECT id FROM tickets", {read_all});
    many.max_rows = 2;
    EXPECT_FAILS(t.execute(many), SR_EXHAUSTED, "");
    EXPECT_FAILS(t.execute(binding("SELECT word FROM secrets", {read_all})), SR_DENIED, "");
    EXPECT_FAILS(t.execute(binding("SELECT nothing FROM tickets", {read_all})), SR_INVALID_ARGUMENT, "");
    const auto found = t.execute(binding("SELECT state FROM tickets WHERE id = 1", {read_all}));
    ASSERT_OK(found);
    EXPECT_EQ(found->returned.rows[0][0], Value("done"));
    if (writes) ASSERT_OK(t.commit());
  }
  EXPECT_EQ(number(store(), "SELECT count(*) FROM tickets WHERE state = 'done'"), 1);
}

TEST_P(StoreConformance, EveryTypeOfValueArrivesAsItself) {
  auto t = write();
  ASSERT_OK(t.execute(owner("INSERT INTO tickets (id, title, weight, urgent) VALUES ($1, $2, $3, $4)",
                            {std::int64_t{9}, std::string("Grüße 👋 'quoted'"), 0.1, true})));
  const auto found = t.execute(
      owner("SELECT id, title, weight, urgent, NULL AS missing FROM tickets WHERE id = $1",
            {std::int64_t{9}}));
  ASSERT_OK(found);
  EXPECT_EQ(found->returned.columns,
            (std::vector<std::string>{"id", "title", "weight", "urgent", "missing"}));
  EXPECT_EQ(found->returned.rows[0],
            (std::vector<Value>{std::int64_t{9}, "Grüße 👋 'quoted'", 0.1, true, std::monostate()}));
}

TEST_P(StoreConformance, ColumnNamesComeAlsoWithoutRows) {
  auto t = read();
  const auto found = t.execute(owner("SELECT id, title FROM tickets WHERE id = 0"));
  ASSERT_OK(found);
  EXPECT_EQ(found->returned.columns, (std::vector<std::string>{"id", "title"}));
  EXPECT_TRUE(found->returned.rows.empty());
}

TEST_P(StoreConformance, ParametersMayRepeatAndComeInAnyOrder) {
  auto t = read();
  const auto found = t.execute(
      owner("SELECT title FROM tickets WHERE id = $2 AND id > $1 AND id = $2",
            {std::int64_t{1}, std::int64_t{2}}));
  ASSERT_OK(found);
  EXPECT_EQ(found->returned.rows[0][0], Value("Login"));
}

TEST_P(StoreConformance, AParameterTooFewOrTooManyIsRefused) {
  auto t = read();
  EXPECT_FAILS(t.execute(owner("SELECT $2", {std::int64_t{1}})), SR_INVALID_ARGUMENT, "");
  auto u = read();
  EXPECT_FAILS(u.execute(owner("SELECT title FROM tickets WHERE id = $1",
                               {std::int64_t{1}, std::int64_t{2}})),
               SR_INVALID_ARGUMENT, "");
}

TEST_P(StoreConformance, CountsWhatAStatementChangedItself) {
  auto t = write();
  const auto two = t.execute(owner("UPDATE tickets SET state = 'done' WHERE id IN (1, 2)"));
  ASSERT_OK(two);
  EXPECT_EQ(two->changed, 2u);
  const auto none = t.execute(owner("SELECT id FROM tickets"));
  ASSERT_OK(none);
  EXPECT_EQ(none->changed, 0u);
  const auto nothing = t.execute(owner("DELETE FROM tickets WHERE id = 77"));
  ASSERT_OK(nothing);
  EXPECT_EQ(nothing->changed, 0u);
}

TEST_P(StoreConformance, ReturningDeliversRows) {
  auto t = write();
  const auto found =
      t.execute(owner("UPDATE tickets SET state = 'done' WHERE id = 2 RETURNING id, state, urgent"));
  ASSERT_OK(found);
  EXPECT_EQ(found->changed, 1u);
  EXPECT_EQ(found->returned.rows,
            (std::vector<std::vector<Value>>{{std::int64_t{2}, std::string("done"), false}}));
}

TEST_P(StoreConformance, TheCatalogTellsTheApplicationsTables) {
  const auto catalog = store().catalog();
  ASSERT_OK(catalog);
  std::vector<std::string> names;
  for (const auto& c : *catalog) names.push_back(c.table + "." + c.name);
  EXPECT_EQ(names, (std::vector<std::string>{"secrets.id", "secrets.word", "tickets.id",
                                             "tickets.title", "tickets.state", "tickets.weight",
                                             "tickets.urgent"}));
  const auto& all = *catalog;
  EXPECT_TRUE(all[2].key());
  EXPECT_FALSE(all[3].key());
  EXPECT_EQ(all[2].type, SR_INTEGER);
  EXPECT_EQ(all[3].type, SR_TEXT);
  EXPECT_EQ(all[3].flags, static_cast<std::uint32_t>(SR_COLUMN_NOT_NULL));
  EXPECT_EQ(all[4].flags, static_cast<std::uint32_t>(SR_COLUMN_NOT_NULL | SR_COLUMN_HAS_DEFAULT));
  EXPECT_EQ(all[4].choices, (std::vector<std::string>{"open", "done", "won't fix"}));
  EXPECT_EQ(all[5].type, SR_REAL);
  EXPECT_EQ(all[5].flags, 0u);
  EXPECT_EQ(all[6].type, SR_BOOLEAN);
}

TEST_P(StoreConformance, TheCatalogTellsWhatForeignKeysPointAt) {
  ASSERT_OK(store().run_script(
      "CREATE TABLE rooms (house TEXT, no INTEGER, PRIMARY KEY (house, no));\n"
      "CREATE TABLE guests (id INTEGER PRIMARY KEY, invited_by INTEGER REFERENCES guests);\n"
      "CREATE TABLE stays (guest INTEGER REFERENCES guests (id), house TEXT, no INTEGER,\n"
      "  FOREIGN KEY (house, no) REFERENCES rooms (house, no));\n"));
  const auto catalog = store().catalog();
  ASSERT_OK(catalog);
  std::map<std::string, std::string> pointing;
  std::map<std::string, std::uint32_t> keys;
  for (const auto& c : *catalog) {
    for (const auto& r : c.references) {
      pointing[c.table + "." + c.name] += r.table + "." + r.column;
      keys[c.table + "." + c.name] = r.key;
    }
  }
  EXPECT_EQ(pointing, (std::map<std::string, std::string>{{"guests.invited_by", "guests.id"},
                                                          {"stays.guest", "guests.id"},
                                                          {"stays.house", "rooms.house"},
                                                          {"stays.no", "rooms.no"}}));
  EXPECT_EQ(keys["stays.house"], keys["stays.no"]);
  EXPECT_NE(keys["stays.house"], keys["stays.guest"]);
}

TEST_P(StoreConformance, AScriptRunsWhollyOrNotAtAll) {
  EXPECT_FAILS(store().run_script("CREATE TABLE fresh (id INTEGER PRIMARY KEY);\n"
                                  "INSERT INTO fresh (id) VALUES (1);\n"
                                  "INSERT INTO nowhere (id) VALUES (1);\n"),
               SR_INVALID_ARGUMENT, "line 3");
  const auto catalog = store().catalog();
  ASSERT_OK(catalog);
  for (const auto& column : *catalog) EXPECT_NE(column.table, "fresh");
}

}  // namespace sr::test
