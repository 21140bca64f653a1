// json_schema/compile.h - a grammar of either kind, with the named grammars that it refers to,
// becomes one program.
//
// Kinds: "json_schema"; "grammar", in the GBNF dialect. A schema refers to a grammar by x-grammar;
// a grammar to a grammar or a schema by writing its name like that of a rule. One thread at a
// time. Errors: sr::Failure; the place is that in the text itself ("3:1", "#/properties/a"), with
// the grammar's name in front when it is not the outermost.
#pragma once

#include <map>
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

// Named grammars as schemas hold them inside strings, compiled: the part of a program that stays
// the same when only the schema changes. Immutable, any thread.
struct NamedGrammars {
  std::shared_ptr<const constrain::Program> program;
  std::map<std::string, std::pair<constrain::NodeId, bool>> roots;  // node; may it be empty
};
// A grammar that cannot be compiled is left out: who refers to it compiles it again, and fails.
NamedGrammars compile_named(const std::vector<Text>& named, const CompileOptions& options);

// `known`: of source.named, or nullptr.
Compiled compile(const Source& source, const CompileOptions& options,
                 const NamedGrammars* known = nullptr);

}  // namespace sr::json_schema
