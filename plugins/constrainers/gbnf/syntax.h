// gbnf/syntax.h - a grammar in the GBNF dialect of llama.cpp, as it was written.
//
//   root ::= "yes" | "no" " because " reason{1,3}   # a comment
//   reason ::= [a-z]+ ([ ] [^\n])?
//
// Literals and classes know \n \r \t \\ \" \[ \] \- \^ \xHH \uHHHH \UHHHHHHHH; `.` is any character;
// * + ? {m} {m,} {m,n} repeat what stands before them. A rule ends with its line, but for lines
// inside ( ) and around |. <span:command max=200> is a slot (engine/slots/slot.h). Pure functions,
// any thread.
// Errors: sr::Failure(SR_INVALID_ARGUMENT), "line:column: what is wrong".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/slots/slot.h"
#include "engine/text/code_set.h"

namespace sr::gbnf {

constexpr std::uint32_t kUnbounded = UINT32_MAX;

struct Place {
  std::uint32_t line = 1, column = 1;
};
// "3:14"
std::string text_of(Place place);
[[noreturn]] void fail(Place place, const std::string& what);

struct Piece {
  enum Kind : std::uint8_t { kCharacters, kLiteral, kRule, kSlot, kSequence, kChoice, kRepeat };
  Kind kind;
  Place place;
  constrain::CodeSet codes;         // kCharacters: one of them; kLiteral: all, one by one
  std::string rule;                 // kRule: its name
  int number = -1;                  // kRule: of that rule, or -1; Examined finds out
  constrain::SlotSpec slot;         // kSlot
  std::vector<Piece> parts;         // kSequence, kChoice; kRepeat: one
  std::uint32_t min = 0, max = 0;   // kRepeat
};

struct Rule {
  std::string name;
  Place place;
  Piece body;
};

// Rules in their order, no name twice.
std::vector<Rule> parse(std::string_view text);

}  // namespace sr::gbnf
