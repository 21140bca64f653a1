// The public JSON Schema Test Suite (draft 7, as Debian packages it), through a validator made of
// the matcher: a document is valid when its compact text is accepted, members in any order.
//
// A schema with a keyword that cannot be enforced is refused when it is compiled; that is counted
// apart from wrong answers. No invalid document may ever be accepted.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "state_runtime/abi.h"
#include "support.h"

namespace sr::testing {
namespace {

using Json = nlohmann::ordered_json;
const char* const kFolder = "/usr/share/json-schema-test-suite/tests/draft7";

struct Tally {
  int right = 0, refused = 0, false_accepts = 0, false_rejects = 0;
};

// Whole numbers without fraction or exponent, as the constrainer writes them.
Json plain(const Json& value) {
  if (value.is_number_float()) {
    const auto number = value.get<double>();
    if (std::floor(number) == number && std::fabs(number) < 9e15) {
      return static_cast<std::int64_t>(number);
    }
  }
  if (!value.is_structured()) return value;
  Json out = value.is_array() ? Json::array() : Json::object();
  for (const auto& [name, member] : value.items()) {
    if (value.is_array()) {
      out.push_back(plain(member));
    } else {
      out[name] = plain(member);
    }
  }
  return out;
}

class Suite : public ::testing::Test {
 protected:
  void run(const std::filesystem::path& file) {
    std::ifstream in(file);
    auto& tally = tallies_[file.stem()];
    for (const auto& group : Json::parse(in)) {
      Plugin plugin(Options{{"order", "any"}});
      sr_grammar* grammar = nullptr;
      bool impossible = false;
      try {
        grammar = plugin.compile(group["schema"].dump(), TestVocabulary::bytes());
      } catch (const Refused& e) {
        impossible = std::string(e.what()).find("no document is possible") != std::string::npos;
        ASSERT_EQ(e.code, SR_INVALID_ARGUMENT) << group["description"] << ": " << e.what();
        if (!impossible) {
          tally.refused += static_cast<int>(group["tests"].size());
          continue;
        }
      }
      for (const auto& test : group["tests"]) {
        const bool expected = test["valid"];
        const bool accepted = !impossible && accepts(plugin, grammar, plain(test["data"]).dump());
        if (accepted == expected) {
          ++tally.right;
          continue;
        }
        ++(accepted ? tally.false_accepts : tally.false_rejects);
        const auto name = file.stem().string() + ": " + group["description"].get<std::string>() +
                          ": " + test["description"].get<std::string>();
        (accepted ? wrongly_accepted_ : wrongly_refused_).insert(name);
      }
    }
  }

  static bool accepts(Plugin& plugin, sr_grammar* grammar, const std::string& text) {
    sr_matcher* matcher = nullptr;
    sr_error error{};
    error.struct_size = sizeof error;
    EXPECT_EQ(plugin.table().open(plugin.instance(), grammar, &matcher, &error), SR_OK);
    MatcherHandle m(plugin, matcher, TestVocabulary::bytes());
    return m.accept(text).empty() && m.status() != SR_MATCH_OPEN;
  }

  void print() const {
    Tally all;
    std::printf("%-24s %6s %8s %14s %14s\n", "keyword", "right", "refused", "wrongly refused",
                "wrongly accepted");
    for (const auto& [name, t] : tallies_) {
      std::printf("%-24s %6d %8d %14d %14d\n", name.c_str(), t.right, t.refused, t.false_rejects,
                  t.false_accepts);
      all.right += t.right, all.refused += t.refused;
      all.false_accepts += t.false_accepts, all.false_rejects += t.false_rejects;
    }
    std::printf("%-24s %6d %8d %14d %14d\n", "all", all.right, all.refused, all.false_rejects,
                all.false_accepts);
  }

  std::map<std::string, Tally> tallies_;
  std::set<std::string> wrongly_accepted_, wrongly_refused_;
};

TEST_F(Suite, NothingInvalidIsAccepted) {
  if (!std::filesystem::exists(kFolder)) {
    GTEST_SKIP() << "the package json-schema-test-suite is not installed";
  }
  for (const char* folder : {"", "/optional/format"}) {
    for (const auto& entry : std::filesystem::directory_iterator(std::string(kFolder) + folder)) {
      if (entry.path().extension() == ".json") run(entry.path());
    }
  }
  print();
  EXPECT_EQ(wrongly_accepted_, std::set<std::string>());
  // In draft 2020-12 what stands beside $ref holds, too.
  EXPECT_EQ(wrongly_refused_,
            std::set<std::string>{
                "ref: ref overrides any sibling keywords: ref valid, maxItems ignored"});
  int right = 0;
  for (const auto& [name, tally] : tallies_) right += tally.right;
  EXPECT_GE(right, 356);
}

}  // namespace
}  // namespace sr::testing
