// host/app/schema_check.h - types of schema.sql that the policy asks more of than the product can do
// with them, each told at its place: what a statement would be refused for later. docs/stores/*.md have
// the tables of types. Start-up only, one thread.
#pragma once

#include <string>
#include <string_view>

#include "host/app/app.h"
#include "host/config/diagnostics.h"

namespace sr::host {

// `store` is the type of the deployment's store: what a type means depends on the database. Empty, or one
// that is not known: only what holds in all.
void check_schema(const App& app, std::string_view store, config::Diagnostics& diagnostics);

}  // namespace sr::host
