// bench/common/scratch_deployment.h - a deployment as it is, but for its database and its port,
// which are the measurement's own, and without a limit on the events of a session.
//
// The store lies in a folder that goes away with it; with PostgreSQL in schemas of its own, dropped
// at the end. One thread. Throws StartError when something cannot be started.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "host/cli/check_command.h"
#include "host/cli/scratch_folder.h"
#include "host/runtime/runtime.h"
#include "host/runtime/services.h"

namespace sr::bench {

class ScratchDeployment {
 public:
  // Puts another app in the place of the deployment's; files that it needs go into the folder.
  using Change = std::function<void(host::App&, const std::filesystem::path& folder)>;

  // What is wrong with the deployment is printed to `err`; then there are no parts.
  ScratchDeployment(const std::string& file, std::vector<std::string> overrides, std::ostream& err,
                    const Change& change = nullptr);
  std::optional<host::Parts>& parts() { return parts_; }

  // Makes the app's tables and serves it, on a thread of its own, while `work` measures at its
  // web address. `before` sees the runtime before it starts. Once; takes the parts.
  void serve(const std::function<void(host::Runtime&)>& before,
             const std::function<void(const std::string& address)>& work);

 private:
  const host::ScratchFolder folder_;
  boost::asio::io_context io_{1};
  const host::Services services_{io_};
  host::CheckedDeployment checked_;  // has the plugins
  std::optional<host::Parts> parts_;
};

}  // namespace sr::bench
