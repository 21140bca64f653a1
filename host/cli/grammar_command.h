// host/cli/grammar_command.h - `state-runtime grammar check`: can this schema or grammar be
// enforced, and which texts does it accept. One thread.
#pragma once

#include <CLI/CLI.hpp>
#include <iosfwd>
#include <string>
#include <vector>

namespace sr::host {

struct GrammarCheckArgs {
  std::string schema, grammar;     // files; one of them is given
  std::vector<std::string> named;  // NAME=FILE: grammars that x-grammar may name
  std::vector<std::string> slots;  // NAME=TEXT: what slots hold
  std::string tokenizer;
  std::vector<std::string> warn, search;
  bool flexible = false;
  std::vector<std::string> texts;
};

void add_grammar_check(CLI::App& command, GrammarCheckArgs& args);
// 0 when all texts are accepted, 1 when one is not or a keyword cannot be enforced, kExitConfig
// when the schema or grammar is wrong.
int grammar_check(const GrammarCheckArgs& args, std::ostream& out, std::ostream& err);

}  // namespace sr::host
