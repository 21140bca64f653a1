// Formats held against a second implementation: on texts that nearly have them, and on what the
// masks let through.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <random>

#include "formats_reference.h"
#include "random_text.h"

namespace sr::testing {
namespace {

using Json = nlohmann::json;

struct Known {
  std::string characters;  // of which such texts are made, and some that do not belong
  std::vector<std::string> texts;
};

const std::map<std::string, Known>& formats() {
  static const std::string label(63, 'a');
  static const std::map<std::string, Known> kFormats = {
      {"date", {"0123456789-3290/", {"2024-02-29", "2000-02-29", "1900-02-28", "2023-04-30",
                                     "0000-12-31", "9996-02-29", "2100-02-28"}}},
      {"time", {"0123456789:.+-Zz6", {"23:59:59Z", "00:00:00.5z", "12:34:56-08:00", "05:29:60+05:30",
                                      "23:59:60Z", "19:59:60.999-04:00", "01:02:03.456789+23:59"}}},
      {"date-time", {"0123456789:.+-ZzTt ", {"2024-02-29T23:59:59Z", "1999-12-31t00:00:00.5+01:30",
                                             "2016-12-31T23:59:60Z", "2017-01-01T09:59:60+10:00"}}},
      {"uuid", {"0123456789abcdefABCDEFg-{}", {"2EB8AA08-AA98-11EA-B4AA-73B441D16380",
                                               "00000000-0000-0000-0000-000000000000"}}},
      {"email", {"ab1.@-_+!\" (,[:]\x7f", {"joe.bloggs+a@example.com", "a@b", "!#$%&'*+/=?^_`{|}~-@x-1.y",
                                           label + "x@b.c", "a@" + label + ".b", "a.b.c@d.e.f"}}},
      {"hostname", {"ab1.-_", {"a", "a-b.example", "1.2.3.4", "xn--caf-dma.com", label + "." + label,
                               label + "." + label + "." + label + "." + label.substr(2)}}},
      {"ipv4", {"0123456789.25x", {"192.168.0.1", "255.255.255.255", "0.0.0.0", "199.249.250.99"}}},
      {"ipv6", {"0123456789abcdefF:.:g%", {"::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::",
                                           "::2:3:4:5:6:7:8", "1:2::7:8", "::ffff:192.168.0.1",
                                           "1:2:3:4:5:6:255.1.2.3", "fe80::0370:7334"}}},
      {"uri", {"ab1:/?#[]@%2F.-+~!$&'()*,;= <\"^\\|", {"http://foo.bar/?baz=qux#quux", "urn:oasis:names",
               "mailto:a@b.c", "http://u:p@[::1]:80/a%20b//c", "a:", "file:///x", "s:/a//b", "s:?q",
               "ldap://[2001:db8::7]/c=GB?objectClass?one", "http://[v1.a:b]/", "x+y.z-1:%41#/?"}}},
      {"json-pointer", {"/~01ab#%\"\\", {"", "/", "/a~1b/~0/0", "//", "/a b/-"}}},
  };
  return kFormats;
}

std::string changed(std::string text, const Known& known, std::mt19937& dice) {
  const auto roll = [&](std::size_t sides) { return static_cast<std::size_t>(dice() % sides); };
  for (std::size_t times = 1 + roll(3); times > 0; --times) {
    const auto at = roll(text.size() + 1);
    const char c = known.characters[roll(known.characters.size())];
    const auto& other = known.texts[roll(known.texts.size())];
    switch (roll(6)) {
      case 0: text.insert(at, 1, c); break;
      case 1: text.erase(at, 1 + roll(3)); break;
      case 2: text.insert(at, text.substr(roll(text.size() + 1), 1 + roll(4))); break;
      case 3: text = text.substr(0, at) + other.substr(std::min(at, other.size())); break;
      default:
        if (at < text.size()) text[at] = c;
    }
  }
  return text;
}

bool accepted(Plugin& plugin, const std::string& schema, const std::string& text) {
  auto m = plugin.open(schema, TestVocabulary::bytes());
  return m.accept(std::string_view(Json(text).dump())).empty() && m.status() == SR_MATCH_DONE;
}

TEST(Formats, TextsThatNearlyHaveThem) {
  for (const auto& [format, known] : formats()) {
    Plugin plugin;
    const auto schema = R"({"type":"string","format":")" + format + "\"}";
    std::mt19937 dice(7);
    int right = 0, wrong = 0;
    for (int i = 0; i < 15000; ++i) {
      const auto& start = known.texts[dice() % known.texts.size()];
      const auto text = i < 100 ? start : changed(start, known, dice);
      const bool has = has_format(format, text);
      const bool offered = has && !left_out(format, text);
      ASSERT_EQ(accepted(plugin, schema, text), offered) << format << ": " << text;
      ++(has ? right : wrong);
    }
    EXPECT_GT(right, 500) << format;
    EXPECT_GT(wrong, 500) << format;
  }
}

TEST(Formats, EveryDayOfFourCenturies) {
  Plugin plugin;
  for (int year = 1600; year < 2000; ++year) {
    for (const char* day : {"02-28", "02-29", "02-30", "04-30", "04-31", "12-31", "12-32"}) {
      const auto text = std::to_string(year) + "-" + day;
      ASSERT_EQ(accepted(plugin, R"({"type":"string","format":"date"})", text),
                has_format("date", text))
          << text;
    }
  }
}

TEST(Formats, WhatMayBeWrittenHasThem) {
  constexpr Taste kLong{.most_steps = 1000, .patience = 200, .long_token = 2, .closing = 1,
                        .closing_late = 1000};
  for (const auto& [format, known] : formats()) {
    const auto schema = R"({"type":"string","format":")" + format + "\"}";
    Plugin plugin;
    std::mt19937 dice(11);
    std::size_t longest = 0;
    for (int i = 0; i < 60; ++i) {
      auto m = plugin.open(schema, TestVocabulary::mixed());
      const auto written = random_text(m, TestVocabulary::mixed(), dice, kLong);
      ASSERT_NE(written, "") << format;
      const auto text = Json::parse(written).get<std::string>();
      longest = std::max(longest, text.size());
      ASSERT_TRUE(has_format(format, text)) << format << ": " << written;
    }
    const bool limited = format == "hostname" || format == "email";
    EXPECT_TRUE(longest > 200 || !limited) << format << ": " << longest;
  }
}

}  // namespace
}  // namespace sr::testing
