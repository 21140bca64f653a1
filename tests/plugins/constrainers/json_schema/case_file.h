// Reads tests/cases/constrain/*.case. A block begins with `schema` or `grammar`; indented lines go
// on with what stands before them, those of a grammar as lines of their own.
//
//   schema {"type":"integer"}       the schema; a schema may also be `schema file PATH`
//   grammar root ::= "a" | b        or a grammar in the GBNF dialect
//   named sql grammar root ::= …    a grammar that may be referred to: name, kind, text
//   option whitespace flexible      an option of the plugin, for this block
//   slot command ["Call Ada"]       what the slots of a name hold: a list of texts as JSON
//   stuck words                     opening fails, as nothing can be written; with these words
//   accept 12                       a whole document
//   partial -                       not a document, but some document begins with it
//   refuse 1 1.5                    refused at byte 1, which is the first that may not come
//   error at #/a: words             the schema is refused; the message holds these words
//
// \xHH in accept, partial and refuse stands for one byte.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace sr::testing {

struct CaseLine {
  enum Kind { kAccept, kPartial, kRefuse, kError, kStuck } kind;
  std::string text;
  std::size_t at = 0;
  int line = 0;
};
struct CaseBlock {
  std::string file;
  int line = 0;
  std::string kind;    // "json_schema", "grammar"
  std::string schema;  // or the grammar
  struct Named {
    std::string name, kind, text;
  };
  std::vector<Named> named;
  std::vector<std::pair<std::string, std::string>> options;
  std::vector<std::pair<std::string, std::vector<std::string>>> slots;
  std::vector<CaseLine> lines;
};

// For messages of the test runner.
inline std::ostream& operator<<(std::ostream& out, const CaseBlock& block) {
  return out << block.file << ":" << block.line;
}

std::vector<CaseBlock> read_cases(const std::string& folder);

}  // namespace sr::testing
