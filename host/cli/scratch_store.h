// host/cli/scratch_store.h - a store of type sqlite that goes away with its folder, for what can be
// told of an app without its database. One thread.
#pragma once

#include "host/cli/scratch_folder.h"
#include "host/plugins/registry.h"
#include "host/plugins/store.h"

namespace sr::host {

// Throws StartError when there is no such plugin.
LoadedStore scratch_store(const Registry& registry, const sr_host_api& api,
                          const ScratchFolder& folder);

}  // namespace sr::host
