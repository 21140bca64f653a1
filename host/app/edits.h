// host/app/edits.h - the JSON Schema of the operations that can edit one manifest.
//
// Each place of the manifest that may change is an alternative with its pointer as a constant and
// the schema of what may stand there as value: /components/{id}, /components/{id}/title,
// /components/{id}/actions/0/label. Components are named by id, never by index. Pure; any thread.
#pragma once

#include "host/app/targets.h"

namespace sr::host {

// A list of alternatives, for `oneOf`; empty when nothing can be edited.
Json edit_schemas(const App&, const SqlGrammars&, const Json& manifest);

}  // namespace sr::host
