// host/runtime/services.h - what the host offers to plugins: sr_host_api, filled in.
//
// The one place that makes it. Must outlive every instance. Its callbacks may be called from any
// thread; what a plugin posts runs when `io` does.
#pragma once

#include <boost/asio/io_context.hpp>
#include <mutex>
#include <string>
#include <vector>

#include "state_runtime/abi.h"

namespace sr::host {

class Services {
 public:
  enum class Say { kLog, kKeep };

  // What plugins say goes to the host's log; or warnings and errors are kept for take_said().
  explicit Services(boost::asio::io_context& io, Say say = Say::kLog);
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;

  const sr_host_api& api() const { return api_; }
  // What has been kept since the last time.
  std::vector<std::string> take_said();

 private:
  void keep_said();

  boost::asio::io_context& io_;
  std::mutex mutex_;  // guards said_
  std::vector<std::string> said_;
  sr_host_api api_{};
};

}  // namespace sr::host
