// Both stores, each wrapped so that the process dies at a chosen moment.
#include "crashing_store.h"

extern "C" const sr_plugin* sr_plugin_v1_sqlite() noexcept;
extern "C" const sr_plugin* sr_plugin_v1_postgres() noexcept;

extern "C" SR_EXPORT const sr_plugin* sr_plugin_v1() noexcept {
  static const sr_component* const components[] = {
      sr::crashing::wrap_sqlite(sr_plugin_v1_sqlite()),
      sr::crashing::wrap_postgres(sr_plugin_v1_postgres()), nullptr};
  static const sr_plugin plugin = {sizeof(sr_plugin), SR_ABI_MAJOR, SR_ABI_MINOR, "crashing", "0.1.0",
                                   "Apache-2.0", nullptr, __VERSION__, components};
  return &plugin;
}
