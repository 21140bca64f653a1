// Random schemas of the keywords that the reference matcher knows, and random documents of them.
#pragma once

#include <nlohmann/json.hpp>
#include <random>
#include <string>

namespace sr::testing {

class RandomSchema {
 public:
  explicit RandomSchema(std::uint32_t seed) : random_(seed) {}

  nlohmann::ordered_json schema();
  // A compact document of a schema that schema() made.
  std::string document(const nlohmann::ordered_json& schema);
  // The text with one byte changed, left out or put in.
  std::string mutated(std::string text);

 private:
  using Json = nlohmann::ordered_json;
  int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
  Json value_schema(int depth);
  Json object_schema(int depth);
  Json array_schema(int depth);
  Json union_schema(int depth);
  std::string value(const Json& schema, int depth);
  std::string object(const Json& schema, int depth);
  std::string array(const Json& schema, int depth);
  std::string text(int min, int max);
  std::string number(bool fraction);

  std::mt19937 random_;
  Json root_;
};

}  // namespace sr::testing
