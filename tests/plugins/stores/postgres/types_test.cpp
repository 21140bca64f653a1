// The types of PostgreSQL 15, and what becomes of values in them (docs/stores/postgres.md).
#include "tests/plugins/stores/postgres/bench.h"
#include "tests/plugins/stores/types.h"

namespace sr::test {
namespace {

constexpr const char* kBefore = R"sql(
CREATE TYPE mood AS ENUM ('calm', 'cross');
CREATE TYPE pair AS (a integer, b text);
CREATE DOMAIN small AS integer CHECK (VALUE < 10);
CREATE DOMAIN smaller AS small CHECK (VALUE < 5);
CREATE DOMAIN price AS numeric(10,2);
)sql";

const std::vector<TypeCase> kTypes = {
    {"boolean", "true", "true", "FALSE", "false"},
    {"smallint", "32767", "32767", "32768", "refused: takes whole numbers from -32768 to 32767"},
    {"integer", "-2147483648", "-2147483648", "2147483648",
     "refused: takes whole numbers from -2147483648 to 2147483647"},
    {"integer", "2147483647", "2147483647", "v + 1", "refused: integer out of range"},
    {"bigint", "9223372036854775807", "9223372036854775807", "v + 1",
     "refused: bigint out of range"},
    {"bigint", "1", "1", "'-9223372036854775808'", "-9223372036854775808"},
    {"serial", "1", "1", "2", "2"},
    {"real", "0.1", "real 0.1", "1e-07", "real 1e-07"},
    {"double precision", "'NaN'", "real nan", "5e-324", "real 5e-324"},
    {"double precision", "'-Infinity'", "real -inf", "1e22", "real 1e+22"},
    {"numeric(10,2)", "0.1", "real 0.1", "v + 0.1 + 0.1", "real 0.3"},
    {"numeric(10,2)", "2.3", "real 2.3", "v * 1.15", "real 2.65"},
    {"numeric(10,2)", "1", "real 1", "0.125", "refused: 2 behind it, not 0.125"},
    {"numeric(10,2)", "1", "real 1", "v * 99999999999.0", "refused: numeric field overflow"},
    {"numeric(25,2)", "12345678901234567.89", "'12345678901234567.89'", "'12345678901234567.90'",
     "'12345678901234567.90'"},
    {"numeric", "'NaN'", "real nan", "0.1234567890123456789", "'0.1234567890123456789'"},
    {"numeric", "100000000000000000000", "'100000000000000000000'", "1e3", "1000"},
    {"price", "0.5", "real 0.5", "0.125", "refused: 2 behind it, not 0.125"},
    {"money", "1.5", "'$1.50'", "'2'", "'$2.00'"},
    {"text", "'a\\b'", "'a\\b'", "'00\\7'", "'00\\7'"},
    {"varchar(2)", "'ab'", "'ab'", "'abc'", "refused: value too long for type character varying(2)"},
    {"char(3)", "'a'", "'a  '", "'abc'", "'abc'"},
    {"name", "'n'", "'n'", "'m'", "'m'"},
    {"bytea", "'\\x00ff01'", "3 bytes", "'x'", "refused: holds bytes"},
    {"date", "'2024-02-29'", "'2024-02-29'", "'2023-02-29'", "refused: is no day"},
    {"time", "'09:30'", "'09:30:00'", "'25:00'", "refused: date/time field value out of range"},
    {"timetz", "'09:30+02'", "'09:30:00+02'", "'10:00Z'", "'10:00:00+00'"},
    {"timestamp", "'2024-02-29 09:30:00.5'", "'2024-02-29 09:30:00.5'", "'2024-02-29T10:00'",
     "'2024-02-29 10:00:00'"},
    {"timestamptz", "'2024-02-29 09:30+02'", "'2024-02-29 07:30:00'", "'2024-02-29T10:00+01:00'",
     "'2024-02-29 09:00:00'"},
    {"interval", "'1 day'", "'1 day'", "'2 hours'", "'02:00:00'"},
    {"uuid", "'123e4567-e89b-12d3-a456-426614174000'", "'123e4567-e89b-12d3-a456-426614174000'",
     "'nonsense'", "refused: invalid input syntax for type uuid: \"nonsense\""},
    {"json", "'{\"a\": 1}'", "'{\"a\": 1}'", "'not json'", "refused: invalid input syntax for type json"},
    {"jsonb", "'{\"a\":1}'", "'{\"a\": 1}'", "'[1,2]'", "'[1, 2]'"},
    {"xml", "'<a/>'", "'<a/>'", "'<b'", "refused: invalid XML content"},
    {"inet", "'10.0.0.1/8'", "'10.0.0.1/8'", "'::1'", "'::1'"},
    {"cidr", "'10.0.0.0/8'", "'10.0.0.0/8'", "'10.0.0.1/8'", "refused: invalid cidr value"},
    {"macaddr", "'08:00:2b:01:02:03'", "'08:00:2b:01:02:03'", "'08002b010204'",
     "'08:00:2b:01:02:04'"},
    {"integer[]", "'{1,2}'", "'{1,2}'", "'{3,NULL}'", "'{3,NULL}'"},
    {"text[]", "ARRAY['a b','c\"d']", "'{\"a b\",\"c\\\"d\"}'", "'{x'", "refused: malformed array literal"},
    {"int4range", "'[1,5)'", "'[1,5)'", "'[2,3]'", "'[2,4)'"},
    {"int4multirange", "'{[1,3),[5,7)}'", "'{[1,3),[5,7)}'", "'{}'", "'{}'"},
    {"mood", "'calm'", "'calm'", "'happy'", "refused: v can be 'calm' or 'cross'"},
    {"smaller", "4", "4", "7", "refused: breaks a rule of the table"},
    {"pair", "ROW(1,'x')", "'(1,x)'", "'(2,y)'", "'(2,y)'"},
    {"bit(3)", "B'101'", "'101'", "'111'", "'111'"},
    {"varbit", "B'1'", "'1'", "'2'", "refused: \"2\" is not a valid binary digit"},
    {"tsvector", "to_tsvector('simple', 'a b')", "''a':1 'b':2'", "'c'", "''c''"},
    {"tsquery", "'a & b'", "''a' & 'b''", "'&'", "refused: syntax error in tsquery"},
    {"point", "'(1,2)'", "'(1,2)'", "'(3,4)'", "'(3,4)'"},
    {"polygon", "'((0,0),(1,1),(2,0))'", "'((0,0),(1,1),(2,0))'", "'x'",
     "refused: invalid input syntax for type polygon"},
    {"oid", "7", "'7'", "'8'", "'8'"},
    {"integer GENERATED ALWAYS AS (id * 2) STORED", "", "no row", "3",
     "refused: the database computes v"},
    {"bigint GENERATED ALWAYS AS IDENTITY", "DEFAULT", "1", "3", "refused: the database computes v"},
    {"integer NOT NULL DEFAULT 5", "1", "1", "NULL", "refused: cannot be NULL"},
};

class PostgresTypes : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = open_postgres(database_);
    ASSERT_OK(opened);
    store_ = *std::move(opened);
  }
  const std::string database_ = PostgresServer::instance().fresh_database();
  std::optional<host::LoadedStore> store_;
};

