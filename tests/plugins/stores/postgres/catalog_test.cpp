// What the catalog says of PostgreSQL's own kinds of columns, and how their values arrive.
#include <cmath>
#include <limits>

#include "choices.h"
#include "tests/plugins/stores/postgres/bench.h"

namespace sr::test {
namespace {

using postgres::choices_of;
using Choices = std::vector<std::string>;

TEST(Choices, OfTheFormsThatTheServerWrites) {
  EXPECT_EQ(choices_of("CHECK ((state = ANY (ARRAY['open'::text, 'won''t fix'::text])))", "state"),
            (Choices{"open", "won't fix"}));
  EXPECT_EQ(choices_of("CHECK (((state)::text = ANY ((ARRAY['a'::character varying, "
                       "'b'::character varying])::text[])))", "state"),
            (Choices{"a", "b"}));
  EXPECT_EQ(choices_of("CHECK ((level = ANY (ARRAY[1, 2, '-3'::integer])))", "level"),
            (Choices{"1", "2", "-3"}));
  EXPECT_EQ(choices_of("CHECK ((state = 'only'::text))", "state"), Choices{"only"});
  EXPECT_EQ(choices_of("CHECK (((state IS NULL) OR (state = ANY (ARRAY['a'::text, 'b'::text]))))",
                       "state"), (Choices{"a", "b"}));
  EXPECT_EQ(choices_of("CHECK (((state = ANY (ARRAY['a'::text, 'b'::text])) OR (state IS NULL)))",
                       "state"), (Choices{"a", "b"}));
  EXPECT_EQ(choices_of("CHECK (((state = ANY (ARRAY['a'::text])) AND (length(state) > 2)))", "state"),
            Choices{"a"});
}

TEST(Choices, OtherFormsSayNothing) {
  for (const char* check : {"CHECK ((length(state) > 2))", "CHECK ((state <> ''::text))",
                            "CHECK ((lower(state) = ANY (ARRAY['a'::text])))",
                            "CHECK (((state = 'a'::text) OR (state = 'b'::text)))",
                            "CHECK (((state = 'a'::text) OR (length(state) > 3)))",
                            "CHECK ((other = ANY (ARRAY['a'::text])))", "CHECK ((state = 'a", "", "x",
                            "CHECK (", "CHECK ((NOT (state = ANY (ARRAY['a'::text]))))"}) {
    EXPECT_EQ(choices_of(check, "state"), Choices{}) << check;
  }
}

class PostgresCatalog : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = open_postgres(database_);
    ASSERT_OK(opened);
    store_ = *std::move(opened);
  }
  const std::string database_ = PostgresServer::instance().fresh_database();
  std::optional<host::LoadedStore> store_;
};

