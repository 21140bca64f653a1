// host/app/spoken_app.h - an app whose tables and columns are called as the spoken catalog has them
// (host/sql/spoken/names.h). Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "host/app/app.h"
#include "host/plugins/store.h"

namespace sr::host {

// So do the queries of its screens and the conditions of its actions, which a model reads.
// Statements of actions stay as they are written: the guard knows both names.
App spoken_app(const App& app, const std::vector<Column>& catalog);

// What of `speak` cannot be, as a sentence; empty when all of it can. `catalog` is the spoken one.
std::string speak_mistake(const App& app, const std::vector<Column>& catalog);

}  // namespace sr::host
