// tests/host/sql/rows.h - plays tests/cases/sql/rows.sql against a store that holds schema.sql: through
// the guard and with its plans' rights, as the host does. Each test of a store may call it.
#pragma once

#include <string>
#include <vector>

#include "host/plugins/store.h"

namespace sr::host::sql::testing {

// Fails the test at each statement that is refused, fails or answers with other rows.
void expect_rows_of_cases(LoadedStore&);

// The words of tests/cases/sql/words.txt.
std::vector<std::string> words();
// Each of them as a column, an alias and a table of its own, spelt as the grammar spells it.
void expect_words_to_be_names(LoadedStore&);

}  // namespace sr::host::sql::testing
