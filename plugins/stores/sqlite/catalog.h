// catalog.h - the application's tables and views as sr_column. The thread of the connection.
#pragma once

#include <functional>

#include "connection.h"

namespace sr::sqlite {

// Tables in order of name, columns in order of definition. Views are listed, without a key.
void list_catalog(Connection&, const std::function<void(const sr_column&)>& column);

// How values of a column arrive that was declared so; SQLite's rules of affinity, and BOOLEAN.
sr_value_type value_type(std::string_view declared_type);

}  // namespace sr::sqlite
