// Any bytes as a grammar: alone, inside a JSON string, and naming a schema; slots have texts.
#include "walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sr::testing;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto seed = static_cast<std::uint32_t>(size);
  const SlotGiven slots = {{"a", {"it's \"a\" word, 2.5"}}, {"b", {"", "ab"}}, {"c", {}}};
  walk({"grammar", text, {{"json", "json_schema", R"({"type":["integer","boolean"]})"}}}, seed,
       slots);
  walk({"json_schema", R"({"type":"string","x-grammar":"g"})", {{"g", "grammar", text}}}, seed,
       slots);
  return 0;
}
