// Any bytes as a grammar: alone, inside a JSON string, and naming a schema.
#include "walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sr::testing;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto seed = static_cast<std::uint32_t>(size);
  walk({"grammar", text, {{"json", "json_schema", R"({"type":["integer","boolean"]})"}}}, seed);
  walk({"json_schema", R"({"type":"string","x-grammar":"g"})", {{"g", "grammar", text}}}, seed);
  return 0;
}
