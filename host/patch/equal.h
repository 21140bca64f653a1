// host/patch/equal.h - finding members of large objects. Any thread, each object on its own.
#pragma once

#include <cstddef>
#include <string_view>
#include <unordered_map>

#include "host/base/json.h"

namespace sr::host::patch {

// Finds members of one object. Objects keep their members in a list, so a plain find() is linear;
// this one first looks where the member stood in the object being compared with, and builds an
// index only when that misses in an object of many members.
class Members {
 public:
  explicit Members(const Json& object) : members_(object.get_ref<const Json::object_t&>()) {}
  // nullptr when there is no such member. `hint`: where it probably stands.
  const Json* find(std::string_view name, std::size_t hint);

 private:
  const Json::object_t& members_;
  std::unordered_map<std::string_view, const Json*> index_;
};

}  // namespace sr::host::patch
