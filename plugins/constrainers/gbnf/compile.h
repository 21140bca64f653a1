// gbnf/compile.h - from a grammar's text to nodes of the program that the engine runs.
//
// Each rule becomes an automaton over characters that may call other rules. Rules that are small,
// or named once, are put in their place; repetitions with large bounds are counted, not copied.
// One thread at a time. Errors: sr::Failure with "line:column: what is wrong".
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "engine/machine/program.h"
#include "gbnf/examine.h"

namespace sr::gbnf {

// The node of a grammar, and whether nothing is a text of it, too: the node itself has no empty
// text.
struct Root {
  constrain::NodeId node = constrain::kNoNode;
  bool may_be_empty = false;
};

// A grammar that was given beside this one; kNoNode: there is none of this name.
using FindOther = std::function<Root(const std::string& name, Place place)>;

struct Options {
  constrain::Spelling spelling = constrain::Spelling::kPlain;
  std::size_t max_states = 20000;  // of one rule, and of all that is counted at once
  std::string name;                // in front of places: "sql 3:1 where"
};

Root add_grammar(constrain::Program& program, std::string_view text, const Options& options,
                 const FindOther& others);

}  // namespace sr::gbnf
