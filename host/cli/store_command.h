// host/cli/store_command.h - `state-runtime store init DEPLOYMENT`: the app's tables and first
// rows; `store check DEPLOYMENT`: whether the database lets the app do what its policy allows;
// `store names DEPLOYMENT`: what its tables and columns are called here.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

#include "host/app/app.h"
#include "host/plugins/store.h"

namespace sr::host {

// Runs the app's schema and then its seed, unless the tables are there already. Safe to repeat.
// Throws StartError; returns a sentence on what was done.
std::string init_store(LoadedStore& store, const App& app);

int store_init_command(const std::filesystem::path& file, const std::vector<std::string>& overrides,
                       std::ostream& out, std::ostream& err);

// Prints what stands in the way, a sentence each; returns 0 when nothing does, 1 when something
// does. Throws StartError.
int store_check_command(const std::filesystem::path& file, const std::vector<std::string>& overrides,
                        std::ostream& out, std::ostream& err);

// A table or column a line, and behind it what the database calls it, where that is another name.
void print_names(const std::vector<Column>& spoken_catalog, std::ostream& out);
// Throws StartError, also when there are none.
int store_names_command(const std::filesystem::path& file,
                        const std::vector<std::string>& overrides, std::ostream& out,
                        std::ostream& err);

}  // namespace sr::host
