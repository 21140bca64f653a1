// The grammars of what a model may write: whatever they make passes the guard, what an app needs
// can be said, and what the policy hides cannot be spelt.
#include "host/sql/grammar/grammar.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "host/app/load.h"
#include "host/sql/grammar/value_slots.h"
#include "host/sql/names.h"
#include "tests/host/sql/gbnf_sentences.h"
#include "tests/host/sql/world.h"

namespace sr::host::sql::testing {
namespace {

struct Base {
  Policy policy;
  std::vector<Column> catalog;
};

// What somebody said and saw, of every sort, and a few values of each column that may have such.
Sources told(const Base& base) {
  std::vector<KnownColumn> known;
  for (const auto& table : grammar_tables(base.policy, base.catalog)) {
    for (const auto& column : table.columns) {
      if (column.known.empty() || !column.choices.empty()) continue;
      const auto place = static_cast<std::size_t>(column.column - base.catalog.data());
      known.push_back({column.column->table, column.column->name, place, true, {"Known", "known's", "so far"}});
    }
  }
  Sources out(std::make_shared<const KnownValues>(std::move(known)));
  out.say("set the note to \"it's 12 o'clock\", KNOWN for 1,250.75 or -3: größer — 日本語 😀 e\u0301 100% C:\\dir_x");
  out.say("order 123456789012345678 of 0a1b2c3d-0000-4000-8000-00000000000f, 40000 2.5k\nnext line");
  out.show("Disk almost full");
  out.show("it's \"shown\" \\ 100%");
  out.show("9007199254740993");
  out.show_number("0.125");
  out.show_number("-77.5");
  out.say_days(
      words::days_in("from 29 february 2024 to may 2026", *words::day_at("2026-07-22")).days);
  return out;
}

Sentences::Slots slots_of(const Sources& sources, const std::vector<Column>& catalog) {
  Sentences::Slots out;
  for (auto& slot : told_slots(sources, catalog)) {
    if (!slot.texts.empty()) out.emplace(slot.name, std::move(slot.texts));
  }
  return out;
}

// Every sentence that is made of what was told is accepted by the guard that is held to the same.
void every_sentence_passes(const Base& base, std::uint32_t seed, int count = 10000) {
  const auto sources = told(base);
  const Guard guard = Guard(base.policy, base.catalog).held_to(sources);
  const auto slots = slots_of(sources, base.catalog);
  std::mt19937 dice(seed);
  for (const bool action : {true, false}) {
    const auto text = action ? action_grammar(base.policy, base.catalog)
                             : binding_grammar(base.policy, base.catalog);
    if (text.empty()) continue;
    const Sentences sentences(text, slots);
    int failures = 0;
    for (int i = 0; i < count && failures < 5; ++i) {
      const auto statement = sentences.random(dice);
      const auto answer = action ? guard.action(statement) : guard.binding(statement);
      if (const auto* refusal = std::get_if<Refusal>(&answer)) {
        ++failures;
        ADD_FAILURE() << statement << "\nis refused [" << refusal->rule << "] at " << refusal->at
                      << ": " << refusal->why;
      }
      if (i < 100) {
        EXPECT_TRUE(sentences.accepts(statement)) << statement;
      }
    }
  }
}

Base alerts() {
  config::Diagnostics diagnostics;
  Base out;
  const auto folder = std::filesystem::path(SR_SOURCE_DIR) / "configs" / "apps" / "alerts";
  out.policy = load_app(folder, diagnostics).policy;
  EXPECT_TRUE(diagnostics.ok());
  std::ifstream file(folder / "schema.sql");
  std::stringstream text;
  text << file.rdbuf();
  sqlite3* raw = nullptr;
  sqlite3_open(":memory:", &raw);
  const Database db(raw);
  EXPECT_EQ(sqlite3_exec(raw, text.str().c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
  out.catalog = catalog_of(raw);
  EXPECT_GT(out.catalog.size(), 5U);
  return out;
}

Base world() {
  const Database db = open_world();
  return {world_policy(), catalog_of(db.get())};
}

constexpr const char* kFunctions[] = {"count", "sum", "avg", "min", "max", "round", "bucket"};

TablePolicy everything(std::vector<std::string> where) {
  TablePolicy out;
  out.select = Columns{.all = true};
  out.insert = WriteRule{{.all = true}, {}, 1};
  out.update = WriteRule{{.all = true}, where, 5};
  out.remove = WriteRule{{}, where, 5};
  return out;
}

// Names, types and values that a database may have and a statement must cope with.
Base odd() {
  Base out;
  out.policy.functions.assign(std::begin(kFunctions), std::end(kFunctions));
  const auto add = [&](const char* table, const char* name, const char* declared,
                       sr_value_type type, std::uint32_t flags = 0,
                       std::vector<std::string> choices = {}) {
    out.catalog.push_back({table, name, declared, type, flags, std::move(choices)});
  };
  add("Order Lines", "Order No", "INTEGER", SR_INTEGER, SR_COLUMN_KEY | SR_COLUMN_NOT_NULL);
  add("Order Lines", "line", "bigint", SR_INTEGER, SR_COLUMN_KEY | SR_COLUMN_NOT_NULL);
  add("Order Lines", "select", "text", SR_TEXT, SR_COLUMN_NOT_NULL, {"it's", "größer", "a\"b"});
  add("Order Lines", "amount", "numeric(10,2)", SR_REAL);
  add("Order Lines", "total", "numeric", SR_REAL, SR_COLUMN_GENERATED);
  add("Order Lines", "say \"hi\"", "text", SR_TEXT);
  add("Order Lines", "back\\slash", "text", SR_TEXT);
  add("Order Lines", "größe", "text", SR_TEXT);
  add("Order Lines", "twin", "text", SR_TEXT);
  add("Order Lines", "Twin", "text", SR_TEXT);
  add("Order Lines", std::string(64, 'n').c_str(), "text", SR_TEXT);
  add("Order Lines", "count", "integer", SR_INTEGER);
  add("Order Lines", "x", "integer", SR_INTEGER, SR_COLUMN_NOT_NULL);
  add("Order Lines", "value", "text", SR_TEXT, SR_COLUMN_HAS_DEFAULT);
  add("times", "id", "uuid", SR_TEXT, SR_COLUMN_KEY | SR_COLUMN_NOT_NULL | SR_COLUMN_HAS_DEFAULT);
  add("times", "day", "date", SR_TEXT);
  add("times", "hour", "time without time zone", SR_TEXT);
  add("times", "at", "timestamp with time zone", SR_TEXT, SR_COLUMN_NOT_NULL);
  add("times", "kept", "DATETIME", SR_TEXT);
  add("times", "picture", "bytea", SR_BLOB);
  add("times", "more", "json", SR_TEXT);
  add("times", "where", "inet", SR_TEXT);
  add("times", "mood", "mood", SR_TEXT, 0, {"so-so", "good\\bad", "fine"});
  add("times", "broken", "text", SR_TEXT, 0, {"back\\slash"});
  add("times", "on", "boolean", SR_BOOLEAN, SR_COLUMN_NOT_NULL);
  add("times", "level", "integer", SR_INTEGER, 0, {"-1", "0", "10"});
  add("times", "share", "real", SR_REAL, 0, {"0.5", "1"});
  for (int i = 0; i < 60; ++i) {
    add("wide", ("c" + std::to_string(i)).c_str(), i % 3 == 0 ? "integer" : "text",
        i % 3 == 0 ? SR_INTEGER : SR_TEXT, i == 0 ? SR_COLUMN_KEY | SR_COLUMN_NOT_NULL : 0);
  }
  add("Mail", "id", "integer", SR_INTEGER, SR_COLUMN_KEY);
  add("mail", "id", "integer", SR_INTEGER, SR_COLUMN_KEY);
  add("sqlite_things", "id", "integer", SR_INTEGER, SR_COLUMN_KEY);
  add("only_written", "id", "integer", SR_INTEGER, SR_COLUMN_KEY);
  add("only_written", "note", "text", SR_TEXT);
  add("only_written", "hits", "integer", SR_INTEGER);
  add("hidden", "id", "integer", SR_INTEGER);
  auto& tables = out.policy.tables;
  tables["Order Lines"] = everything({"Order No", "LINE", "select", "say \"hi\"", "none"});
  tables["times"] = everything({"id", "at", "on", "mood", "more", "level", "broken"});
  tables["wide"] = everything({"c0", "c1"});
  tables["Mail"] = everything({"id"});
  tables["mail"] = everything({"id"});
  tables["sqlite_things"] = everything({"id"});
  tables["only_written"].insert = WriteRule{{false, {"note"}}, {}, 1};
  tables["only_written"].update = WriteRule{{false, {"note", "hits"}}, {"id"}, 1};
  tables["gone"] = everything({"id"});
  return out;
}

// Words that are names of columns: keywords of either database, words that look like some.
Base words() {
  Base out;
  out.policy.functions.assign(std::begin(kFunctions), std::end(kFunctions));
  const char* all[] = {
      "all",     "and",      "as",        "asc",        "at",        "between",  "by",
      "case",    "cast",     "check",     "column",     "date",      "day",      "default",
      "desc",    "end",      "escape",    "filter",     "first",     "from",     "group",
      "hour",    "if",       "in",        "index",      "int",       "interval", "is",
      "join",    "key",      "last",      "left",       "level",     "like",     "limit",
      "minute",  "month",    "name",      "no",         "not",       "null",     "of",
      "off",     "on",       "or",        "order",      "over",      "owner",    "position",
      "range",   "replace",  "row",       "rows",       "second",    "set",      "state",
      "system",  "table",    "text",      "time",       "timestamp", "to",       "true",
      "type",    "union",    "unique",    "user",       "value",     "values",   "when",
      "where",   "with",     "within",    "year",       "zone",      "bigint",   "bit",
      "boolean", "char",     "character", "coalesce",   "dec",       "decimal",  "double",
      "extract", "float",    "greatest",  "grouping",   "inout",     "integer",  "json",
      "least",   "national", "nchar",     "none",       "normalize", "nullif",   "numeric",
      "out",     "overlay",  "precision", "real",       "setof",     "smallint", "substring",
      "treat",   "trim",     "varchar",   "xmlelement", "action",    "insert",   "update",
      "delete",  "exists",   "ilike",     "verbose",    "lateral",   "using",
  };
  int i = 0;
  for (const auto* word : all) {
    const char* table = i % 2 == 0 ? "order" : "user";
    const bool number = i % 3 == 0;
    out.catalog.push_back({table,
                           word,
                           number ? "integer" : "text",
                           number ? SR_INTEGER : SR_TEXT,
                           i < 2 ? 0U + SR_COLUMN_KEY : 0U,
                           {}});
    ++i;
  }
  out.policy.tables["order"] = everything({"all", "by", "as"});
  out.policy.tables["user"] = everything({"and", "asc"});
  return out;
}

// Foreign keys: of several columns, to the table itself, two to one table, with odd names, and to a table
// of which not everything may be read.
Base linked() {
  Base out;
  out.policy.functions.assign(std::begin(kFunctions), std::end(kFunctions));
  const auto add = [&](const char* table, const char* name, sr_value_type type, bool key = false,
                       std::vector<Reference> references = {}) {
    const char* declared = type == SR_INTEGER ? "integer" : type == SR_REAL ? "real" : "text";
    out.catalog.push_back({table, name, declared, type, key ? std::uint32_t{SR_COLUMN_KEY} : 0, {}, 0, std::move(references)});
  };
  add("Person", "Id", SR_INTEGER, true);
  add("Person", "name", SR_TEXT);
  add("Person", "bossId", SR_INTEGER, false, {{"Person", "Id", 0}});
  add("Person", "secret", SR_TEXT);
  add("rooms", "house", SR_TEXT, true);
  add("rooms", "no", SR_INTEGER, true);
  add("rooms", "beds", SR_INTEGER);
  add("stays", "id", SR_INTEGER, true);
  add("stays", "guest_id", SR_INTEGER, false, {{"Person", "Id", 0}});
  add("stays", "order", SR_INTEGER, false, {{"Person", "Id", 1}});
  add("stays", "house", SR_TEXT, false, {{"rooms", "house", 2}});
  add("stays", "no", SR_INTEGER, false, {{"rooms", "no", 2}});
  add("stays", "price", SR_REAL);
  add("stays", "name", SR_TEXT);
  for (const char* table : {"Person", "rooms", "stays"}) out.policy.tables[table].select = Columns{.all = true};
  out.policy.tables["Person"].select = Columns{false, {"Id", "name", "bossId"}};
  return out;
}

TEST(SqlGrammar, EverySentencePassesThatFollowsForeignKeys) {
  every_sentence_passes(linked(), 5);
  const Sentences sentences(binding_grammar(linked().policy, linked().catalog));
  for (const char* said :
       {"SELECT id, guest.name, price FROM stays WHERE guest.name = 'Ada' AND room.beds > 1 ORDER "
        "BY guest.name",
        "SELECT name, count(stays) FROM \"Person\" WHERE count(stays) = 0",
        "SELECT name, sum(stays.price) FROM \"Person\" ORDER BY sum(stays.price) DESC LIMIT 3",
        "SELECT guest.name, count(*) AS count FROM stays GROUP BY guest.name ORDER BY count DESC",
        "SELECT name, boss.name FROM \"Person\" WHERE boss.name IS NULL",
        "SELECT id FROM stays WHERE (guest.name = 'Ada' OR room.beds > 2 OR price < 10)",
        "SELECT id FROM stays WHERE price > room.beds AND guest.name <> name",
        "SELECT guest.name, count(*) FROM stays GROUP BY guest.name HAVING count(*) > 1",
        "SELECT name, sum(room.beds) AS y FROM stays GROUP BY name HAVING max(room.beds) >= 2 "
        "ORDER BY sum(room.beds) DESC",
        "SELECT house, count(*) FROM rooms GROUP BY house"}) {
    EXPECT_TRUE(sentences.accepts(said)) << said;
  }
  for (const char* other :
       {"SELECT id, guest.secret FROM stays", "SELECT id FROM stays WHERE room.house = name",
        "SELECT id FROM stays WHERE price = guest.name",
        "SELECT id, count(*) FROM stays GROUP BY id"}) {
    EXPECT_FALSE(sentences.accepts(other)) << other;
  }
}

TEST(SqlGrammar, EverySentencePassesTheGuardOfTheAlertsApp) { every_sentence_passes(alerts(), 1); }
TEST(SqlGrammar, EverySentencePassesTheGuardOfTheCasesWorld) { every_sentence_passes(world(), 2); }
TEST(SqlGrammar, EverySentencePassesWithOddNamesTypesAndValues) { every_sentence_passes(odd(), 3); }
TEST(SqlGrammar, EverySentencePassesWithKeywordsForNames) { every_sentence_passes(words(), 4); }

TEST(SqlGrammar, QueriesRunWithExactlyTheirGrants) {
  const auto base = world();
  const auto sources = told(base);
  const Guard guard = Guard(base.policy, base.catalog).held_to(sources);
  const Sentences sentences(binding_grammar(base.policy, base.catalog), slots_of(sources, base.catalog));
  const Database db = open_world();
  std::mt19937 dice(5);
  for (int i = 0; i < 2000; ++i) {
    const auto statement = sentences.random(dice);
    const auto answer = guard.binding(statement);
    ASSERT_TRUE(std::holds_alternative<Plan>(answer)) << statement;
    ASSERT_EQ(run_on_sqlite(db.get(), std::get<Plan>(answer), nullptr), "") << statement;
  }
}

// Fields of different kinds of statements, as docs/sql.md tells them.
TEST(SqlGrammar, WhatAnAppNeedsCanBeWritten) {
  const auto base = world();
  const Guard guard(base.policy, base.catalog);
  const Sentences actions(action_grammar(base.policy, base.catalog));
  const Sentences bindings(binding_grammar(base.policy, base.catalog));
  const auto all = read_cases(cases() / "written.sql");
  EXPECT_GE(all.size(), 60U);
  for (const auto& c : all) {
    SCOPED_TRACE("written.sql:" + std::to_string(c.line) + ": " + c.statement);
    EXPECT_TRUE((c.action ? actions : bindings).accepts(c.statement));
    const auto answer = c.action ? guard.action(c.statement) : guard.binding(c.statement);
    EXPECT_TRUE(std::holds_alternative<Plan>(answer));
  }
}

TEST(SqlGrammar, WhatIsNoneCannotBeWritten) {
  const auto base = world();
  const Sentences actions(action_grammar(base.policy, base.catalog));
  const Sentences bindings(binding_grammar(base.policy, base.catalog));
  const auto all = read_cases(cases() / "unwritten.sql");
  EXPECT_GE(all.size(), 60U);
  for (const auto& c : all) {
    SCOPED_TRACE("unwritten.sql:" + std::to_string(c.line) + ": " + c.statement);
    EXPECT_FALSE((c.action ? actions : bindings).accepts(c.statement));
  }
}

TEST(SqlGrammar, WhatThePolicyHidesIsNotInIt) {
  const auto base = world();
  for (const auto& text :
       {action_grammar(base.policy, base.catalog), binding_grammar(base.policy, base.catalog)}) {
    for (const char* hidden : {"secrets", "token", "internal_note"}) {
      EXPECT_EQ(text.find(hidden), std::string::npos) << hidden;
    }
  }
  EXPECT_EQ(binding_grammar(base.policy, base.catalog).find("audit"), std::string::npos);
  EXPECT_EQ(action_grammar(base.policy, base.catalog).find("teams"), std::string::npos);
}

TEST(SqlGrammar, IsEmptyWhereNothingIsAllowed) {
  auto base = world();
  for (auto& [name, rules] : base.policy.tables) {
    rules.insert.reset();
    rules.update.reset();
    rules.remove.reset();
  }
  EXPECT_EQ(action_grammar(base.policy, base.catalog), "");
  EXPECT_NE(binding_grammar(base.policy, base.catalog), "");
  for (auto& [name, rules] : base.policy.tables) rules.select.reset();
  EXPECT_EQ(binding_grammar(base.policy, base.catalog), "");
  EXPECT_EQ(action_grammar({}, base.catalog), "");
  EXPECT_EQ(binding_grammar(base.policy, {}), "");
}

TEST(SqlGrammar, StaysSmall) {
  Base large;
  large.policy.functions.assign(std::begin(kFunctions), std::end(kFunctions));
  for (int t = 0; t < 40; ++t) {
    const auto table = "table_" + std::to_string(t);
    for (int c = 0; c < 20; ++c) {
      large.catalog.push_back({table,
                               "column_" + std::to_string(c),
                               "integer",
                               SR_INTEGER,
                               c == 0 ? 0U + SR_COLUMN_KEY : 0U,
                               {}});
    }
    large.policy.tables[table] = everything({"column_0"});
  }
  const auto small = alerts();
  EXPECT_LT(action_grammar(small.policy, small.catalog).size(), 8000U);
  EXPECT_LT(binding_grammar(small.policy, small.catalog).size(), 60000U);
  EXPECT_LT(action_grammar(large.policy, large.catalog).size(), 1000000U);
  EXPECT_LT(binding_grammar(large.policy, large.catalog).size(), 1000000U);
  every_sentence_passes(large, 6, 1000);
}

}  // namespace
}  // namespace sr::host::sql::testing
