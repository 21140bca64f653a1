// tokenizer/refusal.h - how the parts of a tokenizer refuse a file: one sentence, at load.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "state_runtime/plugin.hpp"

namespace sr::hybrid {

// `where` is the place in the file: "pre_tokenizer.pretokenizers[0]".
[[noreturn]] inline void refuse(std::string_view where, const std::string& what) {
  throw Failure(SR_INVALID_ARGUMENT, std::string(where) + ": " + what);
}

// A field of the file, or what holds where it is absent or null.
template <class T>
T field(const nlohmann::json& object, const char* name, T otherwise, std::string_view where) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return otherwise;
  try {
    return found->template get<T>();
  } catch (const nlohmann::json::exception&) {
    refuse(where, std::string("\"") + name + "\" has the wrong type");
  }
}

inline std::string type_of(const nlohmann::json& object, std::string_view where) {
  if (!object.is_object()) refuse(where, "an object with a \"type\" is expected");
  return field<std::string>(object, "type", "", where);
}

// The list in a "Sequence".
inline const nlohmann::json& list_in(const nlohmann::json& object, const char* name,
                                     std::string_view where) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_array()) {
    refuse(where, std::string("a Sequence needs the array \"") + name + "\"");
  }
  return *found;
}

}  // namespace sr::hybrid
