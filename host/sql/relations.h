// host/sql/relations.h - the foreign keys of a catalog as names that a path can take.
//
//   loans.member_no REFERENCES members   of loans: `member`, one row; of members: `loans`, many
//
// Pure; any thread.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "host/plugins/store.h"

namespace sr::host::sql {

struct Link {
  std::string name;   // lower case: "member", "loans"
  std::string table;  // where it leads
  std::vector<std::pair<std::string, std::string>> columns;  // of this table, of that one
  bool many = false;  // rows of that table, each of which points at a row of this one
};

// By table, in the order of the catalog; the names of a table's links differ.
using Links = std::map<std::string, std::vector<Link>>;

Links links_of(const std::vector<Column>& catalog);

}  // namespace sr::host::sql
