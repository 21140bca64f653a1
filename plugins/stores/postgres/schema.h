// schema.h - the store's own tables and roles: made when they are missing, refused when they are of
// another format. Start-up only.
#pragma once

#include "connection.h"

namespace sr::postgres {

constexpr int kFormat = 1;

// Throws BadOption when the database is of another format or the login may not make what is
// missing; the sentence says what an administrator has to do.
void prepare_schema(Connection&, const Settings&);

// The roles that statements run as; makes those that are missing, by `admin_url` where it is given.
// Returns their names.
std::vector<std::string> prepare_roles(Connection&, const Settings&, Watchdog&, Host);

// Drops the schemas of a scratch instance.
void drop_schema(Connection&, const Settings&);

}  // namespace sr::postgres
