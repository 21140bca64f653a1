// load_plugin FILE: loads it as the host does; says what it offers, or why it is refused.
#include <cstdio>

#include "host/plugins/registry.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  sr::host::Registry registry;
  if (const auto status = registry.load_file(argv[1]); !status.ok()) {
    std::printf("%s\n", status.error().text().c_str());
    return 1;
  }
  for (const auto& r : registry.components()) {
    std::printf("%s %s\n", r.component->interface_id, r.component->type);
  }
}
