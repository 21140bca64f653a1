// plugin_host.h - a host of one component, as small as it can be: it logs nothing and serves options
// from a map.
#pragma once

#include <cstdlib>
#include <map>
#include <string>

#include "state_runtime/backend.h"
#include "state_runtime/plugin.hpp"

struct sr_config {
  std::map<std::string, std::string> values;
};

namespace sr::hybrid::test {

struct AbiError : sr_error {
  AbiError() : sr_error{} { struct_size = sizeof(sr_error); }
};

// The given values, and the defaults of the others.
inline sr_config options(const sr_component& component,
                         std::map<std::string, std::string> values) {
  sr_config out{std::move(values)};
  for (const auto* const* o = component.options; *o != nullptr; ++o) {
    if ((*o)->default_value != nullptr) out.values.try_emplace((*o)->name, (*o)->default_value);
  }
  return out;
}

inline sr_host_api host_api() {
  sr_host_api api{};
  api.struct_size = sizeof api;
  api.log_enabled = [](sr_host*, std::int32_t) noexcept { return 1; };
  api.log = [](sr_host*, std::int32_t, sr_str) noexcept {};
  api.get_string = [](const sr_config* c, const char* name, sr_str* out) noexcept -> sr_code {
    const auto value = c->values.find(name);
    if (value == c->values.end()) return SR_NOT_FOUND;
    *out = str(value->second);
    return SR_OK;
  };
  api.get_int = [](const sr_config* c, const char* name, std::int64_t* out) noexcept -> sr_code {
    const auto value = c->values.find(name);
    if (value == c->values.end()) return SR_NOT_FOUND;
    *out = std::strtoll(value->second.c_str(), nullptr, 10);
    return SR_OK;
  };
  return api;
}

}  // namespace sr::hybrid::test
