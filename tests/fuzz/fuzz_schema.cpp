// Any bytes as a JSON Schema, with a grammar that it may name.
#include "walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  sr::testing::walk({"json_schema", text, {{"g", "grammar", "root ::= \"a\" [b-d]* | \"\\\"\""}}},
                    static_cast<std::uint32_t>(size));
  return 0;
}
