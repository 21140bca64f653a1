// catalog.h - the application's tables and views as sr_column. The thread of the connection.
#pragma once

#include <functional>

#include "connection.h"

namespace sr::postgres {

// Tables in order of name, columns in order of definition. Views are listed, without a key.
void list_catalog(Connection&, const Settings&,
                  const std::function<void(const sr_column&)>& column);

}  // namespace sr::postgres
