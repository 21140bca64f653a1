// tests/plugins/stores/types.h - every type that a column can have: what arrives of a value, and what
// becomes of one that a model writes. The tables of docs/stores/*.md are these.
#pragma once

#include <string>
#include <vector>

#include "host/plugins/store.h"

namespace sr::test {

struct TypeCase {
  std::string declared;
  std::string stored;   // SQL of a value that is there already
  std::string arrives;  // as told(): 5, 0.5, 'text', true, NULL, 3 bytes
  std::string written;  // SQL of a value that a model writes; empty: none
  std::string outcome;  // what arrives then, or "refused: " and a part of the sentence
};

// A value as a test writes it.
std::string told(const host::Value&);

// Makes a table for each case in the store and plays all of them through the guard.
void expect_types(host::LoadedStore&, const std::string& before, const std::vector<TypeCase>&);

}  // namespace sr::test
