// host/app/named_row.h - the row that a command is about, when whoever says it has named one:
// `{"command":…,"row":{"table":…,"key":{…}}}`. Pure; any thread.
#pragma once

#include <optional>
#include <string>

#include "host/base/json.h"

namespace sr::host {

struct NamedRow {
  std::string table;
  Json key;  // {"id":2}
};

// Whole numbers that JSON cannot hold stand as texts, on either side.
bool same_key(const Json&, const Json&);
bool same_row(const NamedRow&, const NamedRow&);

// What is wrong with the `row` of a command's payload; empty when nothing is, or there is none.
std::string row_mistake(const Json& payload);
// Nothing when none is named.
std::optional<NamedRow> named_row(const Json& payload);

// What a command says, with the key of the row that it names behind it: "close the disk alert 4".
std::string command_of(const Json& payload);

}  // namespace sr::host
