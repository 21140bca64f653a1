// json_schema/lower.h - from canonical shapes to the program that the engine runs.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/program.h"

namespace sr::json_schema {

struct CompileOptions {
  bool flexible = false;           // white space between the parts of arrays and objects
  std::vector<std::string> warn;   // keywords that become warnings
  std::size_t max_states = 20000;  // shapes, nodes, and states of one automaton
};

struct Compiled {
  std::shared_ptr<const constrain::Program> program;
  std::vector<std::string> warnings;
};

// Errors: sr::Failure naming the JSON pointer and the keyword, or line:column.
Compiled compile_schema(std::string_view text, const CompileOptions& options);

}  // namespace sr::json_schema
