// host/sql/spoken/names.h - what tables and columns are called here, in place of what the database
// calls them (docs/sql.md, "Names").
//
// "OrderLines", "Order Lines" and "ORDER_LINES" are order_lines to the app, the model, the screen
// and the log. Only statements that go to the store have the database's own names. Pure; any
// thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "host/plugins/store.h"
#include "host/sql/policy.h"

namespace sr::host::sql {

// Names that the app gives: of a table, or of a column as "OrderLines.UnitPrice".
using GivenNames = std::map<std::string, std::string>;

// In small letters, digits and _, one more behind a reserved word; the name itself where none
// comes.
std::string spoken_name(std::string_view name);
// The same with all that schemas abbreviate spelt out, as a column of texts has it.
std::string name_in_full(std::string_view name);
// Whether a name can stand in a statement without quotes.
bool can_be_spoken(std::string_view name);

// The catalog of a store under its spoken names. A name stays as it is where two would be called
// alike.
std::vector<Column> spoken(std::vector<Column> catalog, const GivenNames& given = {});

// Whether the table or column is called so, here or in the database. Case of ASCII does not matter.
bool is_called(const Column&, std::string_view table);
bool is_called(const Column&, std::string_view table, std::string_view column);

// The same rules for tables and columns under their spoken names. What the catalog has not stays.
Policy spoken(const Policy&, const std::vector<Column>& catalog);
std::string spoken_table(const std::string& name, const std::vector<Column>& catalog);
// A statement, or a part of one, with the names of the database in place of which there are others
// here.
std::string spoken_text(const std::string& sql, const std::vector<Column>& catalog);
// "OrderLines" or "OrderLines.UnitPrice": whether that is the column or its table, here or in the
// database.
bool leads_to(const std::string& path, const Column&);
std::string spoken_path(const std::string& path, const std::vector<Column>& catalog);

}  // namespace sr::host::sql
