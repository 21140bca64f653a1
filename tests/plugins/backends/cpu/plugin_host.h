// plugin_host.h - the cpu plugin's component and a host of it.
#pragma once

#include "tests/plugins/backends/hybrid/plugin_host.h"

extern "C" const sr_plugin* sr_plugin_v1_cpu() noexcept;

namespace sr::cpu::test {

using hybrid::test::AbiError;
using hybrid::test::host_api;

inline const sr_component& component() { return *sr_plugin_v1_cpu()->components[0]; }
inline sr_config options(std::map<std::string, std::string> values) {
  return hybrid::test::options(component(), std::move(values));
}

}  // namespace sr::cpu::test
