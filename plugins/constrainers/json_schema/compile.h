// json_schema/compile.h - a grammar of either kind, with the named grammars that it refers to,
// becomes one program.
//
// Kinds: "json_schema"; "grammar", in the GBNF dialect. A schema refers to a grammar by x-grammar;
// a grammar to a grammar or a schema by writing its name like that of a rule. One thread at a
// time. Errors: sr::Failure; the place is that in the text itself ("3:1", "#/properties/a"), with
// the grammar's name in front when it is not the outermost.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "json_schema/lower.h"

namespace sr::json_schema {

struct Text {
  std::string name, kind, text;
};
struct Source {
  Text main;  // its name is empty
  std::vector<Text> named;
};

struct Compiled {
  std::shared_ptr<const constrain::Program> program;
  std::vector<std::string> warnings;
};

Compiled compile(const Source& source, const CompileOptions& options);

}  // namespace sr::json_schema
