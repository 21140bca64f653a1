// host/runtime/rights.h - what in the database stands in the way of what the policy allows. Start-up
// only, one thread.
#pragma once

#include <string>
#include <vector>

#include "host/app/app.h"
#include "host/plugins/store.h"

namespace sr::host {

// A sentence each, that says what to do: rights that triggers or views lack, rows that the database
// hides. Throws StartError when the database cannot be asked.
std::vector<std::string> missing_rights(const App& app, const std::vector<Column>& catalog,
                                        LoadedStore& store);

}  // namespace sr::host
