// host/session/new_row.h - a form by which people add a row to a table on screen, made of the
// catalog and the policy. No model is asked. Pure; any thread.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "host/app/app.h"
#include "host/session/session.h"

namespace sr::host {

// Adds `new_row` to the tables on screen to which rows may be added: what it is called, and a field
// for each column that may be given. A table that needs a column that may not be given has none.
void offer_new_rows(const App& app, const std::vector<Column>& catalog,
                    const std::vector<Binding>& bindings, Json& view);

// Whether a submit is of such a form: `{"submit":…,"new_row":true,"values":{…}}`.
bool adds_row(const Json& payload);

// The INSERT that it comes to, with its values by name; or one sentence: why it comes to none.
struct NoNewRow {
  std::string why;
};
std::variant<std::string, NoNewRow> new_row_insert(const Screen& screen, const Json& payload);

}  // namespace sr::host
