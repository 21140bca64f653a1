// tests/host/sql/growing.h - statements of any length, made of the shapes of tests/cases/sql/growing.txt.
#pragma once

#include <string>
#include <vector>

namespace sr::host::sql::testing {

struct Growing {
  int line = 0;
  std::string text;  // as it stands in the file

  bool action() const {
    return text.starts_with("INSERT") || text.starts_with("UPDATE") || text.starts_with("DELETE");
  }
  // The longest statement of at most so many bytes; that of no repetition when even it is longer.
  std::string of_bytes(std::size_t bytes) const;
  std::string of_repetitions(std::size_t count) const;
};
std::vector<Growing> growing_statements();

}  // namespace sr::host::sql::testing
