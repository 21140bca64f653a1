// Where the values of a command's statement may come from, and what is said of those that come from
// nowhere.
#include "host/sql/sources.h"

#include <gtest/gtest.h>

#include "tests/host/sql/world.h"

namespace sr::host::sql::testing {
namespace {

std::string numbers_in(std::string_view text) {
  std::string out;
  for (const auto& number : said_numbers(text)) out += (out.empty() ? "" : " ") + number;
  return out;
}

TEST(Said, HoldsSpansAtWordEdgesByteForByte) {
  Said said;
  said.add("Set \"Jürgen Müller's\" note to x-1, 日本語 👩‍👩‍👧!");
  for (const char* span : {"Jürgen Müller", "Jürgen Müller's", "Müller's\" note", "x", "x-1", "1", "日", "本語",
                           "日本語 👩‍👩‍👧!", "👩‍👩‍👧", "\"", "Set \"Jürgen Müller's\" note to x-1, 日本語 👩‍👩‍👧!"}) {
    EXPECT_TRUE(said.holds(span)) << span;
  }
  for (const char* other : {"", "J", "ürgen", "Jurgen", "jürgen", "Müll", " note", "note ", "👩", "👩‍👩", "to  x"}) {
    EXPECT_FALSE(said.holds(other)) << other;
  }
  EXPECT_TRUE(said.holds_folded("jürgen MüLLER"));
  EXPECT_FALSE(said.holds_folded("ürgen"));
}

TEST(Said, OddTextsHoldWhatTheyHold) {
  for (const char* text : {"", " ", "\t\n"}) {
    Said said;
    said.add(text);
    EXPECT_FALSE(said.holds(text));
    EXPECT_FALSE(said.holds(""));
  }
  Said signs;
  signs.add("?! 😀 שלום עולם e\u0301");
  for (const char* span : {"?", "?!", "😀", "שלום", "שלום עולם", "e\u0301"}) EXPECT_TRUE(signs.holds(span)) << span;
  for (const char* other : {"e", "\u0301", "שלו"}) EXPECT_FALSE(signs.holds(other)) << other;
  Said divided;
  divided.add("one\rtwo\x01three");
  EXPECT_TRUE(divided.holds("two"));
  EXPECT_FALSE(divided.holds("one\rtwo"));
}

TEST(Said, OfALongTextItsBeginningCounts) {
  Said said;
  std::string text;
  while (text.size() < 65536) text += "wört" + std::to_string(text.size()) + " ";
  said.add(text);
  EXPECT_TRUE(said.holds("wört0"));
  EXPECT_TRUE(said.holds(text.substr(0, text.find(' ', 8000))));
  EXPECT_FALSE(said.holds(text.substr(text.rfind(' ', text.size() - 2) + 1, 5)));
  std::size_t bytes = 0;
  for (const auto& part : said.texts()) bytes += part.size();
  EXPECT_LE(bytes, kMostSaid);
  EXPECT_GT(bytes, kMostSaid - 4);
}

TEST(SaidNumbers, AreDigitsWordsAndWhatTheyComeTo) {
  EXPECT_EQ(numbers_in(""), "");
  EXPECT_EQ(numbers_in("resolve #12"), "12");
  EXPECT_EQ(numbers_in("alert2 and v3"), "2 3");
  EXPECT_EQ(numbers_in("to 12%"), "0.12 0.88 1.12 12");
  EXPECT_EQ(numbers_in("up ten percent"), "0.1 0.9 1.1 10");
  EXPECT_EQ(numbers_in("5 per cent, 12 per"), "0.05 0.95 1.05 12 5");
  EXPECT_EQ(numbers_in("12.5 %"), "0.125 0.875 1.125 12 12.5 5");
  EXPECT_EQ(numbers_in("150%"), "1.5 150 2.5");
  EXPECT_EQ(numbers_in("100% or 0%"), "0 1 100 2");
  EXPECT_EQ(numbers_in("twelve of them, SEVEN"), "12 7");
  EXPECT_EQ(numbers_in("1.5k"), "1 1.5 1500 5");
  EXPECT_EQ(numbers_in("half a million"), "0.5 1000000");
  EXPECT_EQ(numbers_in("two thousand"), "1000 2 2000");
  EXPECT_EQ(numbers_in("007"), "7");
  EXPECT_EQ(numbers_in("-5"), "-5 5");
  EXPECT_EQ(numbers_in("٣٤"), "34");
  for (const char* number : {"1200", "1.2", "200", "1"}) {
    EXPECT_NE((" " + numbers_in("1,200") + " ").find(std::string(" ") + number + " "), std::string::npos) << number;
  }
}

TEST(SaidNumbers, HaveOneForm) {
  EXPECT_EQ(canonical_number("007.50"), "7.5");
  EXPECT_EQ(canonical_number("-0.0"), "0");
  EXPECT_EQ(canonical_number(".5"), "0.5");
  EXPECT_EQ(canonical_number("1e3"), "1000");
  EXPECT_EQ(canonical_number("12.5E-2"), "0.125");
  EXPECT_EQ(canonical_number("+4"), "4");
  for (const char* none : {"", ".", "1.2.3", "x", "1e", "e5", "1e999", "--1", "0x10"}) {
    EXPECT_EQ(canonical_number(none), std::nullopt) << none;
  }
}

Sources world_sources() {
  Sources out(std::make_shared<const KnownValues>(std::vector<KnownColumn>{
      {"settings", "value", 0, true, {"Dark", "light"}}, {"settings", "name", 0, false, {"Theme", "motd"}}}));
  out.say("set the note of alert 3 to \"it's Full\" at 4711");
  out.show("Disk almost full");
  out.show_number("1234");
  return out;
}

std::string why(const std::string& statement, bool action = true) {
  const auto sources = world_sources();
  const auto guard = world_guard().held_to(sources);
  const auto answer = action ? guard.action(statement) : guard.binding(statement);
  const auto* refusal = std::get_if<Refusal>(&answer);
  if (refusal == nullptr) return "runs as " + std::get<Plan>(answer).sql;
  EXPECT_EQ(refusal->rule, "source") << statement;
  return refusal->why;
}

TEST(Sources, LetPassWhatWasSaidShownOrIsKnown) {
  EXPECT_EQ(why("UPDATE audit SET line = 'it''s Full' WHERE id = 3"),
            "runs as UPDATE audit SET line = 'it''s Full' WHERE id = 3");
  EXPECT_EQ(why("UPDATE audit SET line = 'Disk almost full' WHERE id = 1234"),
            "runs as UPDATE audit SET line = 'Disk almost full' WHERE id = 1234");
  EXPECT_EQ(why("UPDATE audit SET line = '' WHERE id = 99"),
            "99 for id of audit was not said and does not stand on screen; copy it from there");
  EXPECT_EQ(why("UPDATE alerts SET status = 'resolved' WHERE id = 4711"),
            "runs as UPDATE alerts SET status = 'resolved' WHERE id = 4711");
}

TEST(Sources, AKnownValueStandsForOneThatDiffersInCase) {
  // Rows share values of `value`, not of `name`: a name is written as it was said.
  EXPECT_EQ(why("SELECT name FROM settings WHERE value = 'DARK'", false),
            "runs as SELECT name FROM settings WHERE value = 'Dark'");
  EXPECT_EQ(why("SELECT value FROM settings WHERE name IN ('theme', 'motd')", false),
            "runs as SELECT value FROM settings WHERE name IN ('Theme', 'motd')");
  EXPECT_EQ(why("UPDATE settings SET value = 'LIGHT' WHERE name = 'THEME'"),
            "runs as UPDATE settings SET value = 'light' WHERE name = 'Theme'");
}

// As what was put forward is checked again when somebody applies it.
TEST(Sources, FromAnywhereStillFollowTheColumn) {
  const auto sources = Sources::anywhere(std::make_shared<const KnownValues>(
      std::vector<KnownColumn>{{"settings", "value", 0, true, {"Dark"}}, {"settings", "name", 0, false, {"Theme"}}}));
  const auto guard = world_guard().held_to(sources);
  const auto sql = [&](const std::string& statement) {
    const auto plan = guard.action(statement);
    return std::holds_alternative<Plan>(plan) ? std::get<Plan>(plan).sql : std::get<Refusal>(plan).why;
  };
  EXPECT_EQ(sql("UPDATE settings SET value = 'DARK' WHERE name = 'theme'"),
            "UPDATE settings SET value = 'Dark' WHERE name = 'Theme'");
  EXPECT_EQ(sql("UPDATE settings SET value = 'made up' WHERE name = 'theme'"),
            "UPDATE settings SET value = 'made up' WHERE name = 'Theme'");
  EXPECT_EQ(sql("UPDATE alerts SET opened_at = 4711 WHERE id = 815"), "UPDATE alerts SET opened_at = 4711 WHERE id = 815");
}

TEST(Sources, WhatComesFromNowhereIsRefusedByOneSentence) {
  EXPECT_EQ(why("UPDATE settings SET value = 'JHarbHarbller' WHERE name = 'motd'"),
            "'JHarbHarbller' for value of settings was not said and does not stand on screen, nor is it a known "
            "value of that column; copy it from there");
  EXPECT_EQ(why("UPDATE alerts SET status = 'open' WHERE id = 815"),
            "815 for id of alerts was not said and does not stand on screen; copy it from there");
  EXPECT_EQ(why("UPDATE alerts SET opened_at = opened_at + 250 WHERE id = 3"),
            "250 for opened_at of alerts was not said and does not stand on screen; copy it from there");
  EXPECT_EQ(
      why("UPDATE alerts SET opened_at = opened_at * 250 WHERE id = 3"),
      "250 for opened_at of alerts was not said and does not stand on screen; copy it from there");
  EXPECT_EQ(why("SELECT status, count(*) FROM alerts GROUP BY status HAVING count(*) > 815", false),
            "815 was not said and does not stand on screen; copy it from there");
  EXPECT_EQ(
      why("SELECT id FROM alerts WHERE (muted = TRUE OR opened_at > 815)", false),
      "815 for opened_at of alerts was not said and does not stand on screen; copy it from there");
  EXPECT_EQ(why("UPDATE audit SET line = 'it' || 'made up' WHERE id = 3"),
            "'made up' was not said and does not stand on screen; copy it from there");
  EXPECT_EQ(why("INSERT INTO audit (line) VALUES ('invented')"),
            "'invented' for line of audit was not said and does not stand on screen, nor is it a known value of "
            "that column; copy it from there");
  EXPECT_EQ(why("SELECT id FROM alerts WHERE title = 'Fan'", false),
            "'Fan' for title of alerts was not said and does not stand on screen, nor is it a known value of that "
            "column; copy it from there");
  EXPECT_EQ(why("SELECT id FROM alerts WHERE title LIKE '%Fan%'", false),
            "'%Fan%' for title of alerts was not said and does not stand on screen, nor is it a known value of that "
            "column; copy it from there");
}

TEST(Sources, PatternsAndExpressionsMindNoCase) {
  EXPECT_EQ(why("SELECT id FROM alerts WHERE title LIKE '%full%'", false),
            "runs as SELECT id FROM alerts WHERE lower(title) LIKE '%full%'");
  EXPECT_EQ(why("SELECT id FROM alerts WHERE title LIKE 'FULL%'", false),
            "runs as SELECT id FROM alerts WHERE lower(title) LIKE 'full%'");
  EXPECT_EQ(why("SELECT name FROM settings WHERE lower(value) = 'dark'", false),
            "runs as SELECT name FROM settings WHERE lower(value) = 'dark'");
}

TEST(Sources, WhatIsNoValueNeedsNone) {
  EXPECT_EQ(why("SELECT round(avg(value), 2) AS v FROM metrics WHERE at > 100 LIMIT 4712", false).substr(0, 8), "runs as ");
  EXPECT_EQ(why("SELECT bucket(at, 3600) AS x, count(*) AS n FROM metrics GROUP BY bucket(at, 3600)", false).substr(0, 8),
            "runs as ");
}

TEST(Sources, APlanSaysWhatItsValuesAre) {
  const auto answer = world_guard().binding(
      "SELECT team_id, count(*) FROM alerts WHERE title LIKE '%disk%' AND severity = 'high' AND "
      "opened_at > 250 "
      "GROUP BY team_id HAVING count(*) > 3 LIMIT 7");
  ASSERT_TRUE(std::holds_alternative<Plan>(answer));
  std::string all;
  for (const auto& literal : std::get<Plan>(answer).literals) all += literal.text + (literal.number ? "# " : " ");
  EXPECT_EQ(all, "disk high 250# 3# ");
}

}  // namespace
}  // namespace sr::host::sql::testing
