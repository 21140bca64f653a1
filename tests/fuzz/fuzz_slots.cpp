// Any bytes as what slots hold, in a grammar of every kind of slot, alone and inside a JSON string.
#include "walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sr::testing;
  static const std::string kRules =
      "root ::= (\"set \" <span:t quote='> | \"see \" <span:t max=12> | <values:v quote=\"> | "
      "\"n \" <number:t>) (\", \" root)? | \"a\" (<values:v> \",\"){2,30} <span:t untrimmed>";
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto half = text.substr(0, size / 2);
  const SlotGiven slots = {{"t", {text}}, {"v", {half, "it's", text.substr(size / 2)}}};
  const auto seed = static_cast<std::uint32_t>(size);
  walk({"grammar", kRules, {}}, seed, slots);
  walk({"json_schema", R"({"type":"string","x-grammar":"g"})", {{"g", "grammar", kRules}}}, seed,
       slots);
  return 0;
}
