#include "bench/common/scratch_deployment.h"

#include <ostream>
#include <thread>

#include "host/base/start_error.h"
#include "host/cli/store_command.h"
#include "host/runtime/assemble.h"

namespace sr::bench {
namespace {

using namespace host;

std::vector<std::string> with_scratch(const std::string& file, std::vector<std::string> overrides,
                                      const std::filesystem::path& folder) {
  overrides.push_back("limits.events_per_second=1000000");
  overrides.push_back("limits.event_burst=1000000");
  config::Diagnostics diagnostics;  // told when the deployment is checked
  const auto plain = config::load_deployment(file, overrides, diagnostics);
  const auto* store = plain.find("store", plain.pipeline.store);
  const bool is_file = store == nullptr || store->type != "postgres";
  overrides.push_back(
      "stores." + plain.pipeline.store +
      (is_file ? ".path=" + (folder / "facts.db").string() : std::string(".scratch=true")));
  for (const auto* transport : plain.all("transport")) {
    if (transport->type == "websocket")
      overrides.push_back("transports." + transport->name + ".listen=127.0.0.1:0");
  }
  return overrides;
}

std::string web_address(const Runtime& runtime) {
  for (const auto& address : runtime.addresses()) {
    if (address.starts_with("http://")) return address;
  }
  throw StartError("[bench] the deployment has no WebSocket transport to measure through");
}

}  // namespace

ScratchDeployment::ScratchDeployment(const std::string& file, std::vector<std::string> overrides,
                                     std::ostream& err, const Change& change) {
  config::Diagnostics diagnostics;
  checked_ =
      check_deployment(file, with_scratch(file, std::move(overrides), folder_.path()), diagnostics);
  if (diagnostics.ok()) {
    if (change) change(checked_.app, folder_.path());
    parts_ = assemble(checked_.deployment, checked_.app, checked_.components, services_.api(),
                      diagnostics);
  }
  diagnostics.print(err);
}

void ScratchDeployment::serve(const std::function<void(Runtime&)>& before,
                              const std::function<void(const std::string& address)>& work) {
  init_store(parts_->store, parts_->app);
  parts_->canvas.clear();
  Runtime runtime(io_, std::move(*parts_));
  parts_.reset();
  if (before) before(runtime);
  or_start_error(runtime.start());
  std::thread executor([&runtime] { runtime.run(); });
  std::exception_ptr failure;
  try {
    work(web_address(runtime));
  } catch (...) {
    failure = std::current_exception();
  }
  runtime.stop();
  executor.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace sr::bench
