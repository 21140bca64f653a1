#include "host/patch/equal.h"

#include <cmath>
#include <cstdint>

#include "host/patch/patch.h"

namespace sr::host::patch {
namespace {

constexpr std::size_t kLinear = 16;  // members up to which looking through them all is quicker

bool equal_integers(const Json& a, const Json& b) {
  // A negative number is never stored as unsigned, so one of each kind is compared as unsigned.
  if (a.is_number_unsigned() == b.is_number_unsigned()) {
    return a.get<std::uint64_t>() == b.get<std::uint64_t>();
  }
  const Json& is_signed = a.is_number_unsigned() ? b : a;
  return is_signed.get<std::int64_t>() >= 0 && a.get<std::uint64_t>() == b.get<std::uint64_t>();
}

// Exact: a double equals an integer only if it has no fraction and the very same value.
bool equal_mixed(double real, const Json& integer) {
  if (real != std::floor(real)) return false;
  if (integer.is_number_unsigned()) {
    return real >= 0 && real < 0x1p64 &&
           static_cast<std::uint64_t>(real) == integer.get<std::uint64_t>();
  }
  return real >= -0x1p63 && real < 0x1p63 &&
         static_cast<std::int64_t>(real) == integer.get<std::int64_t>();
}

bool equal_numbers(const Json& a, const Json& b) {
  if (a.is_number_float() && b.is_number_float()) return a.get<double>() == b.get<double>();
  if (a.is_number_float()) return equal_mixed(a.get<double>(), b);
  if (b.is_number_float()) return equal_mixed(b.get<double>(), a);
  return equal_integers(a, b);
}

bool equal_objects(const Json& a, const Json& b) {
  if (a.size() != b.size()) return false;
  Members members(b);
  std::size_t position = 0;
  for (const auto& [name, value] : a.get_ref<const Json::object_t&>()) {
    const Json* other = members.find(name, position++);
    if (other == nullptr || !equal(value, *other)) return false;
  }
  return true;
}

bool equal_arrays(const Json& a, const Json& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!equal(a[i], b[i])) return false;
  }
  return true;
}

}  // namespace

const Json* Members::find(std::string_view name, std::size_t hint) {
  if (hint < members_.size()) {
    const auto& [key, value] = *(members_.begin() + static_cast<std::ptrdiff_t>(hint));
    if (key == name) return &value;
  }
  if (members_.size() <= kLinear) {
    for (const auto& [key, value] : members_) {
      if (key == name) return &value;
    }
    return nullptr;
  }
  if (index_.empty()) {
    for (const auto& [key, value] : members_) index_.emplace(key, &value);
  }
  const auto found = index_.find(name);
  return found == index_.end() ? nullptr : found->second;
}

bool equal(const Json& a, const Json& b) {
  if (a.is_number() && b.is_number()) return equal_numbers(a, b);
  if (a.type() != b.type()) return false;
  if (a.is_object()) return equal_objects(a, b);
  if (a.is_array()) return equal_arrays(a, b);
  return a == b;
}

}  // namespace sr::host::patch
