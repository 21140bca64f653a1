// host/app/schema_file.h - what an app's schema.sql says of the tables that it makes: their columns, each
// at its place. A reading of the words only, in the SQL of either database: what it does not know it
// passes over, and it never fails. Start-up only, any thread.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sr::host {

struct DeclaredColumn {
  std::string table, name;  // as written, without quotes
  std::string type;         // "DECIMAL(10,2)", "double precision"; empty: none
  std::size_t at = 0, length = 0;  // of the type in the text; of the name when there is none
  bool generated = false, checked = false;  // with a CHECK of its own
};

struct SchemaFile {
  std::vector<DeclaredColumn> columns;  // of CREATE TABLE, in order
  std::set<std::string> types;          // lower case: those that the script makes itself
  // Words that one of the databases does not have: AUTOINCREMENT.
  std::vector<std::size_t> autoincrements;
};

SchemaFile read_schema_file(std::string_view text);

}  // namespace sr::host
