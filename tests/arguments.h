// tests/arguments.h - tests whose size the command line may set: `undo_test --runs=10000`.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <variant>

#include <gtest/gtest.h>

namespace sr::test {

using Setting = std::variant<int*, std::size_t*, double*>;

// main(): `--name=number` for each of the settings beside gtest's own flags; 2 when there is
// anything else.
inline int run_tests(int argc, char** argv, const std::map<std::string_view, Setting>& settings) {
  ::testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const auto equals = std::min(argument.find('='), argument.size());
    const auto found =
        argument.starts_with("--")
            ? settings.find(argument.substr(2, equals - std::min<std::size_t>(equals, 2)))
            : settings.end();
    const auto number = argument.substr(std::min(equals + 1, argument.size()));
    const auto read = [&](auto* value) {
      const auto [end, bad] = std::from_chars(number.data(), number.data() + number.size(), *value);
      return bad == std::errc() && end == number.data() + number.size();
    };
    if (found == settings.end() || !std::visit(read, found->second)) {
      std::fprintf(stderr, "%s: not an argument of these tests, or not a number\n", argv[i]);
      return 2;
    }
  }
  return RUN_ALL_TESTS();
}

}  // namespace sr::test
