// engine/text/regex.h - regular expressions of JSON Schema (ECMA-262 with the u flag) as automata
// over code points. A text matches when the expression matches anywhere in it, as `pattern` says.
//
// Understood: alternation, groups (also named and non-capturing), classes, . ^ $ and the
// quantifiers * + ? {m,n} (lazy ones mean the same set of texts), \d \D \w \W \s \S, \t \n \v \f
// \r \0 \cX \xHH \uHHHH \u{…}, escaped punctuation.
// Errors: sr::Failure(SR_INVALID_ARGUMENT) for what is malformed or cannot be an automaton
// (back-references, look-around, \b, \p), SR_EXHAUSTED beyond `max_states`.
#pragma once

#include <cstddef>
#include <string_view>

#include "engine/text/code_dfa.h"

namespace sr::constrain {

CodeDfa compile_regex(std::string_view pattern, std::size_t max_states);

}  // namespace sr::constrain