TEST_F(PostgresTypes, ArriveAndAreWrittenAsTheDocumentSays) { expect_types(*store_, kBefore, kTypes); }

TEST_F(PostgresTypes, ALoneWholeKeyIsNumberedBehindWhatTheScriptInserts) {
  ASSERT_OK(store_->run_script("CREATE TABLE old (id integer PRIMARY KEY, v text)"));
  auto t = store_->begin(true);
  ASSERT_OK(t->execute(owner("ALTER TABLE old ALTER COLUMN id DROP IDENTITY")));
  ASSERT_OK(t->commit());
  ASSERT_OK(store_->run_script(R"sql(
    CREATE TABLE a (id INTEGER PRIMARY KEY, v TEXT);
    INSERT INTO a VALUES (1, 'x'), (41, 'y');
    CREATE TABLE b (id INTEGER PRIMARY KEY REFERENCES a, v TEXT);
    CREATE TABLE c (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v TEXT);
    CREATE TABLE d (id TEXT PRIMARY KEY, v TEXT);
    CREATE TABLE e (x INTEGER, y INTEGER, PRIMARY KEY (x, y));
  )sql"));
  std::vector<std::string> numbered;
  const auto catalog = store_->catalog();
  for (const auto& c : *catalog) {
    if (c.key() && (c.flags & SR_COLUMN_HAS_DEFAULT) != 0) numbered.push_back(c.table);
  }
  EXPECT_EQ(numbered, (std::vector<std::string>{"a", "c"}));
  change(*store_, {"INSERT INTO a (v) VALUES ('z')"});
  EXPECT_EQ(number(*store_, "SELECT id FROM a WHERE v = 'z'"), 42);
}

}  // namespace
}  // namespace sr::test