TEST_F(PostgresCatalog, KnowsEnumsDomainsIdentityAndGeneratedColumns) {
  ASSERT_OK(store_->run_script(R"sql(
    CREATE TYPE mood AS ENUM ('calm', 'cross');
    CREATE DOMAIN share AS numeric(5, 2) NOT NULL DEFAULT 0;
    CREATE TABLE people (
      id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      mood   mood,
      part   share,
      grade  varchar(5) CHECK (grade IN ('a', 'b') OR grade IS NULL),
      twice  integer GENERATED ALWAYS AS (2 * 3) STORED,
      photo  bytea,
      born   date,
      serial serial
    );
    CREATE VIEW calm AS SELECT id, mood FROM people WHERE mood = 'calm';
  )sql"));
  const auto catalog = store_->catalog();
  ASSERT_OK(catalog);
  ASSERT_EQ(catalog->size(), 10u);
  const auto& all = *catalog;
  EXPECT_EQ(all[0].table, "calm");
  EXPECT_FALSE(all[0].key());
  const auto* people = &all[2];
  EXPECT_EQ(people[0].flags, static_cast<std::uint32_t>(SR_COLUMN_KEY | SR_COLUMN_NOT_NULL |
                                                        SR_COLUMN_HAS_DEFAULT | SR_COLUMN_GENERATED));
  EXPECT_EQ(people[1].choices, (std::vector<std::string>{"calm", "cross"}));
  EXPECT_EQ(people[1].type, SR_TEXT);
  EXPECT_EQ(people[2].type, SR_REAL);
  EXPECT_EQ(people[2].flags, static_cast<std::uint32_t>(SR_COLUMN_NOT_NULL | SR_COLUMN_HAS_DEFAULT));
  EXPECT_EQ(people[3].choices, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(people[3].declared_type, "character varying(5)");
  EXPECT_EQ(people[4].flags, static_cast<std::uint32_t>(SR_COLUMN_GENERATED));
  EXPECT_EQ(people[5].type, SR_BLOB);
  EXPECT_EQ(people[6].type, SR_TEXT);
  EXPECT_EQ(people[7].flags, static_cast<std::uint32_t>(SR_COLUMN_NOT_NULL | SR_COLUMN_HAS_DEFAULT));
}

TEST_F(PostgresCatalog, ValuesOfPostgresTypesArriveAsJsonHasThem) {
  const auto rows = query(*store_,
                          "SELECT sum(x) AS whole, avg(x) AS mean, 1.50::numeric AS money, "
                          "'NaN'::float8 AS nan, '2026-01-02'::date AS day, "
                          "'\\x00ff'::bytea AS bytes, ARRAY[1, 2] AS list, 9223372036854775807 AS big, "
                          "timestamptz '2026-01-02 03:04:05+02' AS instant, "
                          "100000000000000000000::numeric AS huge, "
                          "0.30::numeric AS places, 12345678901234567.89 AS long, "
                          "-0.1234567890123450::numeric AS fifteen, 'NaN'::numeric AS none, "
                          "'-Infinity'::float8 AS least, 5e-324::float8 AS small, "
                          "0.1::float4 AS short, 1.5::money AS cash "
                          "FROM (VALUES (1::bigint), (2)) v (x)");
  ASSERT_EQ(rows.size(), 1u);
  using host::Value;
  auto row = rows[0];
  for (const std::size_t nan : {3u, 13u}) {
    ASSERT_TRUE(std::holds_alternative<double>(row[nan]));
    EXPECT_TRUE(std::isnan(std::get<double>(row[nan])));
    row[nan] = std::monostate();
  }
  EXPECT_EQ(row,
            (std::vector<Value>{
                std::int64_t{3}, 1.5, 1.5, std::monostate(), std::string("2026-01-02"),
                host::Bytes{std::string("\0\xff", 2)}, std::string("{1,2}"),
                std::int64_t{9223372036854775807}, std::string("2026-01-02 01:04:05"),
                std::string("100000000000000000000"), 0.3, std::string("12345678901234567.89"),
                -0.123456789012345, std::monostate(), -std::numeric_limits<double>::infinity(),
                5e-324, 0.1, std::string("$1.50")}));
}

TEST_F(PostgresCatalog, ATextWithNulIsRefusedBeforeAnythingIsWritten) {
  auto t = store_->begin(true);
  ASSERT_OK(t);
  EXPECT_FAILS(t->execute(owner("SELECT $1::text", {std::string("a\0b", 3)})), SR_INVALID_ARGUMENT,
               "NUL");
  auto u = store_->begin(true);
  ASSERT_OK(u);
  EXPECT_EQ(code_of(u->session_get(std::string("a\0b", 3))), SR_NOT_FOUND);
}

TEST_F(PostgresCatalog, AScriptThatCommitsOnItsOwnIsFoundOut) {
  EXPECT_FAILS(store_->run_script("CREATE TABLE a (x int); COMMIT; CREATE TABLE b (x int)"),
               SR_INVALID_ARGUMENT, "leave out BEGIN");
}

}  // namespace
}  // namespace sr::test
