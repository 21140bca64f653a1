// host/session/window.h - which rows of a table a person looks at: read from events of kind `window`,
// and from a view that holds one.
//
// Pure; any thread.
#pragma once

#include "host/session/bindings.h"
#include "host/session/session.h"

namespace sr::host {

// The table of a component; nullptr when it shows none.
Binding* table_of(std::vector<Binding>& bindings, std::string_view component);

// `asked` is {"offset"?,"limit"?,"sort"?,"search"?,"filters"?}; what is left out is as at first. The
// error is one sentence for a person.
Result<sql::Window> read_window(const Json& asked, const Binding& binding, const sql::Policy& policy);

// Why the event cannot be answered on this screen; empty when it can.
std::string window_mistake(const Screen& screen, const sql::Policy& policy, const Json& payload);

// Takes over what the components of an earlier view say of their windows, where it still fits, and why
// they were not filled.
void keep_windows(const Json& view, const sql::Policy& policy, std::vector<Binding>& bindings);

}  // namespace sr::host
