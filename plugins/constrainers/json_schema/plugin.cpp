#include "json_schema/constrainer.h"

SR_PLUGIN("json_schema", "0.1.0", "Apache-2.0",
          &sr::component<sr::json_schema::JsonSchemaConstrainer>,
          &sr::component<sr::json_schema::GrammarConstrainer>)
