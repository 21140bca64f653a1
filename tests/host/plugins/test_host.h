// A host that offers options and keeps what plugins log.
#pragma once

#include <string>
#include <vector>

#include "host/plugins/options.h"

namespace sr::host {

struct TestHost {
  TestHost() {
    api.struct_size = sizeof api;
    api.host = reinterpret_cast<sr_host*>(this);
    api.log_enabled = [](sr_host*, std::int32_t) noexcept { return 1; };
    api.log = [](sr_host* self, std::int32_t, sr_str text) noexcept {
      reinterpret_cast<TestHost*>(self)->logged.emplace_back(text.ptr, text.len);
    };
    api.post = [](sr_host*, void (*fn)(void*) noexcept, void* arg) noexcept { fn(arg); };
    api.post_after = [](sr_host*, std::uint64_t, void (*fn)(void*) noexcept,
                        void* arg) noexcept { fn(arg); };
    api.get_extension = [](sr_host*, const char*) noexcept -> const void* { return nullptr; };
    serve_options(api);
  }
  sr_host_api api{};
  std::vector<std::string> logged;
};

}  // namespace sr::host
