// script.h - the administrator's script: many statements, run as the owner.
#pragma once

#include "connection.h"

namespace sr::sqlite {

// REQUIRES: the connection is in a write transaction. Throws Failure that names the line.
void run_statements(Connection&, std::string_view script);

}  // namespace sr::sqlite
