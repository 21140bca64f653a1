// json_schema/lower.h - from a schema to the program that the engine runs.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/machine/program.h"

namespace sr::json_schema {

struct CompileOptions {
  bool flexible = false;           // white space between the parts of arrays and objects
  bool any_order = false;          // of members; for objects that declare few enough
  std::vector<std::string> warn;   // keywords that become warnings
  std::size_t max_states = 20000;  // shapes, nodes, and states of one automaton
};

// The grammars that x-grammar may name.
struct Grammars {
  std::set<std::string> names;
  // The node of one, spelt for the inside of a JSON string; and whether it may be left out.
  std::function<std::pair<constrain::NodeId, bool>(const std::string& name)> find;
};

// Errors: sr::Failure naming the JSON pointer and the keyword, or line:column.
constrain::NodeId add_schema(constrain::Program& program, std::string_view text,
                             const CompileOptions& options, const Grammars& grammars,
                             std::vector<std::string>& warnings);

}  // namespace sr::json_schema
